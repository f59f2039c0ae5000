"""Requests of bookings are kept from one loading of a plan to the next, and are never anybody else's."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings import planned, plans
from bookings.coarse import Coarse
from bookings.models import Booking, Service, Stop
from routing.model import Problem
from tests.bookings.test_doors import without_stop_at_the_school
from tests.bookings.town import TOWN, Desk, open_desk

pytestmark = pytest.mark.django_db

RIDE = "Mill->Station leave 9:00"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(planned, "_kept", type(planned._kept)())
    return open_desk("van1 Depot 8:00-12:00 seats 4", "van2 Depot 8:00-12:00 seats 4")


def load(desk: Desk) -> Problem:
    service = Service.objects.get(pk=desk.service.pk)
    return plans.load(service, desk.date, travel=desk.planner.travel, now=desk.now)[1]


def read_anew(desk: Desk) -> dict[str, object]:
    day = desk.service.day(desk.date)
    return {row.request_id: row.request(day) for row in Booking.objects.select_related("pickup_stop", "dropoff_stop")}


def test_what_is_kept_is_what_is_stored(desk: Desk) -> None:
    for number, minute in enumerate((0, 20, 40)):
        desk.book(f"rider {number}", f"Mill->Station leave 9:{minute:02}")
        assert load(desk).requests == read_anew(desk)


def test_a_promise_is_read_once(desk: Desk) -> None:
    desk.book("ann", RIDE)
    load(desk)
    with CaptureQueriesContext(
        connection,
    ) as again:
        load(desk)
    assert not [query["sql"] for query in again.captured_queries if "max_ride_s" in query["sql"]]
    desk.book("bob", "School->Station leave 10:00")
    assert len(load(desk).requests) == 2


def test_a_stop_that_moves_moves_the_promises_there(desk: Desk) -> None:
    desk.book("ann", RIDE)
    before = load(desk)
    stop = Stop.objects.get(pk=Booking.objects.get().pickup_stop_id)
    stop.position = Stop.objects.exclude(position=stop.position).exclude(pk=Booking.objects.get().dropoff_stop_id)[0].position
    stop.save()
    assert load(desk).requests == read_anew(desk) != before.requests


def test_a_door_that_is_forgotten_is_known_no_more(desk: Desk) -> None:
    desk = without_stop_at_the_school(desk, "ann")
    booking = desk.book("ann", "School->Station leave 9:00")
    assert booking.pickup_stop is None
    before = load(desk)
    assert before.requests[booking.request_id].pickup == TOWN.places["School"]
    booking.save(update_fields=Coarse(desk.service).ends(booking))
    assert load(desk).requests == read_anew(desk) != before.requests


def test_a_hold_that_is_confirmed_or_over_is_seen_at_once(desk: Desk) -> None:
    held, other = desk.hold("ann", RIDE), desk.hold("bob", "School->Station leave 10:00")
    assert len(load(desk).requests) == 2
    desk.confirm(held)
    assert other.held_until
    desk.now = other.held_until
    assert list(load(desk).requests) == [held.request_id]


def test_a_booking_that_was_rolled_back_leaves_nothing_behind(desk: Desk) -> None:
    first, second = desk.offers("ann", RIDE)[0], desk.offers("bob", "School->Station leave 10:00")[0]
    for _ in range(2):
        with transaction.atomic():
            desk.accept(first)
            load(desk)
            transaction.set_rollback(True)
    desk.accept(second)  # on SQLite under the number of the one that was rolled back
    desk.accept(first)  # and this one, once more, under another
    assert load(desk).requests == read_anew(desk)
    assert desk.faults() == []


def test_few_days_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planned, "MOST_DAYS", 2)
    for day in (2, 3, 4, 2):
        desk.date = desk.date.replace(day=day)
        load(desk)
    assert [date.day for _, date, _ in planned._kept] == [4, 2]
