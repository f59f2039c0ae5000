"""What may become of a booking: one table."""

from __future__ import annotations

from enum import StrEnum

from bookings.models import Status


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


class ImpossibleStep(Exception):
    """A fact that can't follow on a status, such as cancelling a completed journey."""

    def __init__(self, status: Status, fact: Fact) -> None:
        self.status, self.fact = status, fact
        super().__init__(f"a booking that is {status.label.lower()} can't be {fact}")


def after(status: Status, fact: Fact) -> Status:
    """The status that a fact leads to. Raises ImpossibleStep."""
    try:
        return NEXT[status, fact]
    except KeyError:
        raise ImpossibleStep(status, fact) from None
