"""What a dispatcher sees when a plan is re-optimised."""

from __future__ import annotations

import pytest

from routing.check import violations
from routing.cost import cost
from routing.model import Actual
from routing.plan import Action, Visit
from routing.units import parse_clock
from tests.builders import line_town, plan_of, town_of
from tests.routing.optimising import WEIGHTS, improve

TOWN = line_town("Depot 4m Mill 6m School 5m Station")


def test_two_vans_that_follow_each_other_become_one() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Depot 8:00-12:00",
        "ann Mill->Station from 8:00 until 9:00", "bob School->Station from 8:00 until 9:00",
    )  # fmt: skip
    plan = plan_of("""
        van1 | +ann | -ann
        van2 | +bob | -bob""")

    # Bob is on Ann's way: the second van need not leave the depot.
    assert TOWN.show(improve(plan, problem), problem) == (
        "van1 8:00 | 8:04 +ann@Mill | 8:10 +bob@School | 8:15 -bob@Station | 8:15 -ann@Station"
    )


def test_vans_that_cross_swap_their_passengers() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 seats 1", "van2 Station 8:00-12:00 seats 1",
        "ann Mill->Depot from 8:00 until 8:30", "bob School->Station from 8:00 until 8:30",
    )  # fmt: skip
    plan = plan_of("""
        van1 | +bob | -bob
        van2 | +ann | -ann""")

    assert TOWN.show(improve(plan, problem), problem) == (
        "van1 8:00 | 8:04 +ann@Mill | 8:08 -ann@Depot\nvan2 8:00 | 8:05 +bob@School | 8:10 -bob@Station"
    )


@pytest.mark.parametrize(("layouts", "vans"), [("layouts 4+0/2+1", 2), ("layouts 4+0/4+1", 1)])
def test_a_wheelchair_that_folds_two_seats_up_leaves_no_room_for_a_family_of_three(layouts: str, vans: int) -> None:
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 {layouts}", f"van2 Depot 8:00-12:00 {layouts}",
        "ann Mill->Station from 8:00 until 8:05 by 8:20 wheelchairs 1",
        "family School->Station from 8:00 until 8:15 by 8:20 party 3",
    )  # fmt: skip
    plan = plan_of("""
        van1 | +ann | -ann
        van2 | +family | -family""")

    better = improve(plan, problem)

    # The second run is the control: with all seats left beside the wheelchair they share a van.
    assert sum(1 for route in better.routes.values() if route.visits) == vans
    assert violations(better, problem) == []


@pytest.mark.parametrize(("ride", "shared"), [("16m", True), ("14m", False)])
def test_a_ride_limit_keeps_two_rides_apart(ride: str, shared: bool) -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Depot 8:00-12:00",
        f"ann Mill->Station from 8:04 until 8:04 by 10:00 ride {ride}",
        "bob School->Station from 8:15 until 8:15 by 10:00",
    )  # fmt: skip
    better = improve(plan_of("van1 | +ann | -ann\nvan2 | +bob | -bob"), problem)

    # One van is at the Mill at 8:04 and at School for Bob at 8:15: Ann is at the Station at 8:20, after 16 min.
    assert sum(1 for route in better.routes.values() if len(route.visits) == 4 and route.visits[1].subject == "bob") == shared
    assert violations(better, problem) == []


def test_the_break_is_taken_with_nobody_on_board_though_riding_through_it_would_be_cheaper() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 break 8:10-8:40 20m School",
        "ann Mill->Station from 8:00 until 8:55 by 10:00",
    )  # fmt: skip
    plan = plan_of("van1 | *van1-1 | +ann | -ann")
    cheaper = plan_of("van1 | +ann | *van1-1 | -ann")
    assert cost(cheaper, problem, WEIGHTS) - 2 * 20 * 60 < cost(plan, problem, WEIGHTS)  # but for her 20 min of waiting

    better = improve(plan, problem)

    # There and back again: to the break at School, back to the Mill for Ann. Or Ann first, then back to the School in time.
    assert TOWN.show(better, problem) == "van1 8:00 | 8:04 +ann@Mill | 8:15 -ann@Station | 8:20 *van1-1@School"


def test_who_is_on_board_stays_on_board() -> None:
    aboard = Visit(Action.BOARD, "ann")
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Station 8:00-12:00",
        "ann Mill->Station from 8:00 until 8:10", "bob School->Station from 8:20 until 9:00",
        now="8:05", actuals={aboard: Actual(*[parse_clock("8:04")] * 3)},
    )  # fmt: skip
    plan = plan_of("""
        van1 | +ann || -ann
        van2 | +bob | -bob""")

    better = improve(plan, problem)

    # Ann can't change vans, so van1 has to go to the Station anyway: it picks Bob up on its way. It left the Mill at 8:04 but
    # had nothing to do before now, 8:05, so it could be at School at 8:11; Bob comes at 8:20.
    first, *rest = TOWN.show(better, problem).split(" | ")
    assert [first, rest[0]] == ["van1 8:00", "8:04 +ann@Mill || 8:20 +bob@School"]
    assert sorted(rest[1:]) == ["8:25 -ann@Station", "8:25 -bob@Station"]


def test_committed_visits_are_driven_first_even_where_that_is_a_detour() -> None:
    lines = ("van1 Depot 8:00-12:00", "ann Station->School from 8:00", "bob Mill->School from 8:00")
    plan = "van1 | +ann {}| +bob | -bob | -ann"

    committed = improve(plan_of(plan.format("|")), problem := TOWN.problem(*lines, now="8:01"))
    free = improve(plan_of(plan.format("")), TOWN.problem(*lines, now="8:01"))

    assert committed.routes["van1"].visits[0] == (Action.BOARD, "ann")  # type: ignore[index]
    assert violations(committed, problem) == []
    assert free.routes["van1"].visits[0] == (Action.BOARD, "bob")  # type: ignore[index]


def test_nothing_is_set_off_for_in_the_past() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Depot 8:00-12:00",
        "ann Mill->Station from 8:00 until 9:00", "bob Mill->Station from 8:00 until 8:34", now="8:30",
    )  # fmt: skip
    better = improve(plan_of("van1 | +ann | -ann\nvan2 | +bob | -bob"), problem)

    # It is 8:30: from the depot nobody is at the Mill before 8:34.
    shared = "8:34 +{}@Mill | 8:34 +{}@Mill | 8:45 -{}@Station | 8:45 -{}@Station"
    assert sorted(TOWN.show(better, problem).split(" | ")) == sorted(
        f"van1 8:30 | {shared.format(*['ann', 'bob'] * 2)}".split(" | ")
    )


def test_a_late_van_can_be_relieved() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Mill 8:00-12:00",
        "ann Mill->Station from 8:00 until 8:05 by 8:20", "bob School->Depot from 8:00 until 8:15", now="8:20",
    )  # fmt: skip
    late = plan_of("van1 | +bob | -bob | +ann | -ann\nvan2")
    assert len(violations(late, problem)) == 3

    better = improve(late, problem)

    # Both promises are broken by now, but need not be broken by so much: van2 stands where Ann is waiting, and passes Bob's
    # stop before van1 could be there at 8:30.
    assert TOWN.show(better, problem) == ("van2 8:20 | 8:20 +ann@Mill | 8:26 +bob@School | 8:31 -ann@Station | 8:46 -bob@Depot")
    assert len(violations(better, problem)) == 3


def test_a_bus_that_was_swapped_for_a_smaller_one_is_no_reason_to_give_up() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 seats 2",
        "ann Mill->Station from 8:00 until 9:00", "family Mill->Station from 8:00 until 9:00 party 2",
        "bob Depot->Mill from 8:00 until 10:00 by 11:00",
    )  # fmt: skip
    plan = plan_of("van1 | +family | +ann | -family | -ann | +bob | -bob")

    better = improve(plan, problem)

    # Ann and the family still share two seats, as they did; Bob is taken along on the way out.
    assert TOWN.show(better, problem).startswith("van1 8:00 | 8:00 +bob@Depot | 8:04 -bob@Mill | 8:04")


def test_a_place_without_a_road_is_not_driven_to() -> None:
    town = town_of({"Depot": {"Mill": "4m", "Island": "9m"}, "Island": {"Quay": "2m"}, "Mill": {"Quay": "1m"}})
    problem = town.problem(
        "van1 Depot 8:00-12:00", "van2 Depot 8:00-12:00", "ann Depot->Mill from 8:00", "bob Depot->Island from 8:00"
    )
    plan = plan_of("van1 | +ann | -ann\nvan2 | +bob | -bob")

    # Depot, Mill, Island would save a van, but the Mill has no road to the Island.
    better = improve(plan, problem)

    assert violations(better, problem) == []
    assert cost(better, problem, WEIGHTS) <= cost(plan, problem, WEIGHTS)
    for route in better.routes.values():
        stops = [visit.subject for visit in route.visits if visit.action is Action.ALIGHT]
        assert stops != ["ann", "bob"]
