"""Who did something: on whose side they are, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Prefetch, QuerySet, TextChoices

from bookings.erasures import erased_name
from bookings.models import Booking, Passenger

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ROWS = ("staff_member", "driver", "partner", "passenger")
"""What a user can be; see `backend.api.whom`."""


class Side(TextChoices):
    """On whose side somebody does something. `service`: nobody did it, a hold ran out, say."""

    PASSENGER = "passenger"
    OPERATOR = "operator"
    PARTNER = "partner"
    SERVICE = "service"


def doers(lookup: str) -> Prefetch[Any]:
    """Fetches users with all that `side_of` and `name_of` want to know of them, in one query for a whole list."""
    return Prefetch(lookup, queryset=get_user_model().objects.select_related(*ROWS))


def with_doers(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """With who booked and who cancelled."""
    return bookings.prefetch_related(doers("booked_by"), doers("cancelled_by"))


def know_doers(booking: Booking, reader: User) -> Booking:
    """The same for one booking and each step of its history: one query, and none where all of them was done by who reads it.

    `reader` comes with what a user can be.
    """
    rows = [(booking, "booked_by"), (booking, "cancelled_by"), *((event, "by") for event in booking.events.all())]
    others = {getattr(row, f"{name}_id") for row, name in rows} - {None, reader.pk}
    users = get_user_model().objects.select_related(*ROWS).in_bulk(others) if others else {}
    users[reader.pk] = reader
    for row, name in rows:
        setattr(row, name, users.get(getattr(row, f"{name}_id")))
    return booking


def side_of(user: User | None, passenger: Passenger) -> Side:
    """On whose side a user did something about a journey of a passenger. Who is nothing any more has left the operator."""
    if user is None:
        return Side.SERVICE
    if user.pk == passenger.user_id:
        return Side.PASSENGER
    if hasattr(user, "partner"):
        return Side.PARTNER
    was_passenger = user.get_username() == erased_name(user.pk)
    return Side.PASSENGER if was_passenger or _only_travels(user) else Side.OPERATOR


def name_of(user: User | None) -> str:
    """What a user is called: a passenger as their record has it, since who signs in by a code has no other name.

    Empty for nobody.
    """
    if user is None:
        return ""
    if _only_travels(user):
        return str(user.passenger.name)
    named = next((row for name in ("driver", "partner") if (row := getattr(user, name, None))), None)
    return user.get_full_name() or (named.name if named else user.get_username())


def _only_travels(user: User) -> bool:
    return hasattr(user, "passenger") and not any(hasattr(user, name) for name in ROWS if name != "passenger")
