"""Where one more passenger fits: into which van, between which visits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from routing.check import new_or_worse, violations
from routing.cost import Weights, cost
from routing.insertion import find_best_insertion, insertions
from routing.model import Actual, Problem, Request
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import schedule
from routing.units import parse_clock
from tests.builders import line_town, plan_of, with_requests
from tests.routing.worlds import requests, worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 seats 8"
WEIGHTS = Weights()


def shown(plan: Plan, problem: Problem, wish: str) -> str | None:
    """The plan with the best insertion of a wish, or None where it fits nowhere."""
    request = TOWN.request(wish)
    best = find_best_insertion(plan, request, problem, WEIGHTS)
    return None if best is None else TOWN.show(best.into(plan), with_requests(problem, request))


def test_a_second_rider_shares_the_van() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:00")
    plan = plan_of("van1 | +ann@Mill | -ann@Station")

    # Bob is on Ann's way: 4 + 6 = 8:10 at School, so Ann still arrives at 8:15.
    assert shown(plan, problem, "bob School->Station from 8:05 until 8:20") == (
        "van1 8:00 | 8:04 +ann@Mill | 8:10 +bob@School | 8:15 -bob@Station | 8:15 -ann@Station"
    )


def test_of_two_vans_the_one_nearby_goes() -> None:
    problem = TOWN.problem(VAN, "van2 Station 8:00-12:00")
    plan = plan_of("van1\nvan2")

    assert shown(plan, problem, "bob School->Station from 8:05 until 8:20") == "van2 8:00 | 8:05 +bob@School | 8:10 -bob@Station"


def test_no_detour_for_whoever_has_no_minutes_to_spare() -> None:
    plan = plan_of("van1 | +ann@School | -ann@Mill")
    bob = "bob School->Station until 8:10 by 8:15"

    # Ann goes back to Mill, 6 minutes. Bob has to be at Station by 8:15, so she would come along: 5 + 5 + 6 = 16 minutes.
    assert shown(plan, TOWN.problem(VAN, "ann School->Mill until 8:10 ride 16m"), bob) == (
        "van1 8:00 | 8:10 +bob@School | 8:10 +ann@School | 8:15 -bob@Station | 8:26 -ann@Mill"
    )
    assert shown(plan, TOWN.problem(VAN, "ann School->Mill until 8:10 ride 15m"), bob) is None


def test_ann_is_fetched_later_when_waiting_for_bob_would_make_her_ride_too_long() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:00 until 8:30 ride 13m")
    plan = plan_of("van1 | +ann@Mill | -ann@Station")

    # Bob comes at 8:20 and his way is hers, for no more driving; from Mill at 8:12 she rides 13 minutes.
    assert shown(plan, problem, "bob School->Station from 8:20 until 8:25") == (
        "van1 8:00 | 8:12 +ann@Mill | 8:20 +bob@School | 8:25 -bob@Station | 8:25 -ann@Station"
    )


def test_a_van_that_is_late_already_takes_whoever_makes_nobody_later() -> None:
    plan = plan_of("van1 | +ann@School | -ann@Station")
    problem = TOWN.problem(VAN, "ann School->Station until 8:05 by 8:12")

    # Ann is fetched at 8:10, 5 minutes late. Bob at Mill is on the way, Cat comes after, Dan takes a minute to board.
    assert shown(plan, problem, "bob Mill->School from 8:00 until 8:10") == (
        "van1 8:00 | 8:04 +bob@Mill | 8:10 -bob@School | 8:10 +ann@School | 8:15 -ann@Station"
    )
    assert shown(plan, problem, "cat Station->Depot until 8:15") is not None
    assert shown(plan, problem, "dan Mill->School until 8:04 boarding 1m") is None


def test_nobody_gets_on_before_what_is_committed() -> None:
    problem = TOWN.problem(VAN, "ann School->Station until 8:20", now="8:05")
    free, committed = plan_of("van1 | +ann@School | -ann@Station"), plan_of("van1 | +ann@School || -ann@Station")

    # At 8:05 a van at the depot can still fetch Bob at Mill on its way; one that has set off for School can't.
    assert shown(free, problem, "bob Mill->Station until 8:15") == (
        "van1 8:05 | 8:09 +bob@Mill | 8:15 +ann@School | 8:20 -bob@Station | 8:20 -ann@Station"
    )
    assert shown(committed, problem, "bob Mill->Station until 8:15") is None


def test_a_new_passenger_is_fetched_from_where_the_van_is_now() -> None:
    visits = {
        Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:10")] * 3),
        Visit(Action.ALIGHT, "ann"): Actual(*[parse_clock("8:15")] * 3),
    }
    problem = TOWN.problem(VAN, "ann School->Station", now="9:00", actuals=visits)
    plan = plan_of("van1 | +ann@School | -ann@Station ||")

    assert shown(plan, problem, "bob School->Mill until 9:05") == (
        "van1 8:00 | 8:10 +ann@School | 8:15 -ann@Station || 9:05 +bob@School | 9:11 -bob@Mill"
    )
    assert shown(plan, problem, "bob School->Mill until 9:04") is None


def test_nobody_sits_through_a_break_and_a_break_moves_within_its_window() -> None:
    problem = TOWN.problem(f"{VAN} break 8:10-8:40 30m Depot")
    plan = plan_of("van1 | *van1-1@Depot")

    # There and back to Mill before the break; to Station it would begin at 8:30, still in its window.
    assert (
        shown(plan, problem, "bob Mill->Station until 8:10")
        == "van1 8:00 | 8:04 +bob@Mill | 8:15 -bob@Station | 8:30 *van1-1@Depot"
    )
    # Home at 8:41 it would begin too late; after it the van is at Mill at 8:44.
    assert shown(plan, problem, "bob Mill->Station from 8:16 until 8:43") is None
    assert shown(plan, problem, "bob Mill->Station from 8:16 until 8:44") == (
        "van1 8:00 | 8:10 *van1-1@Depot | 8:44 +bob@Mill | 8:55 -bob@Station"
    )


def test_staggered_breaks_leave_one_van() -> None:
    problem = TOWN.problem(f"{VAN} break 9:00-9:00 30m Depot", "van2 Depot 8:00-12:00 break 9:30-9:30 30m Depot")
    plan = plan_of("van1 | *van1-1\nvan2 | *van2-1")

    def van(wish: str) -> str | None:
        best = find_best_insertion(plan, TOWN.request(wish), problem, WEIGHTS)
        return best and best.shift

    assert van("bob Depot->Mill from 9:10 until 9:15") == "van2"
    assert van("bob Depot->Mill from 9:40 until 9:45") == "van1"


def test_seats_fold_up_for_a_wheelchair() -> None:
    van = "van1 Depot 8:00-12:00 layouts 4+0/2+1"
    plan = plan_of("van1 | +ann@Mill | -ann@Station")
    cat = "cat Mill->Station wheelchairs 1 until 8:10 by 8:15"

    assert shown(plan, TOWN.problem(van, "ann Mill->Station party 2 until 8:10 by 8:15"), cat) is not None
    assert shown(plan, TOWN.problem(van, "ann Mill->Station party 3 until 8:10 by 8:15"), cat) is None


def test_a_van_is_home_when_its_shift_ends() -> None:
    problem = TOWN.problem("van1 Depot 8:00-8:30 seats 8")

    # Out to Station and back is 30 minutes.
    assert shown(plan_of("van1"), problem, "bob Mill->Station") is not None
    assert shown(plan_of("van1"), problem, "bob Mill->Station boarding 1s") is None


@pytest.mark.parametrize(("lasting", "fits"), [("45m", True), ("44m", False)])
def test_a_first_visit_that_nobody_reported_was_as_early_as_it_could_be(lasting: str, fits: bool) -> None:
    """What lies before something observed stays, also where a van that had set off later could be out for longer now."""
    seen = {Visit(Action.ALIGHT, "ann"): Actual(*[parse_clock("8:40")] * 3)}
    van = f"van1 Depot 8:00-12:00 lasting {lasting}"
    problem = TOWN.problem(van, "ann Mill->School from 8:20 until 8:34", now="8:41", actuals=seen)

    # To Mill for 8:20, so off at 8:16; Bob boards at School at 8:41, and from Station the van is back at 9:01.
    best = find_best_insertion(plan_of("van1 | +ann | -ann ||"), TOWN.request("bob School->Station"), problem, WEIGHTS)
    assert (best is not None) == fits


def test_who_is_in_the_plan_already_is_not_put_in_twice() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station")

    assert not list(insertions(plan_of("van1 | +ann | -ann"), TOWN.request("ann Mill->Station"), problem, WEIGHTS))


def everything(plan: Plan, request: Request, problem: Problem) -> Iterator[tuple[Route, int]]:
    """Every pair of positions in every route, judged by `check` alone: the route and what it adds to the cost."""
    asked = with_requests(problem, request)
    before, spent = violations(plan, asked), cost(plan, asked, WEIGHTS)
    board, alight = Visit(Action.BOARD, request.id), Visit(Action.ALIGHT, request.id)
    for route in plan.routes.values():
        visits = route.visits
        for up in range(route.frozen, len(visits) + 1):
            for down in range(up, len(visits) + 1):
                tried = route.with_visits((*visits[:up], board, *visits[up:down], alight, *visits[down:]))
                after = plan.with_route(tried)
                if not new_or_worse(before, violations(after, asked)):
                    yield tried, cost(after, asked, WEIGHTS) - spent


@given(worlds(limited=True), requests("new", width=120))
@settings(max_examples=250, deadline=None)
def test_insertion_finds_what_trying_everything_finds(world: tuple[Plan, Problem], request: Request) -> None:
    plan, problem = world

    found = list(insertions(plan, request, problem, WEIGHTS))

    expected = list(everything(plan, request, problem))
    assert [(insertion.route, insertion.added) for insertion in found] == expected
    for insertion in found:
        assert insertion.route.visits[insertion.pickup_at] == (Action.BOARD, "new")
        assert insertion.route.visits[insertion.dropoff_at] == (Action.ALIGHT, "new")
        assert insertion.schedule == schedule(insertion.route, with_requests(problem, request))
        pickup, dropoff = insertion.pickup, insertion.dropoff
        assert (insertion.pickup_begin, insertion.dropoff_begin) == (pickup.begin, dropoff.begin)
        assert insertion.wait_s == pickup.begin - request.pickup_window.earliest
        assert insertion.ride_s == dropoff.begin - pickup.depart


@given(worlds(limited=True), requests("new", width=120))
@settings(max_examples=120, deadline=None)
def test_the_best_is_the_first_of_the_cheapest(world: tuple[Plan, Problem], request: Request) -> None:
    plan, problem = world

    best = find_best_insertion(plan, request, problem, WEIGHTS)

    found = list(insertions(plan, request, problem, WEIGHTS))
    assert best == min(found, key=lambda insertion: insertion.added, default=None)
