"""A plan got ready for insertion: it follows the plan as routes change, answers for many requests, and runs uncompiled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.compiled import preparing, searching, shortcuts
from routing.compiled.columns import TIMED_BEGIN
from routing.insertion import PreparedPlan, insertions
from routing.model import Problem, Request
from routing.plan import Plan
from routing.prepared import PreparedRoute
from routing.schedule import schedule
from routing.units import clock
from routing.warm import warm_up
from tests.bench.grown_town import Town
from tests.builders import line_town, plan_of, with_requests
from tests.routing.test_insertion import WEIGHTS, everything
from tests.routing.worlds import requests, worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 seats 8"
ROOT = Path(__file__).resolve().parents[2]


@given(worlds(limited=True))
@settings(max_examples=150, deadline=None)
def test_a_prepared_route_has_the_times_of_its_schedule(world: tuple[Plan, Problem]) -> None:
    plan, problem = world

    for route in plan.routes.values():
        begins = PreparedRoute(route, problem).visits[TIMED_BEGIN, : len(route.visits)]

        assert begins.tolist() == [call.begin for call in schedule(route, problem).calls]


@given(worlds(limited=True), st.lists(requests("new", width=120), min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_many_requests_together_get_what_each_gets_alone(world: tuple[Plan, Problem], asked: list[Request]) -> None:
    prepared = PreparedPlan(*world)

    assert prepared.list_best(asked, WEIGHTS) == [prepared.find_best(request, WEIGHTS) for request in asked]


@given(worlds(limited=True), requests("new", width=120), requests("next", width=120))
@settings(max_examples=80, deadline=None)
def test_a_changed_route_is_as_good_as_a_new_preparation(world: tuple[Plan, Problem], new: Request, following: Request) -> None:
    plan, problem = world
    before = PreparedPlan(plan, problem)
    best = before.find_best(new, WEIGHTS)
    if best is None:
        return
    wider = with_requests(problem, new)

    after = before.with_route(best.route, wider)

    afresh = PreparedPlan(best.into(plan), wider)
    assert after.plan == afresh.plan
    assert after.find_best(following, WEIGHTS) == afresh.find_best(following, WEIGHTS)
    assert list(after.insertions(following, WEIGHTS)) == list(afresh.insertions(following, WEIGHTS))
    assert after.find_best(new, WEIGHTS) is None
    assert before.find_best(new, WEIGHTS) == best  # a value: what was before still answers for what was before


def test_a_route_grows_beyond_all_others() -> None:
    problem = TOWN.problem(VAN, "van2 Station 8:00-12:00")
    prepared = PreparedPlan(plan_of("van1\nvan2"), problem)

    for number in range(40):
        request = TOWN.request(f"r{number} Mill->School")
        best = prepared.find_best(request, WEIGHTS)
        assert best is not None
        problem = with_requests(problem, request)
        prepared = prepared.with_route(best.route, problem)

    assert len(prepared.plan.requests()) == 40
    assert prepared.find_best(TOWN.request("r40 Mill->School"), WEIGHTS) == PreparedPlan(prepared.plan, problem).find_best(
        TOWN.request("r40 Mill->School"), WEIGHTS
    )


def test_a_van_on_a_limited_shift_sets_off_late() -> None:
    # Depot to Station and back is 30 minutes: at Station at 8:45, it sets off at 8:30 and is back at 9:00.
    bob = TOWN.request("bob Station->Depot from 8:45 until 8:45")

    (found,) = insertions(plan_of("van1"), bob, TOWN.problem(f"{VAN} lasting 30m"), WEIGHTS)

    assert clock(found.schedule.leaves) == "8:30"
    assert not list(insertions(plan_of("van1"), bob, TOWN.problem(f"{VAN} lasting 29m"), WEIGHTS))


def test_nobody_gets_past_who_boarded_later() -> None:
    ann, bob = "ann Mill->Station from 8:00 until 8:10", TOWN.request("bob School->Station until 8:30")

    def orders(van: str) -> set[str]:
        found = insertions(plan_of("van1 | +ann@Mill | -ann@Station"), bob, TOWN.problem(van, ann), WEIGHTS)
        return {" ".join(visit.action + visit.subject for visit in each.route.visits) for each in found}

    assert orders(VAN) - orders(f"{VAN} lifo") == {"+ann +bob -ann -bob"}
    assert orders(f"{VAN} lifo") == {"+ann +bob -bob -ann", "+ann -ann +bob -bob"}


def test_long_routes_too_get_what_trying_everything_gets() -> None:
    town = Town(seed=3)
    plan, problem = town.grow(1, 20, WEIGHTS)

    for _ in range(2):
        request = town.request()

        found = [(each.route, each.added) for each in insertions(plan, request, problem, WEIGHTS)]

        assert found == list(everything(plan, request, problem))


def test_everything_is_compiled_once() -> None:
    warm_up()

    for kernel in (preparing.prepare, searching.find_best, searching.search, shortcuts.shortcut_s):
        assert len(kernel.signatures) == 1, kernel  # type: ignore[attr-defined]


def test_it_runs_uncompiled_as_well() -> None:
    stories = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/routing/test_insertion.py"]
    without = {**os.environ, "NUMBA_DISABLE_JIT": "1"}

    run = subprocess.run([*stories, "-k", "not trying and not cheapest"], cwd=ROOT, env=without, capture_output=True, text=True)

    assert run.returncode == 0, run.stdout
