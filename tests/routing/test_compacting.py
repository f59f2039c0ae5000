"""Out no longer than need be, aboard no longer than need be, and nobody late for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from routing.check import new_or_worse, violations
from routing.compacting import schedule_compactly
from routing.model import Actual, Problem, RequestId, ShiftId
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import Schedule, schedule, task_of
from routing.units import ServiceTime, clock, parse_clock
from tests.builders import line_town, plan_of
from tests.routing.constraints import least_times
from tests.routing.worlds import waiting_routes, worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 seats 8"
VAN1 = ShiftId("van1")


def shown(plan: str, *lines: str, now: str = "0:00", actuals: dict[Visit, Actual] | None = None) -> str:
    """When the van sets off, begins each visit and is back."""
    timed = schedule_compactly(plan_of(plan).routes[VAN1], TOWN.problem(VAN, *lines, now=now, actuals=actuals))
    calls = [f"{clock(call.begin)} {call.visit.action}{call.visit.subject}" for call in timed.calls]
    return " | ".join([clock(timed.leaves), *calls, clock(timed.ends)])


def test_a_van_leaves_its_depot_when_it_is_needed() -> None:
    # Ann comes at 9:00; Mill is 4 minutes away. At 8:00 it could leave, and wait.
    assert shown("van1 | +ann | -ann", "ann Mill->Station from 9:00") == "8:56 | 9:00 +ann | 9:11 -ann | 9:26"


def test_a_passenger_is_fetched_later_where_that_saves_waiting_aboard() -> None:
    asked = ("ann Mill->Station from 8:00 until 8:30", "bob School->Station from 8:20")

    # Bob is there at 8:20, so Ann boards at 8:14 instead of at 8:04, and the van leaves at 8:10.
    assert shown("van1 | +ann | +bob | -ann | -bob", *asked) == "8:10 | 8:14 +ann | 8:20 +bob | 8:25 -ann | 8:25 -bob | 8:40"


def test_nobody_is_fetched_after_the_time_promised() -> None:
    asked = ("ann Mill->Station from 8:00 until 8:11", "bob School->Station from 8:20")

    assert shown("van1 | +ann | +bob | -ann | -bob", *asked) == "8:07 | 8:11 +ann | 8:20 +bob | 8:25 -ann | 8:25 -bob | 8:40"


def test_whom_it_saves_nothing_boards_as_early_as_before() -> None:
    asked = ("ann Mill->School until 8:10", "bob Station->School from 9:00")

    # Off at 8:06 for Ann, who has to be fetched by 8:10. The wait for Bob is spent empty, at Station.
    assert shown("van1 | +ann | -ann | +bob | -bob", *asked) == "8:06 | 8:10 +ann | 8:16 -ann | 9:00 +bob | 9:05 -bob | 9:15"


def test_three_who_wait_aboard_weigh_more_than_one() -> None:
    asked = ("ann Mill->School from 8:00 until 8:10", "bob School->Station party 3", "cat School->Station from 8:40 until 8:40")
    plan = "van1 | +ann | +bob | -ann | +cat | -bob | -cat"

    # Whether Bob's party of three boards at 8:16 or at 8:40 Ann is aboard as well, for she alights after they board. It is better
    # that she is aboard for 24 minutes more than that three are.
    found = shown(plan, *asked)
    assert found == "8:06 | 8:10 +ann | 8:40 +bob | 8:40 -ann | 8:40 +cat | 8:45 -bob | 8:45 -cat | 9:00"


def test_no_ride_gets_too_long_for_the_sake_of_others() -> None:
    asked = ("ann Mill->School until 8:10 ride 25m", "bob School->Station party 3", "cat School->Station from 8:40 until 8:40")

    # As above, but Ann may ride for 25 minutes only: she alights at 8:35, and Bob has to have boarded by then.
    assert shown("van1 | +ann | +bob | -ann | +cat | -bob | -cat", *asked).startswith(
        "8:06 | 8:10 +ann | 8:35 +bob | 8:35 -ann |"
    )


def test_what_was_observed_stays_and_what_is_ahead_gets_better() -> None:
    asked = ("ann Depot->Mill", "bob Mill->Station until 9:00", "cat School->Station from 8:40")
    plan = "van1 | +ann || -ann | +bob | +cat | -bob | -cat"
    seen = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:10")] * 3)}

    # Ann boarded at 8:10 and is taken to Mill at once; Bob boards there at 8:34 and not at 8:14, since Cat comes at 8:40.
    assert shown(plan, *asked, now="8:10", actuals=seen) == (
        "8:10 | 8:10 +ann | 8:14 -ann | 8:34 +bob | 8:40 +cat | 8:45 -bob | 8:45 -cat | 9:00"
    )


def test_an_idle_van_stays_where_it_is() -> None:
    assert shown("van1", now="9:00") == "9:00 | 9:00"


def test_what_is_late_already_gets_no_later() -> None:
    asked = ("ann Mill->School until 7:50", "bob Station->School from 9:00")

    assert shown("van1 | +ann | -ann | +bob | -bob", *asked) == "8:00 | 8:04 +ann | 8:10 -ann | 9:00 +bob | 9:05 -bob | 9:15"


def best_by_linear_programming(route: Route, problem: Problem) -> list[int]:
    """When to set off, to begin each visit and to be back, by HiGHS: least duration, then least time aboard, then earliest."""
    shift, early = problem.shifts[route.shift], schedule(route, problem)
    tasks, calls = [task_of(visit, shift, problem) for visit in route.visits], early.calls
    last, passed = len(calls) + 1, max((k for k, call in enumerate(calls, 1) if call.visit in problem.actuals), default=0)
    bounds: list[tuple[int, int]] = [(early.leaves, early.ends)]
    for k, (call, task) in enumerate(zip(calls, tasks, strict=True), 1):
        bounds.append((call.begin, call.begin if k <= passed else max(call.begin, task.window.latest)))
    bounds.append((early.ends, early.ends))
    rows: list[dict[int, int]] = []  # sum of factor x time <= limit
    limits: list[int] = []

    def follows(here: int, there: int, by: int) -> None:
        rows.append({here: 1, there: -1})
        limits.append(-by)

    places, services_s = [shift.start, *(task.place for task in tasks), shift.end], [0, *(task.service_s for task in tasks)]
    for k, (here, there) in enumerate(pairwise(places)):
        if k >= passed + 1 or (k == 0 and not passed):
            follows(k, k + 1, services_s[k] + problem.travel(here, there))
    if passed:
        actual, first = problem.actuals.get(calls[0].visit, Actual()), calls[0]
        reached = first.begin if actual.arrive is None else actual.arrive
        in_time = min(reached - problem.travel(shift.start, first.place), early.ends)  # not back before it sets off
        bounds[0] = (early.leaves, max(early.leaves, in_time))
    aboard = np.zeros(last + 1)
    for up, visit in enumerate(route.visits, 1):
        if visit.action is Action.BOARD:
            down, request = (
                route.visits.index(Visit(Action.ALIGHT, visit.subject)) + 1,
                problem.requests[RequestId(visit.subject)],
            )
            limit_s = max(request.max_ride_s, calls[down - 1].begin - calls[up - 1].depart)
            boarding_s = calls[up - 1].depart - calls[up - 1].begin
            rows.append({down: 1, up: -1})
            limits.append(limit_s + boarding_s)
            aboard[[up, down]] += -request.load.people, request.load.people
    duration = np.zeros(last + 1)
    duration[[0, last]] += -1, 1
    equal: list[np.ndarray] = []
    values: list[float] = []
    matrix = np.array([[row.get(k, 0) for k in range(last + 1)] for row in rows]) if rows else None
    for objective in (duration, aboard, np.ones(last + 1)):
        solved = linprog(
            objective, matrix, limits or None, np.array(equal) if equal else None, values or None, bounds, method="highs"
        )
        assert solved.status == 0, solved.message
        equal.append(objective)
        values.append(round(solved.fun))
    return [round(time) for time in solved.x]


def times_of(timed: Schedule) -> list[int]:
    return [timed.leaves, *(call.begin for call in timed.calls), timed.ends]


@given(worlds(gaps=False, hurry=False, limited=True))
@settings(max_examples=80, deadline=None)
def test_no_timing_is_better(world: tuple[Plan, Problem]) -> None:
    """Fewest seconds out, then fewest aboard, then earliest, whatever is committed, observed, late or too long already."""
    plan, problem = world
    for route in plan.routes.values():
        if route.visits:
            assert times_of(schedule_compactly(route, problem)) == best_by_linear_programming(route, problem)


@given(waiting_routes())
@settings(max_examples=200, deadline=None)
def test_no_timing_is_better_where_there_is_much_to_choose_from(world: tuple[Route, Problem]) -> None:
    route, problem = world

    assert times_of(schedule_compactly(route, problem)) == best_by_linear_programming(route, problem)


def busiest(world: tuple[Plan, Problem]) -> tuple[Route, Problem]:
    plan, problem = world
    return max(plan.routes.values(), key=lambda route: len(route.visits)), problem


@given(st.one_of(waiting_routes(), worlds(gaps=False, hurry=False, limited=True).map(busiest)))
@settings(max_examples=200, deadline=None)
def test_the_earliest_timing_takes_no_longer_than_a_shift_may_unless_every_timing_does(world: tuple[Route, Problem]) -> None:
    """What the judge says that a shift takes too long is the least that it can: with less, some visit would be late."""
    route, problem = world
    shift = problem.shifts[route.shift]

    least, early = schedule_compactly(route, problem), schedule(route, problem)

    assert early.ends == least.ends
    if shift.max_duration_s is not None:
        assert early.ends - early.leaves <= max(shift.max_duration_s, least.ends - least.leaves)


@given(worlds(limited=True))
@settings(max_examples=100, deadline=None)
def test_nothing_gets_worse_in_the_eyes_of_the_judge(world: tuple[Plan, Problem]) -> None:
    plan, problem = world

    before = violations(plan, problem)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("routing.check.schedule", schedule_compactly)
        assert not new_or_worse(before, violations(plan, problem))


@given(worlds(gaps=False, hurry=False, limited=True), st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9)), max_size=6))
@settings(max_examples=100, deadline=None)
def test_time_that_passes_as_planned_changes_nothing(world: tuple[Plan, Problem], moments: list[tuple[int, int]]) -> None:
    """A visit is committed when its vehicle sets off for it, by this timing; with or without a driver who reports."""
    plan, problem = world
    morning = replace(problem, now=parse_clock("0:00"), actuals={})
    for route in plan.routes.values():
        route = replace(route, frozen=0)
        if least_times(route, morning) is None:
            continue  # then there is nothing to go by but the earliest schedule, which changes as time passes
        calm = schedule_compactly(route, morning)
        for now in sorted(calm.calls[k].begin + 60 * minutes for k, minutes in moments if k < len(calm.calls)):
            place, frozen = morning.shifts[route.shift].start, 0
            while frozen < len(calm.calls) and calm.calls[frozen].begin - morning.travel(place, calm.calls[frozen].place) <= now:
                place, frozen = calm.calls[frozen].place, frozen + 1
            begun = [call for call in calm.calls[:frozen] if call.begin <= now]
            said = {call.visit: Actual(call.arrive, call.begin, call.depart if call.depart <= now else None) for call in begun}
            for actuals in ({}, said):
                later = replace(morning, now=ServiceTime(max(0, now)), actuals=actuals)
                timed = schedule_compactly(replace(route, frozen=frozen), later)
                assert [call.begin for call in timed.calls] == [call.begin for call in calm.calls]
                assert timed.leaves == max(calm.leaves, 0 if frozen else later.now)
