"""The last word on what an optimiser gives back: a result that breaks anything, or costs more, is not given back at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from routing.check import Violation, frozen_moved, new_or_worse, violations
from routing.model import Problem
from routing.plan import Action, Plan, Visit


def find_objection(candidate: Plan, plan: Plan, problem: Problem, before: Sequence[Violation]) -> str | None:
    """Why `candidate` may not take the place of `plan`, whose violations are `before`; None where it may.

    It may serve requests of the problem that `plan` leaves out; nobody whom `plan` serves may be lost.
    """
    if candidate.routes.keys() != plan.routes.keys():
        return "shifts came or went"
    old, new = _visits(plan), _visits(candidate)
    if old - new:
        return "visits went"
    if any(visit.action not in (Action.BOARD, Action.ALIGHT) for visit in new - old):
        return "visits came that board nobody"
    worse = [*new_or_worse(before, violations(candidate, problem)), *frozen_moved(plan, candidate)]
    return "; ".join(map(str, worse)) or None


def _visits(plan: Plan) -> Counter[Visit]:
    return Counter(visit for route in plan.routes.values() for visit in route.visits)
