"""The compiled arithmetic of rows and insertions against `schedule`, `cost` and the judge, which share nothing with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import Kind, Violation, new_or_worse, violations
from routing.cost import Weights, figures, route_cost
from routing.model import ANY_TIME, Problem, RequestId
from routing.optimise.lns.driver import Driver
from routing.optimise.lns.insert import hashed, recalled, try_out
from routing.optimise.lns.net import NEVER, NONE
from routing.optimise.lns.routes import lengthen, refresh
from routing.optimise.standing import Standing
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import schedule
from tests.routing.lns import KINDS_OF_WEIGHTS, days_with_a_waitlist, driver_of, worlds_with_a_waitlist
from tests.routing.optimising import WEIGHTS, closed


def unbroken(driver: Driver, plan: Plan, problem: Problem) -> Iterator[tuple[int, Standing]]:
    """The vehicles with nothing wrong, and that can be driven as they are."""
    broken = {each.shift for each in violations(plan, problem)}
    for v, (standing, stuck) in enumerate(zip(driver.encoded.standings, driver.stuck(), strict=True)):
        if standing.shift.id not in broken and not stuck:
            yield v, standing


@given(st.one_of(worlds_with_a_waitlist(hurry=False), days_with_a_waitlist()), st.sampled_from(KINDS_OF_WEIGHTS))
@settings(max_examples=150, deadline=None)
def test_a_row_is_timed_and_priced_as_its_route(world: tuple[Plan, Problem], weights: Weights) -> None:
    plan, problem = world
    driver = driver_of(plan, problem, weights)
    if driver is None:
        return
    rows, visits = driver.state.rows, driver.encoded.visits

    for v, standing in unbroken(driver, plan, problem):
        timed, size = schedule(standing.route, problem), rows.routes["length"][v]
        calls = {visits[node]: begin for node, begin in rows.calls[["node", "begin"]][v, 1 : size - 1].tolist()}
        calls.pop(None, None)  # where the vehicle turns after what is committed
        assert calls == {call.visit: call.begin for call in timed.calls[standing.done :]}
        if not standing.done:  # what is behind a vehicle costs too, and is not in its row
            assert rows.routes["cost"][v] == route_cost(standing.route, problem, weights)


@given(st.one_of(worlds_with_a_waitlist(), days_with_a_waitlist()), st.sampled_from(KINDS_OF_WEIGHTS))
@settings(max_examples=150, deadline=None)
def test_whoever_waits_is_put_in_where_it_costs_least(world: tuple[Plan, Problem], weights: Weights) -> None:
    plan, problem = world
    driver = driver_of(plan, problem, weights)
    if driver is None:
        return
    net, state = driver.net, driver.state
    metric = (closed(problem.travel).seconds == problem.travel.seconds).all()

    for item in np.flatnonzero(state.places["vehicle"] == NONE).tolist():
        visit = driver.encoded.visits[net.items["down"][item]]
        assert visit is not None
        for v, standing in unbroken(driver, plan, problem):
            least, to_be_found = least_added(standing.route, visit.subject, problem, weights)
            added = tried(driver, item, v, dearest=NEVER)
            # Where a way around may save time, the search takes it that no boarding saves any; and it leaves a shift whose
            # duration is limited no later to its committed visits than it is now.
            committed = standing.route.frozen and standing.shift.max_duration_s is not None
            assert added >= least
            if not metric or committed or not to_be_found:
                continue
            assert added == least
            driver.state.memory["down"], driver.state.memory["added"] = NONE, 0
            assert tried(driver, item, v, dearest=added) >= added, "nothing is cheaper than the cheapest"
            assert tried(driver, item, v, dearest=min(NEVER, added + 1)) == added, "having been too dear does not hide it"


@given(days_with_a_waitlist())
@settings(max_examples=50, deadline=None)
def test_a_boarding_begins_no_earlier_than_its_ride_allows_and_no_later_than_the_alighting(world: tuple[Plan, Problem]) -> None:
    plan, problem = world
    at_any_time = {name: replace(each, pickup_window=ANY_TIME) for name, each in problem.requests.items()}
    driver = driver_of(plan, replace(problem, requests=at_any_time), WEIGHTS)
    if driver is None:
        return
    nodes = driver.net.nodes
    for up in np.flatnonzero((nodes["boards"] == 1) & (nodes["partner"] != NONE)).tolist():
        boarding, alighting = nodes[up], nodes[nodes["partner"][up]]
        longest_s = boarding["service"] + boarding["ride_limit"]
        assert boarding["earliest"] == max(ANY_TIME.earliest, alighting["earliest"] - longest_s)
        assert boarding["latest"] == max(boarding["earliest"], alighting["latest"] - boarding["service"])


def tried(driver: Driver, item: int, v: int, dearest: int) -> int:
    """What the search finds for an item in the route of a vehicle, or that it's no less than `dearest`."""
    found = driver.state.memory[remembered(driver, item, v)]
    try_out(driver.net, driver.state.rows, driver.state.trial, found, item, v, dearest)
    return int(found["added"])


def remembered(driver: Driver, item: int, v: int) -> int:
    return recalled(driver.state.memory, np.uint64(hashed(driver.state.rows, item, v)))


@given(st.one_of(worlds_with_a_waitlist(), days_with_a_waitlist()), st.sampled_from(KINDS_OF_WEIGHTS))
@settings(max_examples=150, deadline=None)
def test_a_row_that_grows_is_as_one_worked_out_anew(world: tuple[Plan, Problem], weights: Weights) -> None:
    plan, problem = world
    problem = replace(problem, travel=closed(problem.travel))  # where a way around saves no time
    driver = driver_of(plan, problem, weights)
    if driver is None:
        return
    net, state = driver.net, driver.state

    for item in np.flatnonzero(state.places["vehicle"] == NONE).tolist():
        for v, _ in unbroken(driver, plan, problem):
            if tried(driver, item, v, dearest=NEVER) >= NEVER:
                continue
            found = state.memory[remembered(driver, item, v)]
            nodes = [int(net.items[item][end]) for end in ("up", "down")]
            lengthen(net, state.rows, v, state.trial, *nodes, int(found["up"]), int(found["down"]))
            grown = state.rows.calls[v].copy(), state.rows.routes[v].copy()
            refresh(net, state.rows, v, state.trial)
            assert grown[1] == state.rows.routes[v]
            assert (grown[0] == state.rows.calls[v])[: grown[1]["length"]].all()


def least_added(route: Route, name: str, problem: Problem, weights: Weights) -> tuple[int, bool]:
    """What it adds to the cost of a route at the least to serve one more, by the judge, or NEVER; and whether it has to be found.

    It has not where riding has a price and the others ride for less: with one more, a boarding or the whole shift may have to
    begin later, which uses up a wait with people on board. The search does not see that at sight and may pass over the place.
    """
    up, down = Visit(Action.BOARD, name), Visit(Action.ALIGHT, name)
    price, visits, found, found_at_sight = route_cost(route, problem, weights), route.visits, [NEVER], [NEVER]
    before, others_s = _judged(route, problem), _ridden_s(route, problem, name)
    for i in range(route.frozen, len(visits) + 1):
        for j in range(i, len(visits) + 1):
            longer = route.with_visits((*visits[:i], up, *visits[i:j], down, *visits[j:]))
            if not new_or_worse(before, _judged(longer, problem)):
                found.append(route_cost(longer, problem, weights) - price)
                if weights.riding == 0 or _ridden_s(longer, problem, name) >= others_s:
                    found_at_sight.append(found[-1])
    return min(found), min(found) == min(found_at_sight)


def _ridden_s(route: Route, problem: Problem, name: str) -> int:
    """Person-seconds on board of all but one."""
    timed = schedule(route, problem)
    up, down = timed.find_call(Action.BOARD, name), timed.find_call(Action.ALIGHT, name)
    own_s = problem.requests[RequestId(name)].load.people * (down.begin - up.depart) if up and down else 0
    return figures(timed, problem).ridden_s - own_s


def _judged(route: Route, problem: Problem) -> list[Violation]:
    alone = Plan("test", problem.day, 0, {route.shift: route})
    return [each for each in violations(alone, problem) if each.kind is not Kind.UNSERVED]
