"""Why somebody can't be taken: the one thing that stands in the way."""

from __future__ import annotations

import pytest

from routing.relaxing import Constraint, explain_refusal
from tests.builders import line_town, plan_of, town_of

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 layouts 4+0/2+1"


@pytest.mark.parametrize(
    ("plan", "lines", "wish", "why"),
    [
        pytest.param(
            "+ann | -ann",
            ["ann Mill->Station wheelchairs 1 until 8:04 by 8:15"],
            "bob Mill->Station wheelchairs 1 until 8:04 by 8:15",
            Constraint.WHEELCHAIR,
            id="the wheelchair place is taken by Ann",
        ),
        pytest.param(
            "+ann | -ann",
            ["ann Mill->Station party 3 until 8:04 by 8:15"],
            "bob Mill->Station party 2 until 8:04 by 8:15",
            Constraint.SEATS,
            id="five people on four seats",
        ),
        pytest.param("", [], "bob Mill->Station party 9", Constraint.SEATS, id="a party larger than any van"),
        pytest.param("*van1-1", [], "bob Depot->Mill from 9:10 until 9:20", Constraint.BREAK, id="the driver's break"),
        pytest.param(
            "+ann | -ann",
            ["ann School->Mill until 8:10 ride 15m"],
            "bob School->Station until 8:10 by 8:15",
            Constraint.DETOUR,
            id="Ann would ride 16 minutes instead of 6",
        ),
        pytest.param("", [], "bob Mill->Station from 12:30 until 12:45", Constraint.SHIFT, id="nobody on duty any more"),
        pytest.param(
            "+ann | -ann",
            ["ann Mill->Station from 8:04 until 8:04 by 8:15"],
            "bob Mill->Depot from 8:10 until 8:14 by 8:20",
            Constraint.BUSY,
            id="on the way to Station with Ann",
        ),
        pytest.param("", [], "bob Station->Mill from 8:00 until 8:10", Constraint.SHIFT, id="15 minutes from the depot at 8:00"),
    ],
)
def test_what_binds(plan: str, lines: list[str], wish: str, why: Constraint) -> None:
    problem = TOWN.problem(f"{VAN} break 9:00-9:00 30m Depot", *lines)
    breaks = "" if "*" in plan else "| *van1-1"

    assert explain_refusal(plan_of(f"van1 | {plan} {breaks}"), TOWN.request(wish), problem) is why


def test_nothing_binds_where_there_is_room() -> None:
    assert explain_refusal(plan_of("van1"), TOWN.request("bob Mill->Station"), TOWN.problem(VAN)) is None


def test_no_road() -> None:
    town = town_of({"Depot": {"Mill": "4m"}, "Island": {}})

    assert explain_refusal(plan_of("van1"), town.request("bob Mill->Island"), town.problem(VAN)) is Constraint.NO_WAY


def test_a_van_that_can_not_be_there_in_time() -> None:
    problem = TOWN.problem(f"{VAN} break 10:00-10:00 30m Depot", now="9:00")

    # From the depot at 9:00 it is at Station at 9:15; hours, breaks and other people have nothing to do with it.
    assert explain_refusal(plan_of("van1 | *van1-1"), TOWN.request("bob Station->Mill until 9:14"), problem) is Constraint.TOO_FAR


def test_a_break_that_was_over_before_is_not_to_blame_where_somebody_else_is() -> None:
    problem = TOWN.problem("van1 Station 8:00-12:00 break 8:00-8:00 30m Station", "ann Mill->School from 8:35 until 8:41 by 8:47")
    plan = plan_of("van1 | *van1-1@Station | +ann@Mill | -ann@School")

    # The break ends at 8:30, so Ann is fetched at 8:41 and at School at 8:47: too late for Bob, as waiting for him is for her.
    # Without the break she would be there at 8:41; but what Bob is told is that the van is promised.
    assert explain_refusal(plan, TOWN.request("bob School->Station from 8:42 until 8:44 by 8:50"), problem) is Constraint.BUSY


def test_a_break_soon_after_is_to_blame_where_nobody_else_is() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00 break 8:36-8:36 30m Station")

    # From the depot at 8:24 to Mill at 8:28, when Bob's journey is over; but then to Station by 8:39 only.
    why = explain_refusal(plan_of("van1 | *van1-1"), TOWN.request("bob Depot->Mill from 8:24 until 8:25 ride 4m"), problem)
    assert why is Constraint.BREAK


def test_a_driver_who_has_been_out_for_long_enough() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00 lasting 1h", "ann Mill->Station from 9:00 until 9:00")
    plan = plan_of("van1 | +ann | -ann")

    # Out for Ann from 8:56 to 9:26: Bob can be taken before or after, but not four hours earlier or later.
    assert explain_refusal(plan, TOWN.request("bob Mill->School from 9:30 until 9:40"), problem) is None
    assert explain_refusal(plan, TOWN.request("bob Mill->School from 11:00 until 11:10"), problem) is Constraint.SHIFT


def test_those_who_stand_before_the_door() -> None:
    lines = ("ann Depot->School until 8:00 by 8:10", "bob Mill->Station until 8:04 by 8:15")

    def why(van: str) -> Constraint | None:
        plan, wish = plan_of("van1 | +ann | -ann"), TOWN.request(lines[1])
        return explain_refusal(plan, wish, TOWN.problem(van, lines[0]))

    # Bob would board after Ann and still be aboard when she alights.
    assert why("van1 Depot 8:00-12:00 lifo") is Constraint.IN_THE_WAY
    assert why("van1 Depot 8:00-12:00") is None


def test_slugs_and_sentences_are_told_apart() -> None:
    assert len({constraint.slug for constraint in Constraint}) == len(Constraint)
    assert all(constraint.sentence.endswith(".") for constraint in Constraint)
