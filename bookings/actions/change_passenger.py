from __future__ import annotations

from typing import TypedDict

from django.db import transaction

from bookings import travellers
from bookings.models import Passenger


class Changes(TypedDict, total=False):
    """What may be changed about a passenger: by staff all of it, by themselves all but `phone` and `door_to_door`."""

    name: str
    phone: str
    needs: str
    assistance: list[str]
    extra_boarding_s: int
    door_to_door: bool
    language: str
    email: str
    preferred_channel: str
    opted_out: dict[str, list[str]]


def change_passenger(passenger: Passenger, changes: Changes) -> Passenger:
    """The passenger with these changes; what two people change at once about different things is kept, both.

    Promises stay as they were made: what changes here counts from the next offer on. Raises PassengerErased.
    """
    with transaction.atomic():
        row = travellers.lock_known(passenger)
        fields = list(changes)
        if changes.get("email", row.email).lower() != row.email.lower():
            row.email_proven_at, fields = None, [*fields, "email_proven_at"]  # nobody has shown yet that it's theirs
        for name, value in changes.items():
            setattr(row, name, value)
        row.save(update_fields=fields)
    return row
