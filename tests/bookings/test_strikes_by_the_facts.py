"""Whose fault it is that nobody was there: what the driver has reported decides, and no second on the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import queries
from bookings.models import Booking, Strike, StrikeKind
from tests.bookings.till import Till, pay, paying_desk, school
from tests.bookings.town import Desk

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
OUT = "Mill->Station leave 10:00"


@pytest.fixture
def desk() -> Desk:
    """One half is kept of what is cancelled late."""
    return paying_desk("van1 Depot 8:00-18:00 seats 8")


def on_account(desk: Desk, name: str = "ann", text: str = OUT) -> Booking:
    school(desk, name)
    return desk.accept(desk.offers(name, text)[0], "on_account")


def arrives(desk: Desk, booking: Booking, after: timedelta) -> None:
    """The bus comes so long after the first promised minute."""
    desk.now = booking.pickup_from_at + after
    desk.report("arrived", booking)


def cancels(desk: Desk, booking: Booking, after: timedelta) -> tuple[list[str], int]:
    """So long after the last promised minute; what counts against whom, and what is owed."""
    desk.now = booking.pickup_until_at + after
    desk.cancel(booking)
    booking.refresh_from_db()
    assert queries.list_money_faults() == []
    return [strike.kind for strike in Strike.objects.filter(booking=booking)], booking.cancel_fee_pence


def test_cancelling_a_bus_that_waits_is_late_before_and_after_the_window(desk: Desk) -> None:
    for after in (-SECOND, SECOND, timedelta(minutes=20)):
        booking = on_account(desk)
        arrives(desk, booking, timedelta(seconds=30))
        assert cancels(desk, booking, after) == ([StrikeKind.LATE_CANCEL], 100)
        desk.date += timedelta(days=1)


def test_who_paid_before_gets_back_what_the_policy_says(desk: Desk) -> None:
    till = Till()
    booking = pay(desk, desk.hold_this(desk.offers("ann", OUT)[0], "online"), till)
    arrives(desk, booking, timedelta(seconds=30))
    assert cancels(desk, booking, SECOND) == ([StrikeKind.LATE_CANCEL], 100)
    assert booking.refunds.get().pence == 100


def test_a_bus_that_came_late_costs_nobody_anything_nor_does_one_of_which_nothing_was_told(desk: Desk) -> None:
    late = on_account(desk)
    arrives(desk, late, late.pickup_until_at - late.pickup_from_at + SECOND)
    assert cancels(desk, late, timedelta(minutes=5)) == ([], 0)
    desk.date += timedelta(days=1)
    assert cancels(desk, on_account(desk), SECOND) == ([], 0)


def test_a_bus_that_came_for_somebody_else_at_the_stop_has_come(desk: Desk) -> None:
    """The driver reports one arrival, of whoever comes first on the list."""
    ann, bob = on_account(desk), on_account(desk, "bob")
    assert desk.plan().find_route_of(ann.request_id) == desk.plan().find_route_of(bob.request_id)
    arrives(desk, ann, timedelta(seconds=30))
    assert cancels(desk, bob, SECOND) == ([StrikeKind.LATE_CANCEL], 100)


def test_a_bus_that_is_at_another_stop_has_not(desk: Desk) -> None:
    ann, bob = on_account(desk), on_account(desk, "bob", "School->Station leave 10:06")
    arrives(desk, ann, timedelta(seconds=30))
    assert cancels(desk, bob, SECOND) == ([], 0)


def test_who_is_not_at_a_stop_where_the_bus_came_for_another_counts_too(desk: Desk) -> None:
    ann, bob = on_account(desk), on_account(desk, "bob")
    arrives(desk, ann, timedelta(seconds=30))
    desk.now = bob.pickup_until_at + SECOND
    desk.report("no_show", bob)
    assert [strike.kind for strike in Strike.objects.filter(booking=bob)] == [StrikeKind.NO_SHOW]
    assert queries.list_money_faults() == []
