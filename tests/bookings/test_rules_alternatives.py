"""Each rule refuses somebody once, and all that the refusal says would be possible is then done."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings import rules
from bookings.models import Booking, Closure, ForbiddenTrip, Passenger, Refusal, Stop
from bookings.party import Party
from bookings.planner import make_planner
from bookings.wish import RideWish
from routing.model import Point
from routing.travel.matrix_times import MatrixTimes
from tests.bookings.test_zones import EAST, WEST, zone
from tests.bookings.town import TOWN, WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
RIDE = "Mill->Station leave 11:00"
FAR = Point(1.0, 54.0)
BESIDE = Point(0.006, 54.003)
"""334 m north of the school."""
Story = Callable[[Desk], RideWish]


def setting(text: str = RIDE, party: dict[str, int] | None = None, **values: Any) -> Story:
    """A wish where the service has some other settings."""

    def story(desk: Desk) -> RideWish:
        for name, value in values.items():
            setattr(desk.service, name, value)
        return desk.wish(text, **(party or {}))

    return story


def wishing(**changes: Any) -> Story:
    return lambda desk: replace(desk.wish(RIDE), **changes)


def not_entitled(desk: Desk) -> RideWish:
    return replace(desk.wish(RIDE), door_to_door=True)


def no_way_to_door(desk: Desk) -> RideWish:
    Passenger.objects.filter(pk=desk.passenger("ann").pk).update(door_to_door=True)
    desk.passenger("ann").refresh_from_db()
    Stop.objects.filter(code="MILL").update(closed_from=WEDNESDAY)  # where the road is dug up
    return desk.wish(RIDE)


def closed(desk: Desk) -> RideWish:
    Closure.objects.create(service=desk.service, date=WEDNESDAY, reason="snow")
    return desk.wish(RIDE)


def later_day(text: str, days: int, **values: Any) -> Story:
    def story(desk: Desk) -> RideWish:
        wish = setting(text, **values)(desk)
        assert wish.leave_at
        return replace(wish, leave_at=wish.leave_at + days * DAY)

    return story


def zones_not_served(desk: Desk) -> RideWish:
    west, east = zone(desk.service, "west", WEST), zone(desk.service, "east", EAST)
    zone(desk.service, "yard", (0.0055, 53.999, 0.0065, 54.001))
    east.rank = 1
    east.save()
    ForbiddenTrip.objects.create(origin=west, destination=east)
    return desk.wish(RIDE)


def booked(text: str, **values: Any) -> Story:
    def story(desk: Desk) -> RideWish:
        desk.book("ann", RIDE)
        return setting(text, **values)(desk)

    return story


def suspended(desk: Desk) -> RideWish:
    desk.service.strikes_suspend = 1
    desk.service.save()
    booking = desk.book("ann", RIDE)
    desk.now = booking.pickup_from_at - timedelta(minutes=15)
    desk.cancel(booking)
    return desk.wish("Mill->Station leave 15:00")


STORIES: dict[str, Story] = {
    "party_too_large": setting(party={"adults": 9}),
    "suspended": suspended,
    "not_entitled": not_entitled,
    "in_the_past": setting("Mill->Station leave 8:30"),
    "too_soon": setting("Mill->Station leave 9:10"),
    "booking_closed": setting(
        booking_rules={"booking_type": 2, "prior_notice_last_day": 1, "prior_notice_last_time": "17:00"},
    ),
    "too_far_ahead": later_day(RIDE, 9),
    "closed": closed,
    "outside_hours": setting("Mill->Station leave 18:30"),
    "outside_area": wishing(destination=FAR),
    "same_place": setting("Mill->Mill leave 11:00"),
    "zones_not_served": zones_not_served,
    "trip_too_short": setting(min_trip_m=500),
    "trip_too_long": setting(max_trip_m=300),
    "no_stop_near": wishing(origin=BESIDE),
    "no_way_to_door": no_way_to_door,
    "code_not_valid": wishing(code="NOPE"),
    "too_many_bookings": booked("School->Mill leave 14:00", max_open_bookings=1),
    "duplicate_booking": booked(RIDE),
    "overlapping_trip": booked("School->Mill leave 11:10"),
}
NOTHING_ELSE = {"same_place", "trip_too_short", "suspended"}
"""Only the passenger can know where else to go; and a suspension lasts as long as it says."""


def test_every_rule_has_a_story() -> None:
    assert set(STORIES) == {rule.__name__ for rule in rules.RULES}


@pytest.mark.parametrize("kind", STORIES)
def test_what_a_refusal_says_would_do_does(kind: str) -> None:
    desk = open_desk("van1 Depot 8:00-18:00 seats 8", "van2 Depot 8:00-18:00 seats 8", now="9:00", days_before=0)
    wish = STORIES[kind](desk)
    desk = replace(desk, planner=make_planner(desk.service, MatrixTimes(TOWN.travel)))
    refusal = desk.ask("ann", wish)
    assert isinstance(refusal, Refusal)
    assert refusal.kind == kind
    assert refusal.title
    assert len(refusal.detail) <= 500
    assert bool(refusal.alternatives) == (kind not in NOTHING_ELSE)
    for done in _each_done(desk, wish, refusal):
        assert isinstance(desk.ask("ann", done), list), (refusal.alternatives, done)


def _each_done(desk: Desk, wish: RideWish, refusal: Refusal) -> list[RideWish]:
    """The wish with each alternative taken; stops are taken together."""
    stops = [each for each in refusal.alternatives if "stop" in each]
    others = [each for each in refusal.alternatives if "stop" not in each]
    found = [_done(desk, wish, each) for each in others]
    for each in stops:
        wish = replace(wish, **{each["kind"].removesuffix("_stop"): TOWN.places[each["stop"].title()]})
        wish = _done(desk, wish, each) if "leave_at" in each else wish
    return found + ([wish] if stops else [])


def _done(desk: Desk, wish: RideWish, alternative: dict[str, str]) -> RideWish:
    text = alternative["text"]
    if "leave_at" in alternative:
        return replace(wish, leave_at=datetime.fromisoformat(alternative["leave_at"]))
    match alternative["kind"]:
        case "smaller_party":
            return replace(wish, party=Party(adults=int(re.findall(r"\d+", text)[0])))
        case "stops":
            return replace(wish, door_to_door=False)
        case "without_code":
            return replace(wish, code="")
        case "own_booking":
            desk.cancel(Booking.objects.get(reference=text.removeprefix("Cancel ")))
            return wish
        case "book_later":
            day = re.findall(r"\d+ \w+", text)[0]
            desk.now = desk.at("0:00", on=datetime.strptime(f"{day} 2027", "%d %B %Y").date())  # noqa: DTZ007
            return wish
    raise AssertionError(f"what is to be done with {alternative}?")
