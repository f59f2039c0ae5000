from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.account import Account
from bookings.models.offer import Offer
from bookings.models.payment_methods import PayBy
from bookings.models.people import Passenger
from bookings.models.promise import Promise
from routing.model import Request, RequestId
from routing.units import ServiceDay


class Status(models.TextChoices):
    """Where a booking stands: a projection of its events. What leads to what is in `bookings.states`."""

    HELD = "held"
    CONFIRMED = "confirmed"
    ABOARD = "aboard"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    CHANGED = "changed"


FARE_BANDS = ("adults", "children", "under5", "concessions", "companions")
"""The kinds of people in a party; see bookings/party.py."""
GONE = (Status.EXPIRED, Status.CANCELLED, Status.CHANGED)
"""Statuses of bookings that have left the plan. All others stay in it, completed journeys and no-shows as facts of the day."""


class Booking(Promise):
    """A promise that was accepted. Its promise columns never change."""

    reference = models.CharField(max_length=40, unique=True)
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="booking")
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, related_name="bookings")
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    pay_by = models.CharField(max_length=10, choices=PayBy.choices, default=PayBy.ON_BOARD)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    status = models.CharField(max_length=12, choices=Status.choices)
    held_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=200, blank=True)
    changed_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="changed_to", help_text="what it took the place of"
    )
    return_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="return_leg", help_text="the way there"
    )
    paid_online_pence = models.PositiveIntegerField(default=0, help_text="by the ledger, less what was given back")
    cancel_fee_pence = models.PositiveIntegerField(default=0, help_text="what is owed of the fare though it was cancelled")
    cap_pence = models.IntegerField(
        default=0, help_text="what caps have changed of the fare since: less where one was reached, more where one no longer is"
    )
    entered_revision = models.PositiveIntegerField(help_text="the plan in which it first has its seat")
    left_revision = models.PositiveIntegerField(null=True, blank=True, help_text="the first plan without it")

    class Meta:
        indexes = [
            models.Index(fields=["service", "date", "status"]),
            models.Index(fields=["status", "held_until"]),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.status})"

    @property
    def due_pence(self) -> int:
        """The fare as it was booked, and what caps have changed of it since."""
        return self.fare_pence + self.cap_pence

    @property
    def fare_to_collect(self) -> int:
        """What the driver takes at boarding."""
        if self.pay_by == PayBy.ON_ACCOUNT or (self.pay_by == PayBy.ONLINE and self.status == Status.HELD):
            return 0
        return max(self.due_pence - self.paid_online_pence, 0)  # online: after a change to something dearer

    @property
    def request_id(self) -> RequestId:
        return RequestId(f"b{self.pk}")

    @property
    def people(self) -> int:
        """How many travel; dogs, prams and luggage take up room as well, and don't count."""
        return sum(self.party.get(band, 0) for band in FARE_BANDS)

    def request(self, day: ServiceDay) -> Request:
        """The promise as hard windows, as it goes into every plan of its day."""
        return self.request_as(self.request_id, day)
