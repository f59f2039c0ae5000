"""What a search tells while it runs, and what it leaves behind when it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import Kind, violations
from routing.cost import Weights, cost
from routing.model import Problem
from routing.optimise import ortools_routing
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Limit, Progress
from routing.plan import Plan, opening_plan
from routing.solvers import SOLVERS
from tests.builders import DAY
from tests.routing.lns import without
from tests.routing.optimising import WEIGHTS, search, varied_day

SOLUTIONS = {"lns": 3000, "or-tools": 40}
EITHER = pytest.mark.parametrize("name", SOLVERS)


def day(left_out: int = 3) -> tuple[Plan, Problem]:
    """Three vans under many limits, and a few who are in no route any more though there is room for them."""
    plan, problem = varied_day(10, wishes=40, vans=3)
    for request in sorted(plan.requests())[:left_out]:
        plan = without(plan, request)
    return plan, problem


def improved(name: str, plan: Plan, problem: Problem, report: Callable[[Progress], None] | None = None) -> Plan:
    return SOLVERS[name](WEIGHTS, 1).improve(plan, problem, Limit(600, SOLUTIONS[name]), report)


@EITHER
def test_progress_never_gets_worse_and_ends_at_the_plan_that_is_given(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ortools_routing, "TOLD_EVERY_S", -1)  # at each step
    plan, problem = day()
    told: list[Progress] = []

    better = improved(name, plan, problem, told.append)

    assert len(told) > 2
    for before, after in pairwise(told):
        assert (after.left_out, after.cost) <= (before.left_out, before.cost)
        assert after.steps >= before.steps
        assert after.seconds >= before.seconds
    assert (told[-1].left_out, told[-1].cost) == (0, cost(better, problem, WEIGHTS))
    assert told[-1].steps == SOLUTIONS[name]


@EITHER
def test_it_begins_with_a_place_for_nearly_everybody(name: str) -> None:
    _, problem = day()
    nobody = opening_plan("test", DAY, problem.shifts.values())

    better = SOLVERS[name](WEIGHTS, 1).improve(nobody, problem, Limit(600, 1))

    assert len(better.requests()) > 0.8 * len(problem.requests) > 10
    assert {found.kind for found in violations(better, problem)} <= {Kind.UNSERVED}


@EITHER
def test_being_told_of_progress_changes_nothing(name: str) -> None:
    plan, problem = day()

    assert improved(name, plan, problem, lambda _: None) == improved(name, plan, problem)


@EITHER
def test_interrupted_it_gives_the_best_so_far(name: str) -> None:
    plan, problem = day()
    told: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 2:
            raise KeyboardInterrupt

    better = improved(name, plan, problem, interrupt)

    assert len(told) == 2
    assert told[-1].steps < SOLUTIONS[name]
    assert len(problem.requests) - len(better.requests()) == told[-1].left_out < 3
    assert cost(better, problem, WEIGHTS) == told[-1].cost
    assert len(violations(better, problem)) == told[-1].left_out


@EITHER
def test_what_goes_wrong_while_it_tells_ends_the_search_and_harms_nothing(name: str) -> None:
    plan, problem = day()
    solver = SOLVERS[name](WEIGHTS, 1)
    undisturbed = solver.improve(plan, problem, Limit(600, 40))

    def fail(_: Progress) -> None:
        raise BrokenPipeError("nobody is listening any more")

    with pytest.raises(BrokenPipeError, match="nobody is listening"):
        solver.improve(plan, problem, Limit(600, 40), fail)

    assert solver.improve(plan, problem, Limit(600, 40)) == undisturbed


@given(st.integers(0, 10**6), st.sampled_from((WEIGHTS, Weights(riding=0), Weights(shift=500))), st.data())
@settings(max_examples=40, deadline=None)
def test_who_cancels_and_comes_back_is_served_again(seed: int, weights: Weights, data: st.DataObject) -> None:
    plan, problem = varied_day(seed, wishes=12)
    better = search(plan, problem, solutions=400, weights=weights)
    if not better.requests():
        return
    name = data.draw(st.sampled_from(sorted(better.requests())))

    again = LargeNeighbourhoodSearch(weights).improve(better.without_request(name), problem, Limit(600, 400))

    assert again.requests() == better.requests()
    assert violations(again, problem) == []


@EITHER
@pytest.mark.parametrize("left_out", [0, 3])
def test_on_a_machine_so_busy_that_the_time_is_over_at_once_there_is_a_plan_all_the_same(name: str, left_out: int) -> None:
    plan, problem = day(left_out)
    better = SOLVERS[name](WEIGHTS, 1).improve(plan, problem, Limit(1e-6))
    assert set(better.requests()) >= set(plan.requests())
    assert cost(better, problem, WEIGHTS) <= cost(plan, problem, WEIGHTS) or len(better.requests()) > len(plan.requests())
    assert {violation.kind for violation in violations(better, problem)} <= {Kind.UNSERVED}
