"""Who takes part: operators, their staff and drivers, passengers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Now, Replace, Right, Upper

from bookings.models.contact import Contact
from bookings.phones import BETWEEN_DIGITS, TAIL


class Operator(models.Model):
    """Who runs services: a council or a bus operator."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    AGENT = "agent"
    DISPATCHER = "dispatcher"


class StaffMember(models.Model):
    """An operator's person at the telephone or at the dispatcher's desk."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_member")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="staff")
    role = models.CharField(max_length=20, choices=Role.choices)

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Driver(models.Model):
    """Who drives; with a user once they sign in on a device."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="drivers")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="driver")
    code = models.SlugField()
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operator", "code"], name="driver_code_once")]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """Who books for passengers of their own by the API: a hospital, say. The user is that of their OAuth application."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="partner")
    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


def _tail(column: str) -> Any:
    """The last digits of a telephone number in a column, whatever people have written between them."""
    bare: Any = F(column)
    for sign in BETWEEN_DIGITS:
        bare = Replace(bare, Value(sign), Value(""))
    return Right(bare, TAIL)


class Assistance(models.TextChoices):
    """What somebody needs on the way, as a driver hears of it: what to do, never why. `door_to_door` and `extra_boarding_s` are
    columns of their own, since they decide on offers."""

    RAMP = "ramp", "Ramp"
    WHEELCHAIR_KEPT = "wheelchair_kept", "Stays in their wheelchair: ramp and clamps"
    WHEELCHAIR_TRANSFERRED = "wheelchair_transferred", "Moves from wheelchair to a seat: stow the chair"
    WALKER = "walker", "Walking frame: a hand, and room to stow it"
    ASSISTANCE_DOG = "assistance_dog", "May have an assistance dog"
    COMPANION = "companion", "May have a companion"


def validate_assistance(value: Any) -> None:
    """Raises ValidationError for anything but a list of needs that there are, each once."""
    ok = isinstance(value, list) and all(each in Assistance.values for each in value) and len(set(value)) == len(value)
    if not ok:
        raise ValidationError(f"give a list of {', '.join(Assistance.values)}, each once at most")


class Passenger(Contact):
    """Somebody who travels; with a user where they book for themselves."""

    made_now = False
    """Whether this very call has made the row."""
    claimed_now = False
    """Whether somebody signs in for the first time as this passenger, whom the operator knew before."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="passengers")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="passenger"
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="passengers",
        help_text="who made them, and sees them",
    )
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    account = models.ForeignKey(
        "bookings.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="passengers", help_text="who may pay"
    )
    phone_tail = models.GeneratedField(expression=_tail("phone"), output_field=models.CharField(max_length=40), db_persist=True)
    email_proven_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="when they last showed that they read mail at this address"
    )
    extra_boarding_s = models.PositiveIntegerField(default=0, help_text="seconds that boarding and alighting take longer")
    reinstated_at = models.DateTimeField(null=True, blank=True, help_text="strikes before this count no more")
    door_to_door = models.BooleanField(default=False, help_text="may be fetched and brought at the door instead of at stops")
    key = models.UUIDField(default=uuid4, editable=False, help_text="what the register of erasures goes by, in a digest")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    assistance = models.JSONField(
        default=list,
        blank=True,
        validators=[validate_assistance],
        help_text='what a driver has to do: ["ramp", "walker"]',
    )
    needs = models.CharField(
        max_length=200,
        blank=True,
        verbose_name="note for the driver",
        help_text="what a driver should do, such as: speak up, wait at the gate. Never a diagnosis: it helps nobody on the way",
    )

    class Meta:
        indexes = [
            models.Index("operator", "phone_tail", name="passengers_by_phone"),
            models.Index("operator", Upper("email"), name="passengers_by_email"),
        ]

    def __str__(self) -> str:
        return self.name
