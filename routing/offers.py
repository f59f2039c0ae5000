"""From a wish to candidate promises that really differ.

The wished time is surrounded by windows, a step long each. For each window and each pair of stops within a walk, the best
insertion into the plan is found; around its planned times goes the promise: a pick-up window of whole minutes and an arrive-by
time. The promise as a request of hard windows is inserted once more, so what a candidate says is what the plan would hold. Of
all candidates those are chosen that somebody might prefer for a reason: the best, an earlier, a later, other stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from routing.cost import Weights
from routing.insertion import Insertion, PreparedPlan
from routing.leeway import Relaxation, relaxations
from routing.model import Problem, Request, TimeWindow
from routing.plan import Plan
from routing.relaxing import Constraint, explain_refusal
from routing.trips import MINUTE_S, Trip, trips_as_asked, trips_in_hours
from routing.units import ServiceTime
from routing.wishes import Access, OfferRules, Wish, max_ride_s

__all__ = [
    "Access",
    "Candidate",
    "Leeway",
    "OfferRules",
    "Wish",
    "candidates",
    "candidates_in",
    "choose",
    "explain_wish",
    "leeways",
    "max_ride_s",
    "nearest_alternatives",
]

SHORTER_WALK_S = 60
"""From here on other stops are worth an offer at about the same time,"""
SOONER_S = 5 * 60
"""or from here on, counting the time away from the wished one and the ride."""
MOST_LEEWAY_S = 3600
"""What would take more than this is not worth telling."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A promise that the plan can keep: `request` holds its windows, `insertion` puts just that request into the plan."""

    origin: Access
    destination: Access
    request: Request
    insertion: Insertion
    pickup_begin: ServiceTime
    dropoff_begin: ServiceTime
    direct_s: int
    ride_s: int
    added: int
    """What the plan would cost more, in cost units."""
    displaced_s: int
    """How far from the wished time: waiting to leave, or being there early."""
    inconvenience: int
    """What it asks of plan and passengers together, in cost units."""

    @property
    def stops(self) -> tuple[str, str]:
        return self.origin.stop, self.destination.stop

    @property
    def walk_s(self) -> int:
        return self.origin.walk_s + self.destination.walk_s


@dataclass(frozen=True, slots=True)
class Leeway:
    """By how much a rule would have to give for a wish to be fulfilled, and between which stops."""

    trip: Trip
    relaxation: Relaxation

    @property
    def asked_at(self) -> ServiceTime:
        """The whole minute to ask for, to leave at or else to arrive by, so as to travel at the times of the insertion."""
        trip, insertion = self.trip, self.relaxation.insertion
        if trip.wish.leave_at is not None:
            return ServiceTime((insertion.pickup_begin - trip.origin.walk_s) // MINUTE_S * MINUTE_S)
        at = insertion.dropoff_begin + trip.alighting_s + trip.destination.walk_s
        return ServiceTime(-(-at // MINUTE_S) * MINUTE_S)


def candidates(
    wish: Wish, plan: Plan, problem: Problem, rules: OfferRules, weights: Weights, hours: TimeWindow
) -> list[Candidate]:
    """Up to `rules.max_offers` promises that really differ, the best first, then by time; all calls begin within `hours`.

    Empty where nothing fits: `explain_wish` says why, `nearest_alternatives` what would. Raises KeyError, UnknownPoint.
    """
    return candidates_in(PreparedPlan(plan, problem), wish, rules, weights, hours)


def candidates_in(prepared: PreparedPlan, wish: Wish, rules: OfferRules, weights: Weights, hours: TimeWindow) -> list[Candidate]:
    """`candidates` for a plan that is got ready already."""
    tried = [(trip, window) for trip in trips_as_asked(wish, prepared.problem, rules, hours) for window in trip.windows()]
    return choose(_candidates(tried, prepared, weights), rules)


def nearest_alternatives(
    wish: Wish, plan: Plan, problem: Problem, rules: OfferRules, weights: Weights, hours: TimeWindow
) -> list[Candidate]:
    """Up to `rules.max_alternatives` promises as near to the wished time as the day has, before or after it, nearest first.

    For refusals: they may leave before or arrive after what was asked. Raises KeyError, UnknownPoint.
    """
    prepared = PreparedPlan(plan, problem)
    trips = trips_in_hours(wish, problem, rules, hours)
    chosen: list[Candidate] = []
    for ring in zip_longest(*(windows for trip in trips for windows in _outward(trip))):
        for candidate in sorted(_candidates(list(filter(None, ring)), prepared, weights), key=_preference):
            if len(chosen) < rules.max_alternatives and not any(_is_at_the_time_of(candidate, other, rules) for other in chosen):
                chosen.append(candidate)
        if len(chosen) == rules.max_alternatives:
            break
    return chosen


def explain_wish(wish: Wish, plan: Plan, problem: Problem, rules: OfferRules, hours: TimeWindow) -> Constraint:
    """What keeps a wish from being fulfilled about when it was asked; for one that has no candidates."""
    trips = trips_as_asked(wish, problem, rules, hours)
    for trip in trips:
        whole = _whole(trip)
        if whole is not None:
            constraint = explain_refusal(plan, trip.request(whole), problem)
            if constraint is not None:
                return constraint
    return Constraint.TOO_FAR if trips else Constraint.NO_WAY


def leeways(wish: Wish, plan: Plan, problem: Problem, rules: OfferRules, hours: TimeWindow) -> list[Leeway]:
    """By how little, up to `MOST_LEEWAY_S`, which rule would have to give for a wish that has no candidates; cheapest first.

    Between the stops with the shortest walks alone, for each pair takes as long. Raises KeyError, UnknownPoint.
    """
    within = TimeWindow(max(hours.earliest, ServiceTime(problem.now + rules.notice_s)), hours.latest)
    for trip in trips_as_asked(wish, problem, rules, hours):
        whole = _whole(trip)
        if whole is not None:
            found = relaxations(plan, trip.request(whole), problem, within=within, most_s=MOST_LEEWAY_S)
            return [Leeway(trip, each) for each in found]
    return []


def _whole(trip: Trip) -> TimeWindow | None:
    """All windows of a trip as one."""
    windows = list(trip.windows())
    if not windows:
        return None
    return TimeWindow(min(each.earliest for each in windows), max(each.latest for each in windows))


def choose(found: Iterable[Candidate], rules: OfferRules) -> list[Candidate]:
    """The best candidate, then an earlier one, a later one, one from other stops, and what else differs from all chosen."""
    ranked = sorted(found, key=_preference)
    if not ranked:
        return []
    best, *others = ranked
    reasons: list[Callable[[Candidate], bool]] = [
        lambda other: other.pickup_begin < best.pickup_begin,
        lambda other: other.pickup_begin > best.pickup_begin,
        lambda other: other.stops != best.stops,
        *([lambda _: True] * rules.max_offers),
    ]
    chosen = [best]
    for reason in reasons:
        differing = (other for other in others if reason(other) and all(_differs(other, each, rules) for each in chosen))
        chosen += [each for each in [next(differing, None)] if each is not None]
    return [best, *sorted(chosen[1 : rules.max_offers], key=lambda each: (each.pickup_begin, each.stops))]


def _preference(candidate: Candidate) -> tuple[int, int, tuple[str, str]]:
    return candidate.inconvenience, candidate.pickup_begin, candidate.stops


def _differs(candidate: Candidate, other: Candidate, rules: OfferRules) -> bool:
    """Whether one would be chosen over another for a reason: another time, or about the same one with less walk or time."""
    if not _is_at_the_time_of(candidate, other, rules):
        return True
    sooner_s = (other.displaced_s + other.ride_s) - (candidate.displaced_s + candidate.ride_s)
    shorter_s = other.walk_s - candidate.walk_s
    return candidate.stops != other.stops and (shorter_s >= SHORTER_WALK_S or sooner_s >= SOONER_S)


def _is_at_the_time_of(candidate: Candidate, other: Candidate, rules: OfferRules) -> bool:
    return abs(candidate.pickup_begin - other.pickup_begin) < rules.differs_s


def _outward(trip: Trip) -> tuple[Iterator[tuple[Trip, TimeWindow]], Iterator[tuple[Trip, TimeWindow]]]:
    return ((trip, window) for window in trip.windows_after()), ((trip, window) for window in trip.windows_before())


def _candidates(tried: Sequence[tuple[Trip, TimeWindow]], prepared: PreparedPlan, weights: Weights) -> list[Candidate]:
    """The promises made of the best insertions with boarding in these windows, all tried together; none where nothing fits."""
    planned = prepared.list_best([trip.request(window) for trip, window in tried], weights)
    promised = [
        (trip, trip.promise(each.pickup_begin, each.dropoff_begin))
        for (trip, _), each in zip(tried, planned, strict=True)
        if each is not None
    ]
    kept = prepared.list_best([request for _, request in promised], weights)
    return [_candidate(trip, each) for (trip, _), each in zip(promised, kept, strict=True) if each is not None]


def _candidate(trip: Trip, insertion: Insertion) -> Candidate:
    """What a promise asks of plan and passengers."""
    rules, request = trip.rules, insertion.request
    displaced_s = trip.displaced_s(insertion.pickup_begin, insertion.dropoff_begin)
    walk_s = trip.origin.walk_s + trip.destination.walk_s
    asked_of_people = request.load.people * (rules.displacement * displaced_s + rules.walking * walk_s)
    return Candidate(
        origin=trip.origin,
        destination=trip.destination,
        request=request,
        insertion=insertion,
        pickup_begin=insertion.pickup_begin,
        dropoff_begin=insertion.dropoff_begin,
        direct_s=trip.direct_s,
        ride_s=insertion.ride_s,
        added=insertion.added,
        displaced_s=displaced_s,
        inconvenience=insertion.added + asked_of_people,
    )
