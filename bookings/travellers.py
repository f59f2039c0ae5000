"""Whoever travels, locked: what is decided about them by one stays so until that one is done.

Locks are taken in one order by all: a series or a place in line, days, the passenger, bookings (DECISIONS 52).
"""

from __future__ import annotations

from bookings import limits
from bookings.models import Passenger
from bookings.refusals import Conflict
from bookings.words import phrase


class PassengerErased(Conflict):
    """Somebody who wanted to be forgotten; for them nothing is booked, changed or kept any more."""

    kind = "passenger_erased"


def lock_known(passenger: Passenger) -> Passenger:
    """The row of a passenger for whom something is to be done that is kept, locked.

    Raises PassengerErased, also where that was a moment ago.
    """
    row = limits.lock(passenger)
    if row.erased_at is not None:
        raise PassengerErased(phrase("This passenger was erased. Register them anew if they travel again."))
    return row
