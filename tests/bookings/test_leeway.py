"""What whoever takes the call learns from a refusal: by how little it doesn't fit, and whom it would concern."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookings import queries
from bookings.models import Refusal, Service
from bookings.planner import make_planner
from bookings.wish import wish_from_json
from routing.travel.matrix_times import MatrixTimes
from tests.bookings.town import TOWN, Desk, open_desk

pytestmark = pytest.mark.django_db


def to_staff(refusal: Refusal) -> list[str]:
    return [each.text for each in queries.leeway_for_staff([refusal])[0]]


def to_passenger(refusal: Refusal) -> list[str]:
    return [each.text for each in queries.leeway_for_passenger(refusal)]


def strict_desk() -> Desk:
    """Nobody may ride longer than the direct way, and promises and searches are narrow."""
    desk = open_desk()
    Service.objects.update(
        min_detour_s=0,
        max_detour_s=0,
        pickup_before_s=0,
        pickup_after_s=60,
        arrival_slack_s=1800,
        search_before_s=0,
        search_after_s=0,
    )
    desk.service.refresh_from_db()
    desk.planner = make_planner(desk.service, MatrixTimes(TOWN.travel))
    return desk


def test_two_minutes_of_overtime_or_two_minutes_earlier() -> None:
    desk = open_desk()

    # At Mill at 11:36, at Station at 11:47, and back 15 minutes later: at 12:02.
    refusal = desk.refusal("bob", desk.wish("Mill->Station leave 11:36"))

    earlier = "It would fit if leaving at 11:34 would do, 2 min earlier than asked."
    overtime = "It would fit if van1 could be out for 2 min longer than its shift."
    # A second van would be out for 4 + 11 + 15 minutes.
    assert to_staff(refusal) == [earlier, overtime, "It would fit if one vehicle more were out for 30 min."]
    assert to_passenger(refusal) == [earlier]
    assert desk.offers("bob", "Mill->Station leave 11:34")


def test_four_minutes_later_than_asked() -> None:
    desk = open_desk()

    # The van sets off at 8:00, is at Mill at 8:04 and at Station at 8:15.
    refusal = desk.refusal("bob", desk.wish("Mill->Station arrive 8:11"))

    assert to_passenger(refusal)[0] == "It would fit if arriving by 08:15 would do, 4 min later than asked."
    assert desk.offers("bob", "Mill->Station arrive 8:15")


def test_ten_minutes_of_anns_are_told_to_staff_alone() -> None:
    desk = strict_desk()
    ann = desk.book("ann", "Station->Mill leave 9:00")

    # Ann passes School at 9:05. With Bob from there back to Station at 9:10 she would be at Mill at 9:21 and not at 9:11.
    # Else Bob could be at Station at 9:01, the latest for Ann to board, or fetched after Ann is at Mill, at 9:17.
    refusal = desk.refusal("bob", desk.wish("School->Station leave 9:00"))

    times = [
        "It would fit if leaving at 08:56 would do, 4 min earlier than asked.",
        "It would fit if leaving at 09:17 would do, 17 min later than asked.",
    ]
    assert refusal.kind == "detour"
    assert to_staff(refusal) == [
        *times,
        f"It would fit if ann ({ann.reference}) could ride 10 min longer than the service allows.",
        "It would fit if one vehicle more were out for 30 min.",
    ]
    assert to_passenger(refusal) == times
    assert "ann" not in str(refusal.leeway)  # a name is looked up when it's told, and not kept


def test_two_seats_more() -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 1")

    refusal = desk.refusal("bob", desk.wish("Mill->Station leave 9:00", adults=3))

    more = "It would fit if one vehicle more were out for 30 min."
    assert to_staff(refusal) == ["It would fit if van1 had 2 more seats.", more]
    assert to_passenger(refusal) == ["It would fit if the bus had 2 more seats."]


def test_nothing_is_told_where_a_rule_of_the_service_refuses() -> None:
    desk = open_desk(now="9:00", days_before=0)

    assert desk.refusal("bob", desk.wish("Mill->Station leave 8:30")).leeway == []


def test_a_longer_walk_and_asking_again_from_there_works() -> None:
    # It's 245 m on foot from School to Station, and 200 m is what the service allows; at Station the van has to be on time.
    desk = open_desk("van1 Depot 8:00-12:00 seats 4")
    desk.service.walk_limit_m = 200
    desk.planner = desk.planner_with(search_after_s=0)
    desk.book("zoe", "School->Station leave 9:00", adults=4)
    desk.book("ann", "Station->Mill leave 9:20")
    refusal = desk.refusal("bob", desk.wish("Mill->Station leave 9:01"))

    told = {each.rule: each for each in queries.leeway_for_passenger(refusal)}["walk"]

    assert told.text == "It would fit if a walk of 245 m where it ends would do, 45 m more than the service allows."
    assert (told.end, told.stop) == ("destination", "SCHOOL")
    again = replace(wish_from_json(refusal.wish), destination=TOWN.places["School"])
    assert isinstance(desk.ask("bob", again), list)
