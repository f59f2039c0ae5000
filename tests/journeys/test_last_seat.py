"""One seat is left, and 64 people accept it at the same moment, on PostgreSQL through the API."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from copy import copy
from datetime import date, timedelta
from functools import partial

import pytest

from bookings import plans
from bookings.actions import placing
from bookings.models import Booking, Day, Offer, Service, ShiftPattern, Vehicle
from tests.backend.api_world import World, with_key
from tests.journeys import judge
from tests.journeys.storm import Crowd, all_get_to

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("storms")]

CROWD = 64
ROUNDS = 20


@pytest.fixture
def world(ripon: World) -> World:
    """Ripon with a single bus that has a single seat, mornings only, and twenty weekdays to book for."""
    ShiftPattern.objects.exclude(code="bus-1-early").delete()
    Vehicle.objects.update(layouts=[[1, 0]])
    Service.objects.update(horizon_days=60, walk_limit_m=50, search_before_s=900, search_after_s=4200)
    Service.objects.update(one_at_a_time=False, duplicate_m=0)  # the crowd is one passenger many times over
    ripon.service.refresh_from_db()
    return ripon


@pytest.fixture
def crowd(world: World) -> Iterator[Crowd]:
    with Crowd(CROWD) as crowd:
        yield crowd


def weekdays(world: World, count: int) -> list[int]:
    """The next so many weekdays, as days ahead."""
    today = world.now.date()
    ahead = (days for days in itertools.count(1) if (today + timedelta(days=days)).weekday() < 5)
    return list(itertools.islice(ahead, count))


def last_seat_offers(world: World, days: int) -> list[str]:
    """The same offer made to each of the crowd: Ripon to Bedale takes so long that the bus can't go twice in its window."""
    first = world.offers("agent", leave_at=world.at(10, 30, days=days), passenger={"name": "Ann", "phone": "07700 900111"})[0]
    offer = Offer.objects.get(pk=first["id"])
    made = Offer.objects.bulk_create([copied(offer) for _ in range(CROWD)])
    return [str(each.pk) for each in made]


def copied(offer: Offer) -> Offer:
    another = copy(offer)
    another.pk = uuid.uuid4()
    return another


def all_accept(world: World, crowd: Crowd, offers: list[str]) -> list[tuple[int, dict[str, object]]]:
    def accept(offer: str) -> tuple[int, dict[str, object]]:
        client = world.client("agent")
        client.raise_request_exception = False  # a 500 is an answer too
        answer = client.post("/api/v1/bookings", {"offer": offer}, format="json", **with_key({}))
        return answer.status_code, answer.json() if answer.status_code < 500 else {}

    return crowd.all_at_once([partial(accept, offer) for offer in offers])


def day_ahead(world: World, days: int) -> date:
    return world.now.date() + timedelta(days=days)


def booked_on(world: World, day: date) -> int:
    return Booking.objects.filter(service=world.service, date=day).count()


def take_no_more_wishes() -> None:
    """Offers stand, but whoever loses the seat gets a rule's answer and no search: the crowd is at the seat and nowhere else."""
    Service.objects.update(max_party=0)


def test_exactly_one_of_64_gets_the_last_seat_every_time(world: World, crowd: Crowd) -> None:
    rounds = [(day_ahead(world, days), last_seat_offers(world, days)) for days in weekdays(world, ROUNDS)]
    take_no_more_wishes()
    for day, offers in rounds:
        answers = all_accept(world, crowd, offers)

        assert sorted(status for status, _ in answers) == [201] + [409] * (CROWD - 1)
        assert {body["type"] for status, body in answers if status == 409} == {"/api/v1/problems/no-longer-possible"}
        assert booked_on(world, day) == 1
        assert judge.seated(world.service, day) == judge.expected(world.service, day)
        assert judge.faults(world.service, day) == []


def test_whoever_loses_it_is_told_what_else_there_is(world: World, crowd: Crowd) -> None:
    answers = all_accept(world, crowd, last_seat_offers(world, days=1))

    assert sorted(status for status, _ in answers) == [201] + [409] * (CROWD - 1)
    assert all(body["alternatives"] for status, body in answers if status == 409)


def unlocked_day(service: Service, date: date) -> Day:
    return plans.opening.open_day(service, date)


def test_control_without_the_lock_the_revision_number_alone_lets_nobody_oversell(
    world: World, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "lock_day", unlocked_day)
    rounds = [last_seat_offers(world, days) for days in weekdays(world, 3)]
    take_no_more_wishes()
    for offers in rounds:
        statuses = [status for status, _ in all_accept(world, crowd, offers)]
        assert statuses.count(201) == 1
        assert set(statuses) <= {201, 409, 503}, "gone, or moved by others at this very moment: try again"


def test_control_without_lock_and_revision_number_the_seat_is_oversold(
    world: World, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the first test can fail at all."""
    numbers = itertools.count(1000)
    monkeypatch.setattr(plans, "lock_day", unlocked_day)
    monkeypatch.setattr(plans, "number_after", lambda base: next(numbers))
    monkeypatch.setattr(placing.travellers, "lock_known", lambda passenger: passenger)  # who would come one after the other
    all_get_to(monkeypatch, plans, "number_after", CROWD)  # all have found the seat free before anybody takes it
    offers = last_seat_offers(world, days=1)
    take_no_more_wishes()
    answers = all_accept(world, crowd, offers)
    assert [status for status, _ in answers] == [201] * CROWD
    assert booked_on(world, day_ahead(world, days=1)) == CROWD
