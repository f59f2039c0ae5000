"""A modelled Ripon day in routing's own values, booked wish by wish as passengers would: everybody takes the first offer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from routing.command import modelled_day
from routing.command.modelled_day import DAY, HOURS
from routing.cost import Weights
from routing.model import Problem
from routing.offers import candidates
from routing.plan import Plan, Route, opening_plan
from routing.replay.values import Demand
from routing.units import ServiceTime

FOLDER = Path(__file__).parents[2] / "fixtures" / "ripon"


def booked_day(profile: str, weights: Weights, wishes: int | None = None) -> tuple[Plan, Problem, int]:
    """The plan of a day (`usual` or `busiest`) as it grew, its problem, and how many wishes found no offer.

    `wishes` takes so many of the day's, from the first on.
    """
    read = json.loads((FOLDER / f"wishes_{profile}.json").read_text())["wishes"][:wishes]
    demand = demand_of(read, weights)
    rules = replace(demand.rules, notice_s=0)  # as if all had asked long before
    plan = opening_plan("ripon", DAY, demand.shifts)
    problem = Problem(DAY, ServiceTime(0), {}, {shift.id: shift for shift in demand.shifts}, demand.travel)
    refused = 0
    for asked in demand.asked:
        found = candidates(asked.wish, plan, problem, rules, weights, HOURS)
        if not found:
            refused += 1
            continue
        promise = replace(found[0].request, id=asked.id)
        problem = replace(problem, requests={**problem.requests, promise.id: promise})
        plan = plan.with_route(_renamed(found[0].insertion.route, found[0].request.id, promise.id))
    return plan, problem, refused


def demand_of(wishes: Sequence[Mapping[str, Any]], weights: Weights) -> Demand:
    """A day with the fixture's rules, roads and weekday shifts; `wishes` as in `wishes_usual.json`."""
    return modelled_day.demand_of(FOLDER, wishes, weights)


def _renamed(route: Route, old: str, new: str) -> Route:
    return route.with_visits(tuple(visit._replace(subject=new) if visit.subject == old else visit for visit in route.visits))
