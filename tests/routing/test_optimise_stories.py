"""What a dispatcher sees when a plan is re-optimised."""

from __future__ import annotations

import pytest

from routing.check import Kind, violations
from routing.cost import cost
from routing.model import Actual
from routing.plan import Action, Visit
from routing.units import parse_clock
from tests.builders import line_town, plan_of, town_of
from tests.routing.optimising import EITHER, WEIGHTS, Improve

TOWN = line_town("Depot 4m Mill 6m School 5m Station")


@EITHER
def test_two_vans_that_follow_each_other_become_one(improve: Improve) -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Depot 8:00-12:00",
        "ann Mill->Station from 8:00 until 9:00", "bob School->Station from 8:00 until 9:00",
    )  # fmt: skip
    plan = plan_of("""
        van1 | +ann | -ann
        van2 | +bob | -bob""")

    # Bob is on Ann's way: the second van need not leave the depot.
    assert TOWN.show(improve(plan, problem), problem) in {
        f"van1 8:00 | 8:04 +ann@Mill | 8:10 +bob@School | 8:15 -{first}@Station | 8:15 -{second}@Station"
        for first, second in (("ann", "bob"), ("bob", "ann"))
    }


@EITHER
def test_vans_that_cross_swap_their_passengers(improve: Improve) -> None:
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
@EITHER
def test_a_wheelchair_that_folds_two_seats_up_leaves_no_room_for_three(improve: Improve, layouts: str, vans: int) -> None:
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
@EITHER
def test_a_ride_limit_keeps_two_rides_apart(improve: Improve, ride: str, shared: bool) -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Depot 8:00-12:00",
        f"ann Mill->Station from 8:04 until 8:04 by 10:00 ride {ride}",
        "bob School->Station from 8:15 until 8:15 by 10:00",
    )  # fmt: skip
    better = improve(plan_of("van1 | +ann | -ann\nvan2 | +bob | -bob"), problem)

    # One van is at the Mill at 8:04 and at School for Bob at 8:15: Ann is at the Station at 8:20, after 16 min.
    assert sum(1 for route in better.routes.values() if len(route.visits) == 4 and route.visits[1].subject == "bob") == shared
    assert violations(better, problem) == []


@EITHER
def test_the_break_is_taken_with_nobody_on_board_though_riding_through_it_would_be_cheaper(improve: Improve) -> None:
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


@EITHER
def test_who_is_on_board_stays_on_board(improve: Improve) -> None:
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


@EITHER
def test_committed_visits_are_driven_first_even_where_that_is_a_detour(improve: Improve) -> None:
    lines = ("van1 Depot 8:00-12:00", "ann Station->School from 8:00", "bob Mill->School from 8:00")
    plan = "van1 | +ann {}| +bob | -bob | -ann"

    committed = improve(plan_of(plan.format("|")), problem := TOWN.problem(*lines, now="8:01"))
    free = improve(plan_of(plan.format("")), TOWN.problem(*lines, now="8:01"))

    assert committed.routes["van1"].visits[0] == (Action.BOARD, "ann")  # type: ignore[index]
    assert violations(committed, problem) == []
    assert free.routes["van1"].visits[0] == (Action.BOARD, "bob")  # type: ignore[index]


@EITHER
def test_nothing_is_set_off_for_in_the_past(improve: Improve) -> None:
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


@EITHER
def test_a_late_van_can_be_relieved(improve: Improve) -> None:
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


@EITHER
def test_a_bus_that_was_swapped_for_a_smaller_one_is_no_reason_to_give_up(improve: Improve) -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 seats 2",
        "ann Mill->Station from 8:00 until 9:00", "family Mill->Station from 8:00 until 9:00 party 2",
        "bob Depot->Mill from 8:00 until 10:00 by 11:00",
    )  # fmt: skip
    plan = plan_of("van1 | +family | +ann | -family | -ann | +bob | -bob")

    better = improve(plan, problem)

    # Ann and the family still share two seats, as they did; Bob is taken along on the way out.
    assert TOWN.show(better, problem).startswith("van1 8:00 | 8:00 +bob@Depot | 8:04 -bob@Mill | 8:04")


@EITHER
def test_a_place_without_a_road_is_not_driven_to(improve: Improve) -> None:
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


@EITHER
def test_who_is_in_no_route_is_put_in_and_nobody_else_is_left_for_it(improve: Improve) -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 seats 1", "van2 Depot 8:00-12:00 seats 1",
        "ann Mill->Station from 8:00 until 8:05", "bob Mill->Station from 8:00 until 8:05",
        "cid Mill->Station from 8:00 until 8:05", "dan Station->Mill from 8:00 until 9:00",
    )  # fmt: skip

    # Both vans are at the Mill in time, and Bob is promised his ride: Ann or Cid has to stay behind.
    better = improve(plan_of("van1 | +bob | -bob\nvan2"), problem)

    assert len(better.requests()) == 3
    assert {"bob", "dan"} <= better.requests()
    assert [found.kind for found in violations(better, problem)] == [Kind.UNSERVED]


@EITHER
def test_room_is_made_for_one_more_whatever_it_costs(improve: Improve) -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 seats 1", "van2 Station 8:00-12:00 seats 1",
        "ann Mill->School from 8:00 until 8:12", "bob Depot->Station from 8:00 until 8:03",
    )  # fmt: skip

    # Only van1 is at the depot in time for Bob, and then it is at the Mill at 8:26; van2 is there at 8:11, from further away.
    better = improve(plan_of("van1 | +ann | -ann\nvan2"), problem)

    assert better.requests() == {"ann", "bob"}
    assert violations(better, problem) == []


@EITHER
@pytest.mark.parametrize(("vehicle", "order"), [("", "+ann +bob -ann -bob"), (" lifo", "+ann +bob -bob -ann")])
def test_who_is_on_board_leaves_last_in_first_out_where_the_vehicle_wants_it(improve: Improve, vehicle: str, order: str) -> None:
    facts = {Visit(Action.BOARD, name): Actual(*[parse_clock("8:04")] * 3) for name in ("ann", "bob")}
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 to Station{vehicle}", "ann Mill->School", "bob Mill->Station", now="8:05", actuals=facts
    )

    # To bring Ann to School first is no detour, but she sits behind Bob.
    better = improve(plan_of("van1 | +ann | +bob || -bob | -ann"), problem)

    assert " ".join(visit.action + visit.subject for visit in better.routes["van1"].visits) == order  # type: ignore[index]


@EITHER
@pytest.mark.parametrize(("lasting", "vans"), [("35m", 1), ("34m", 2)])
def test_a_shift_of_limited_duration_takes_on_what_fits_into_it(improve: Improve, lasting: str, vans: int) -> None:
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 lasting {lasting}", f"van2 Depot 8:00-12:00 lasting {lasting}",
        "ann Mill->Station from 8:30 until 8:30", "bob School->Station from 8:41 until 8:45",
    )  # fmt: skip

    # To be at the Mill at 8:30 a van sets off at 8:26; with Bob at 8:41 it is back at 9:01.
    better = improve(plan_of("van1 | +ann | -ann\nvan2 | +bob | -bob"), problem)

    assert sum(1 for route in better.routes.values() if route.visits) == vans
    assert violations(better, problem) == []
