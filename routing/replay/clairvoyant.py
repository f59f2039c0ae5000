"""The same day with all wishes known before: what a replay is measured against, the price of not knowing.

What is the same: the rules that turn a wish into a promise (`offers`), the objective (what a plan costs, and what `OfferRules`
has the time away from the wished one and walking cost), shifts and roads. What is not: everybody is heard before anybody is
answered, so promises are chosen with all others in mind, in whatever order serves most, and notice is no matter. Serving more
beats any cost, as for every optimiser. The best plan is searched for and not proved: by ruin and recreation (Schrimpf et al.
2000) over promises, then by the optimiser within them. A replay's own day can be started from; then it's never worse than that.
It must not be all that is started from: who was left out there is hard to get in, and leaving out somebody who lives far away
saves more kilometres than a better plan does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from routing.check import violations
from routing.cost import cost
from routing.model import Problem, RequestId, ShiftId
from routing.offers import candidates
from routing.plan import Action, Plan, Route, Visit, opening_plan
from routing.replay.answering import taken
from routing.replay.driving import driven
from routing.replay.events import Accepted, Alighted, Boarded, Event, Rested
from routing.replay.improving import improved
from routing.replay.promises import journeys
from routing.replay.values import Asked, Conduct, Demand
from routing.units import DAY_S, ServiceTime

BEFORE = ServiceTime(0)
"""When everything is decided: before any shift begins."""


@dataclass(frozen=True, slots=True)
class Search:
    """How hard to look; the same search for the same demand gives the same plan, as far as no `limit.seconds` cuts in."""

    conduct: Conduct
    """Whose optimiser, limit and size of groups are used."""
    rounds: int = 150
    """Ruins and recreations,"""
    every: int = 50
    """and after so many of them, and at the end, the optimiser."""
    ruined: int = 6
    """At most so many people lose their promise in a round."""
    worse_share: float = 0.002
    """By what share of the best cost a plan may be worse and still be gone on from (record-to-record travel, Dueck 1993)."""
    seed: int = 1
    starts: int = 1
    """How often it begins with nobody in the plan, each time by another seed, beside once with the day as it was lived."""


@dataclass(frozen=True, slots=True)
class Hindsight:
    """A plan of the whole day and what everybody in it is told."""

    plan: Plan
    problem: Problem
    told: Mapping[RequestId, Accepted]

    def events(self, demand: Demand) -> list[Event]:
        """The day as it goes by this plan."""
        return driven(self.plan, self.problem, self.told, demand)


def clairvoyant(demand: Demand, search: Search, lived: Iterable[Event] = ()) -> Hindsight:
    """The best plan found for a day. `lived` are the events of a replay of it, to be no worse than. Raises UnknownPoint."""
    starts = [_lived(demand, lived), *([None] * search.starts)]
    runs = [_Searching(demand, search, number, start) for number, start in enumerate(starts) if number or start is not None]
    return min((run.best for run in runs), key=runs[0].score)


class _Searching:
    """One run of the search, from `start` or, where that is None, from asking everybody in the order of their wishes."""

    def __init__(self, demand: Demand, search: Search, number: int, start: Hindsight | None) -> None:
        self.demand, self.search, self.rng = demand, search, Random(search.seed + number)
        self.rules = replace(demand.rules, notice_s=0)
        self.asked = {asked.id: asked for asked in demand.asked}
        if start is None:
            empty = Hindsight(opening_plan(demand.service, demand.day, demand.shifts), _problem(demand, {}), {})
            start = self.with_wishes(empty, list(self.asked.values()))
        self.best = self.polished(start, 0)
        self.run()

    def run(self) -> None:
        current, best_score = self.best, self.score(self.best)
        for number in range(1, self.search.rounds + 1):
            tried = self.recreated(current)
            if number % self.search.every == 0 or number == self.search.rounds:
                tried = self.polished(tried, number)
            left_out, price = self.score(tried)
            hardly_worse = left_out == best_score[0] and price <= best_score[1] * (1 + self.search.worse_share)
            if hardly_worse or left_out < best_score[0]:
                current = tried
            if (left_out, price) < best_score:
                self.best, best_score = tried, (left_out, price)

    def recreated(self, hindsight: Hindsight) -> Hindsight:
        """Some lose their promises, from about one time of day; they and those left out are asked anew in a random order."""
        known = sorted(hindsight.told, key=lambda each: (hindsight.told[each].promise.pickup_window.earliest, each))
        if known:
            middle, number = self.rng.randrange(len(known)), self.rng.randint(1, self.search.ruined)
            near = known[max(0, middle - 2 * number) : middle + 2 * number]
            hindsight = self.without(hindsight, self.rng.sample(near, min(number, len(near))))
        waiting = [asked for asked in self.asked.values() if asked.id not in hindsight.told]
        self.rng.shuffle(waiting)
        return self.with_wishes(hindsight, waiting)

    def with_wishes(self, hindsight: Hindsight, wishes: Sequence[Asked]) -> Hindsight:
        """Each wish in turn takes its first offer, if there is one."""
        plan, problem, told = hindsight.plan, hindsight.problem, dict(hindsight.told)
        for asked in wishes:
            found = candidates(asked.wish, plan, problem, self.rules, self.demand.weights, self.demand.hours)
            if found:
                accepted, route = taken(found[0], asked, plan, problem)
                plan, told[asked.id] = plan.with_route(route), accepted
                problem = _problem(self.demand, told)
        return Hindsight(plan, problem, told)

    def without(self, hindsight: Hindsight, ids: Iterable[RequestId]) -> Hindsight:
        plan, told = hindsight.plan, dict(hindsight.told)
        for id_ in ids:
            plan = plan.without_request(id_)
            del told[id_]
        return Hindsight(plan, _problem(self.demand, told), told)

    def polished(self, hindsight: Hindsight, turn: int) -> Hindsight:
        """What the optimiser makes of it, every promise kept."""
        if self.search.conduct.optimiser is None:
            return hindsight
        conduct, plan = replace(self.search.conduct, horizon_s=2 * DAY_S, margin=0.0), hindsight.plan
        for _, routes in list(improved(plan, hindsight.problem, self.demand, conduct, turn)):
            plan = plan.with_routes({route.shift: route for route in routes})
        return replace(hindsight, plan=plan)

    def score(self, hindsight: Hindsight) -> tuple[int, int]:
        """Wishes left out, then what plan and people together are asked, in cost units: what `offers` chooses by."""
        rules, price = self.rules, cost(hindsight.plan, hindsight.problem, self.demand.weights)
        for journey in journeys(hindsight.events(self.demand)):
            walk_s = journey.told.origin.walk_s + journey.told.destination.walk_s
            price += journey.promise.load.people * (rules.displacement * abs(journey.wait_s) + rules.walking * walk_s)
        return len(self.asked) - len(hindsight.told), price


def _problem(demand: Demand, told: Mapping[RequestId, Accepted]) -> Problem:
    promises = {id_: accepted.promise for id_, accepted in told.items()}
    return Problem(demand.day, BEFORE, promises, {shift.id: shift for shift in demand.shifts}, demand.travel)


def _lived(demand: Demand, events: Iterable[Event]) -> Hindsight | None:
    """A replayed day as a plan; None where that breaks anything, as noise can make it."""
    told: dict[RequestId, Accepted] = {}
    visits: dict[ShiftId, list[Visit]] = {shift.id: [] for shift in demand.shifts}
    for event in events:
        match event:
            case Accepted():
                told[event.promise.id] = event
            case Boarded():
                visits[event.shift].append(Visit(Action.BOARD, event.id))
            case Alighted():
                visits[event.shift].append(Visit(Action.ALIGHT, event.id))
            case Rested():
                visits[event.shift].append(Visit(Action.BREAK, event.pause))
            case _:
                pass
    routes = {shift: Route(shift, tuple(each)) for shift, each in visits.items()}
    plan, problem = Plan(demand.service, demand.day, 0, routes), _problem(demand, told)
    return None if not told or violations(plan, problem) else Hindsight(plan, problem, told)
