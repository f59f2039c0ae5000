"""What may become of a booking."""

from __future__ import annotations

from itertools import product

import pytest

from bookings.models import GONE, Status
from bookings.states import NEXT, Fact, ImpossibleStep, after

ENDS = {Status.COMPLETED, Status.EXPIRED, Status.CANCELLED, Status.NO_SHOW, Status.CHANGED}


@pytest.mark.parametrize(
    ("story", "end"),
    [
        ((Fact.CONFIRMED, Fact.BOARDED, Fact.ALIGHTED), Status.COMPLETED),
        ((Fact.CONFIRMED, Fact.CANCELLED), Status.CANCELLED),
        ((Fact.CONFIRMED, Fact.NOT_THERE), Status.NO_SHOW),
        ((Fact.CONFIRMED, Fact.CHANGED), Status.CHANGED),
        ((Fact.CANCELLED,), Status.CANCELLED),
        ((Fact.EXPIRED,), Status.EXPIRED),
    ],
)
def test_a_held_booking_may_go_each_of_these_ways(story: tuple[Fact, ...], end: Status) -> None:
    status = Status.HELD
    for fact in story:
        status = after(status, fact)
    assert status == end


@pytest.mark.parametrize(("status", "fact"), [pair for pair in product(Status, Fact) if pair not in NEXT])
def test_nothing_else_may_happen(status: Status, fact: Fact) -> None:
    with pytest.raises(ImpossibleStep, match=f"a booking that is .* can't be {fact}"):
        after(status, fact)


def test_what_has_ended_stays_as_it_is() -> None:
    assert {status for status, _ in NEXT} == set(Status) - ENDS
    assert set(GONE) < ENDS


def test_nobody_is_cancelled_once_aboard() -> None:
    with pytest.raises(ImpossibleStep):
        after(Status.ABOARD, Fact.CANCELLED)
