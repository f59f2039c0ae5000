"""Who pays, and what was owed and paid: the ledger, payments online, receipts."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from bookings.models.account import Account
from bookings.models.booking import Booking
from bookings.models.event import AppendOnly
from bookings.models.payment_methods import PayBy
from bookings.models.people import Operator
from bookings.models.service import Service


class EntryKind(models.TextChoices):
    """What an entry says. Owed is what was charged, and what caps took off and had to give back, less credits.

    Paid are payments, less refunds, plus refunds that came back, and what was paid for a booking that this one took the place of.
    """

    CHARGE = "charge", "a fare that is owed"
    UNCAPPED = "uncapped", "of a fare, what a cap had taken off and is owed after all"
    CREDIT = "credit", "of a charge, what is not owed after all"
    PAYMENT = "payment", "money that came in"
    REFUND = "refund", "money that went back"
    RETURNED = "returned", "a refund that did not arrive and came back"
    CARRIED = "carried", "money that counts for another booking from now on"
    BROUGHT = "brought", "money that was paid for another booking"


class EntryQuerySet(models.QuerySet["LedgerEntry"]):
    """Entries can be added, nothing else."""

    def update(self, **changes: Any) -> int:
        raise AppendOnly("the ledger is never corrected: add another entry")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the ledger is never corrected: add another entry")


class LedgerEntry(models.Model):
    """A line of the ledger; never changed. It's about a booking, or about an account alone where somebody settles a statement."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="+")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger")
    checkout = models.ForeignKey(
        "bookings.Checkout",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger",
        help_text="the payment page that money came by, and goes back by",
    )
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    pence = models.PositiveIntegerField()
    pay_by = models.CharField(max_length=10, choices=PayBy.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["account", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["booking"], condition=models.Q(kind="charge"), name="charged_once"),
            models.CheckConstraint(condition=models.Q(pence__gt=0), name="ledger_entry_of_something"),
            models.CheckConstraint(
                condition=models.Q(booking__isnull=False) | models.Q(account__isnull=False), name="ledger_entry_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pence}p"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("the ledger is never corrected: add another entry")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly("the ledger is never corrected: add another entry")


class CheckoutStatus(models.TextChoices):
    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"


class Checkout(models.Model):
    """A payment page of a payment provider: for a booking, or for both ways of a return; see its parts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="checkouts")
    pence = models.PositiveIntegerField()
    status = models.CharField(max_length=6, choices=CheckoutStatus.choices, default=CheckoutStatus.OPEN)
    session = models.CharField(max_length=200, blank=True, help_text="what the provider calls the page; empty until it is known")
    url = models.TextField(blank=True)
    payment = models.CharField(max_length=200, blank=True, help_text="what the provider calls the payment, once there is one")
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["booking"], condition=models.Q(status="open"), name="one_open_checkout"),
            models.UniqueConstraint(fields=["session"], condition=~models.Q(session=""), name="session_once"),
        ]

    def __str__(self) -> str:
        return f"{self.booking.reference}: {self.pence}p {self.status}"


class CheckoutPart(models.Model):
    """How much of what is paid on a page is for which booking."""

    checkout = models.ForeignKey(Checkout, on_delete=models.CASCADE, related_name="parts")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="parts")
    pence = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["checkout", "booking"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.booking.reference}: {self.pence}p"


class RefundStatus(models.TextChoices):
    DUE = "due"
    SENT = "sent"
    FAILED = "failed"
    AGAIN = "again", "failed, and another is in its place"
    SETTLED = "settled", "given back by hand, in place of one that failed"


class Refund(models.Model):
    """Money to be given back by the provider that took it. A row is due from the transaction in which that was decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="refunds")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="refunds", help_text="whose money it is")
    pence = models.PositiveIntegerField()
    why = models.CharField(max_length=200)
    status = models.CharField(max_length=7, choices=RefundStatus.choices, default=RefundStatus.DUE)
    provider_id = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=300, blank=True, help_text="what the provider said, where it failed")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    in_place_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="again", help_text="one that failed"
    )
    seen_to_at = models.DateTimeField(null=True, blank=True)
    seen_to_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_to_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["created_at"], condition=models.Q(status="due"), name="refunds_due")]
        constraints = [models.CheckConstraint(condition=models.Q(pence__gt=0), name="refund_of_something")]

    def __str__(self) -> str:
        return f"{self.booking.reference}: {self.pence}p {self.status}"


class ReceiptCounter(models.Model):
    """The number of an operator's last receipt; whoever issues one locks it."""

    operator = models.OneToOneField(Operator, on_delete=models.PROTECT, related_name="receipt_counter")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.operator}: {self.last}"


class Receipt(models.Model):
    """What was paid, or given back, as it was then: numbered without gaps for each operator, and never changed."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveIntegerField()
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="receipts")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="receipt")
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts")
    pence = models.IntegerField(help_text="negative for what was given back")
    pay_by = models.CharField(max_length=10, choices=PayBy.choices)
    lines = models.JSONField(help_text="of the fare, as the booking has them")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["operator", "number"], name="receipt_number_once"),
            models.UniqueConstraint(
                fields=["booking", "checkout"], condition=models.Q(checkout__isnull=False), name="one_receipt_for_a_payment"
            ),
            models.UniqueConstraint(
                fields=["booking"], condition=models.Q(refund=None, checkout=None), name="one_receipt_for_paid_on_board"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator.slug} {self.number}"

    @property
    def service(self) -> Service:
        return self.booking.service
