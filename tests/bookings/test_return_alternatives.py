"""What a refusal suggests to those who want to come back as well lets them come back; or it says that it doesn't."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.models import Closure, Refusal
from bookings.wish import RideWish, WayBack
from routing.model import Point
from tests.bookings.town import TOWN, WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PLACES = ["Mill", "School", "Station"]
NEAR_THE_MILL = Point(TOWN.places["Mill"].lon, TOWN.places["Mill"].lat + 0.0007)
"""78 m from it, where one walks 50 m at most."""


def returning(desk: Desk, text: str, *, leave: str = "", arrive: str = "", **party: int) -> RideWish:
    """A wish with its way back; without a time, with the last van."""
    times = {name: desk.at(at) for name, at in (("leave_at", leave), ("arrive_by", arrive)) if at}
    return replace(desk.wish(text, **party), back=WayBack(**times))


def taken(wish: RideWish, alternatives: list[dict[str, Any]]) -> Iterator[tuple[str, RideWish]]:
    """The wish with each alternative taken, as a client does; stops are taken together."""
    stops = [each for each in alternatives if each["kind"].endswith("_stop")]
    if stops:
        for each in stops:
            wish = at_stop(timed(wish, each), each["kind"].removesuffix("_stop"), each["stop"])
        yield "stops", wish
    for each in alternatives:
        match each["kind"]:
            case "other_time" | "other_day":
                yield each["kind"], timed(wish, each)
            case "other_return":
                yield each["kind"], replace(wish, back=way_back(each))
            case "without_return":
                alone = replace(timed(wish, each), back=None)
                yield each["kind"], at_stop(alone, each["end"], each["stop"]) if "stop" in each else alone


def timed(wish: RideWish, alternative: dict[str, Any]) -> RideWish:
    if "return" in alternative:
        wish = replace(wish, back=way_back(alternative["return"]))
    times = {name: datetime.fromisoformat(alternative[name]) for name in ("leave_at", "arrive_by") if name in alternative}
    return replace(wish, **{"leave_at": None, "arrive_by": None, **times}) if times else wish


def way_back(told: dict[str, str]) -> WayBack:
    return WayBack(**{name: datetime.fromisoformat(told[name]) for name in ("leave_at", "arrive_by") if name in told})


def at_stop(wish: RideWish, end: str, stop: str) -> RideWish:
    return replace(wish, **{end: TOWN.places[stop.title()]})


def kinds(refusal: Refusal) -> set[str]:
    return {each["kind"] for each in refusal.alternatives}


def all_work(desk: Desk, wish: RideWish, refusal: Refusal) -> None:
    for _, again in taken(wish, refusal.alternatives):
        answer = desk.ask("ann", again)
        assert isinstance(answer, list), (refusal.alternatives, answer.detail)
        assert all(hasattr(offer, "return_leg") for offer in answer) == (again.back is not None)


def times_of_leeway_work(desk: Desk, wish: RideWish, refusal: Refusal) -> None:
    for each in refusal.leeway:
        if each["rule"] in ("earlier", "later"):
            assert isinstance(desk.ask("ann", timed(wish, each)), list), each


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_suggested_on_a_full_day_works(seed: int) -> None:
    rng = random.Random(seed)
    desk = open_desk("van1 Depot 8:00-17:00 seats 4")
    desk.planner = desk.planner_with(search_after_s=1200, search_before_s=1200)
    fill(rng, desk)
    seen: Counter[str] = Counter()
    for _ in range(12):
        wish = some_wish(rng, desk)
        refusal = desk.ask("ann", wish)
        if isinstance(refusal, Refusal):
            all_work(desk, wish, refusal)
            times_of_leeway_work(desk, wish, refusal)
            seen.update(kinds(refusal))
    assert seen["other_time"] + seen["without_return"] + seen["other_day"], seen


def fill(rng: random.Random, desk: Desk) -> None:
    """A day with little room left."""
    for number in range(30):
        origin, destination = rng.sample(PLACES, 2)
        at = f"{rng.randrange(8, 17)}:{rng.choice(['00', '10', '20', '30', '40', '50'])}"
        answer = desk.ask(f"p{number}", desk.wish(f"{origin}->{destination} leave {at}", adults=rng.choice([1, 2, 2])))
        if isinstance(answer, list):
            desk.accept(answer[0])


def some_wish(rng: random.Random, desk: Desk) -> RideWish:
    origin, destination = rng.sample(PLACES, 2)
    hour = rng.randrange(8, 17)
    text = f"{origin}->{destination} {rng.choice(['leave', 'arrive'])} {hour}:30"
    back = rng.choice([{}, {"leave": f"{min(hour + 2, 17)}:00"}, {"arrive": f"{min(hour + 2, 17)}:30"}])
    wish = returning(desk, text, **back, adults=rng.choice([1, 2, 3, 4]))
    return replace(wish, origin=NEAR_THE_MILL) if rng.random() < 0.2 and destination != "Mill" else wish


# --- One by one ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk() -> Desk:
    """One seat, and nobody is looked for but about when they ask."""
    desk = open_desk("van1 Depot 8:00-17:00 seats 1")
    desk.planner = desk.planner_with(search_after_s=0)
    return desk


def test_a_time_from_which_one_would_not_be_back_is_not_suggested(desk: Desk) -> None:
    for at in ("9:00", "9:30", "10:00", "10:30"):
        desk.book(f"at {at}", f"Mill->Station leave {at}")
    wish = returning(desk, "Mill->Station leave 10:00", arrive="11:30")
    refusal = desk.refusal("ann", wish)
    # At 11:00 there is room for the way there, 11 minutes; with what a promise has to spare, one is not back half an hour later.
    both = [each for each in refusal.alternatives if each["kind"] == "other_time"]
    assert both
    assert all(datetime.fromisoformat(each["leave_at"]) <= desk.at("9:00") for each in both)
    all_work(desk, wish, refusal)


def test_who_could_not_come_back_at_any_time_is_told_so_and_what_would_do_without(desk: Desk) -> None:
    for at in ("10:00", "10:20"):
        desk.book(f"at {at}", f"Mill->Station leave {at}")
    wish = returning(desk, "Mill->Station leave 10:00", arrive="8:15")
    refusal = desk.refusal("ann", wish)
    assert "without_return" in kinds(refusal)
    assert not {"other_time"} & kinds(refusal)
    alone = next(each for each in refusal.alternatives if each["kind"] == "without_return")
    assert alone["text"].startswith("Without the way back: Leave at ")
    all_work(desk, wish, refusal)


def test_on_another_day_one_comes_back_on_that_day(desk: Desk) -> None:
    Closure.objects.create(service=desk.service, date=WEDNESDAY, reason="snow")
    wish = returning(desk, "Mill->Station leave 10:00", leave="12:00")
    refusal = desk.refusal("ann", wish)
    (found,) = refusal.alternatives
    assert datetime.fromisoformat(found["leave_at"]) == desk.at("10:00", WEDNESDAY + DAY)
    assert datetime.fromisoformat(found["return"]["leave_at"]) == desk.at("12:00", WEDNESDAY + DAY)
    assert found["text"] == "Leave at 10:00 on Thursday 3 June; way back: Leave at 12:00 on Thursday 3 June"
    all_work(desk, wish, refusal)


def test_a_stop_from_which_one_would_not_be_back_is_suggested_without_the_way_back(desk: Desk) -> None:
    wish = replace(returning(desk, "Mill->Station leave 10:00", arrive="8:15"), origin=NEAR_THE_MILL)
    refusal = desk.refusal("ann", wish)
    assert refusal.kind == "no_stop_near"
    (found,) = refusal.alternatives
    assert (found["kind"], found["end"], found["stop"]) == ("without_return", "origin", "MILL")
    all_work(desk, wish, refusal)


def test_nobody_comes_back_the_day_before(desk: Desk) -> None:
    wish = returning(desk, "Mill->Station leave 10:00", leave="12:00")
    refusal = desk.refusal("ann", replace(wish, leave_at=desk.at("10:00", WEDNESDAY + DAY)))
    assert refusal.kind == "no_return"
    assert "before you would arrive" in refusal.detail
