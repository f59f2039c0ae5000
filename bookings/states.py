"""What may become of a booking: one table."""

from __future__ import annotations

from enum import StrEnum

from bookings.models import Status
from bookings.words import deed, phrase, standing


class Fact(StrEnum):
    """What can happen to a booking."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    EXPIRED = "expired"
    BOARDED = "boarded"
    ALIGHTED = "alighted"
    NOT_THERE = "not there"


NEXT: dict[tuple[Status, Fact], Status] = {
    (Status.HELD, Fact.CONFIRMED): Status.CONFIRMED,
    (Status.HELD, Fact.CANCELLED): Status.CANCELLED,
    (Status.HELD, Fact.EXPIRED): Status.EXPIRED,
    (Status.CONFIRMED, Fact.CANCELLED): Status.CANCELLED,
    (Status.CONFIRMED, Fact.CHANGED): Status.CHANGED,
    (Status.CONFIRMED, Fact.BOARDED): Status.ABOARD,
    (Status.CONFIRMED, Fact.NOT_THERE): Status.NO_SHOW,
    (Status.ABOARD, Fact.ALIGHTED): Status.COMPLETED,
}


STANDING = {
    Status.HELD: standing("held"),
    Status.CONFIRMED: standing("confirmed"),
    Status.ABOARD: standing("aboard"),
    Status.COMPLETED: standing("completed"),
    Status.EXPIRED: standing("expired"),
    Status.CANCELLED: standing("cancelled"),
    Status.NO_SHOW: standing("no show"),
    Status.CHANGED: standing("changed"),
}
"""What people call them."""

DEEDS = {Fact.CONFIRMED: deed("confirmed"), Fact.CANCELLED: deed("cancelled"), Fact.CHANGED: deed("changed")}
"""What passengers do; the rest is reported by drivers, in English."""


class ImpossibleStep(Exception):
    """A fact that can't follow on a status, such as cancelling a completed journey."""

    def __init__(self, status: Status, fact: Fact) -> None:
        self.status, self.fact = status, fact
        said = phrase("a booking that is {status} can't be {fact}", status=STANDING[status], fact=DEEDS.get(fact, fact.value))
        super().__init__(said)


def after(status: Status, fact: Fact) -> Status:
    """The status that a fact leads to. Raises ImpossibleStep."""
    try:
        return NEXT[status, fact]
    except KeyError:
        raise ImpossibleStep(status, fact) from None
