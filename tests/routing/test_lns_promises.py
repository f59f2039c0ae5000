"""What holds whatever plan the large-neighbourhood search is given, and the rules of its own model one by one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import Kind, violations
from routing.cost import Weights, cost
from routing.model import Actual, Problem
from routing.optimise.guard import find_objection
from routing.plan import Action, Plan, Visit
from routing.units import parse_clock
from tests.builders import line_town, plan_of
from tests.routing.lns import KINDS_OF_WEIGHTS, worlds_with_a_waitlist
from tests.routing.optimising import search

TOWN = line_town("Depot 4m Mill 6m School 5m Station")


@contextmanager
def warnings_of_the_search() -> Iterator[list[str]]:
    said: list[str] = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("routing.optimise.large_neighbourhoods")
    log.addHandler(listener)
    try:
        yield said
    finally:
        log.removeHandler(listener)


def is_any_good(plan: Plan, problem: Problem, weights: Weights) -> None:
    """Search, and judge what comes out."""
    with warnings_of_the_search() as said:
        better = search(plan, problem, solutions=120, weights=weights)

    # The model follows every rule, so the guard has no need to step in. But where somebody is late already, the model may delay
    # as far as that allows to shorten a ride or a shift; `schedule` makes nobody late for it, so there the guard is needed.
    late = any(each.kind in (Kind.LATE_PICKUP, Kind.LATE_DROPOFF, Kind.BREAK_LATE) for each in violations(plan, problem))
    objections = [part for each in said for part in each.split(" is not taken: ")[1].split("; ")]
    assert all(late and (Kind.RIDE in part or Kind.DURATION in part) for part in objections)
    assert find_objection(better, plan, problem, violations(plan, problem)) is None
    assert better.requests() >= plan.requests()
    if better.requests() == plan.requests():
        assert cost(better, problem, weights) <= cost(plan, problem, weights)
    for shift, route in plan.routes.items():
        assert better.routes[shift].committed == route.committed
        assert _breaks(better, shift) == _breaks(plan, shift)


def _breaks(plan: Plan, shift: str) -> set[Visit]:
    return {
        visit for each, route in plan.routes.items() if each == shift for visit in route.visits if visit.action is Action.BREAK
    }


@given(worlds_with_a_waitlist(), st.sampled_from(KINDS_OF_WEIGHTS))
@settings(max_examples=100, deadline=None)
def test_in_any_world_it_makes_nothing_worse_and_loses_nobody(world: tuple[Plan, Problem], weights: Weights) -> None:
    is_any_good(*world, weights)


@given(worlds_with_a_waitlist(hurry=False), st.sampled_from(KINDS_OF_WEIGHTS))
@settings(max_examples=100, deadline=None)
def test_where_only_ride_limits_press_it_makes_nothing_worse_either(world: tuple[Plan, Problem], weights: Weights) -> None:
    is_any_good(*world, weights)


def test_parcels_that_take_no_seat_are_carried_like_everybody() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00", "parcel Mill->Station party 0", "letter Mill->Station party 0")

    # The parcel is on the plan already, the letter on the waitlist.
    better = search(plan_of("van1 | +parcel | -parcel"), problem)

    assert better.requests() == {"parcel", "letter"}
    assert violations(better, problem) == []


def test_a_plan_with_nothing_that_may_move_stays() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00", "ann Mill->Station", now="8:01")
    plan = plan_of("van1 | +ann | -ann ||")

    assert search(plan, problem) == plan


def test_who_is_on_board_gets_off_before_the_driver_rests_though_the_way_round_would_be_shorter() -> None:
    facts = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:04")] * 3)}
    problem = TOWN.problem("van1 Depot 8:00-12:00 break 8:00-10:00 10m Mill", "ann Mill->Depot", now="8:05", actuals=facts)
    plan = plan_of("van1 | +ann || -ann | *van1-1")

    with warnings_of_the_search() as said:
        better = search(plan, problem)

    assert violations(better, problem) == violations(plan, problem) == []
    assert said == [], "the guard had to step in"


@pytest.mark.parametrize(("vehicle", "order"), [("", "+ann +bob -ann -bob"), (" lifo", "+ann +bob -bob -ann")])
def test_who_is_on_board_already_leaves_last_in_first_out_where_the_vehicle_wants_it(vehicle: str, order: str) -> None:
    facts = {Visit(Action.BOARD, name): Actual(*[parse_clock("8:04")] * 3) for name in ("ann", "bob")}
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 to Station{vehicle}", "ann Mill->School", "bob Mill->Station", now="8:05", actuals=facts
    )
    plan = plan_of("van1 | +ann | +bob || -bob | -ann")

    # To bring Ann to School first is no detour, but she sits behind Bob.
    with warnings_of_the_search() as said:
        better = search(plan, problem)

    assert said == []
    assert " ".join(visit.action + visit.subject for visit in better.routes["van1"].visits) == order  # type: ignore[index]


def test_whoever_is_on_board_leaves_before_the_next_one_takes_the_place() -> None:
    facts = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:00")] * 3)}
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 to Station seats 1", "ann Depot->School", "bob Mill->Station", now="8:01", actuals=facts
    )
    plan = plan_of("van1 | +ann || -ann")

    # Bob's stop lies on Ann's way, but the van has one seat.
    with warnings_of_the_search() as said:
        better = search(plan, problem)

    assert said == []
    assert " ".join(visit.action + visit.subject for visit in better.routes["van1"].visits) == "+ann -ann +bob -bob"  # type: ignore[index]


def test_a_shift_whose_break_alone_takes_too_long_keeps_no_other_from_getting_better() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 lasting 10m break 9:00-9:10 30m Depot", "van2 Depot 8:00-12:00", "van3 Mill 8:00-12:00 to Mill",
        "ann Mill->School from 8:00",
    )  # fmt: skip
    plan = plan_of("van1 | *van1-1\nvan2 | +ann | -ann\nvan3")
    assert violations(plan, problem) == []  # a van that serves nobody need not set off

    better = search(plan, problem)

    assert TOWN.show(better, problem).splitlines() == [
        "van1 9:00 | 9:00 *van1-1@Depot",
        "van3 8:00 | 8:00 +ann@Mill | 8:06 -ann@School",
    ]


def test_a_van_that_has_been_out_has_to_come_home_and_saves_nothing_by_serving_nobody_else() -> None:
    facts = {Visit(a, "ann"): Actual(*[parse_clock(at)] * 3) for a, at in ((Action.BOARD, "8:04"), (Action.ALIGHT, "8:15"))}
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00",
        "van2 School 8:00-12:00 to Mill",
        "ann Mill->Station",
        "bob School->Mill",
        now="8:20",
        actuals=facts,
    )
    plan = plan_of("van1 | +ann | -ann ||\nvan2 | +bob | -bob")

    # Van1 drives home from the Station anyway, 15 min, and Bob is on its way; van2 would drive 6.
    better = search(plan, problem)

    assert [visit.subject for visit in better.routes["van1"].visits] == ["ann", "ann", "bob", "bob"]  # type: ignore[index]
