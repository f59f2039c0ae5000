"""One search box: postcodes, stops, settlements, streets and landmarks, and whether a bus comes near them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from django.contrib.gis.geos import Point as Position
from django.contrib.gis.geos.prepared import PreparedGeometry

from bookings.models import Passenger, PlaceKind, Service
from bookings.planner import PlannedStop, Planner
from bookings.queries.place_matches import matches
from bookings.queries.place_words import LAST, Named, PlaceWords, list_by_key, saved_words, stop_words
from bookings.spelling import code_key, words_of
from routing.model import Point
from routing.travel.sphere import distances_m

KIND_COUNTS = {"saved": 0.2, PlaceKind.SETTLEMENT: 0.06, "stop": 0.04, PlaceKind.LANDMARK: 0.05, PlaceKind.STREET: 0.02}
"""What is likelier meant, where names answer equally well."""
NEARNESS_COUNTS, NEARNESS_KM = 0.15, 8.0
ALIKE = 0.6
"""Of the best score: what answers less well is not told."""
EXACT_CODE, PART_OF_CODE, CODE_BESIDE = 3.0, 2.0, 0.9
MISTYPED_END = 2
"""Signs at the end of a code that may be wrong: the codes beside the one that doesn't exist are told instead."""
SHORTEST_SURE = 4
"""Signs that are taken for a code among other words, or for one with a wrong end: "2 oak" is no code that begins with 20."""


@dataclass(frozen=True, slots=True)
class Serving:
    """Whether the service takes people to and from a place: the nearest stop, and metres on foot; else `why` not.

    `why` is empty, "outside_area" or "no_stop_near"; then the stop is the nearest one, farther than the walking limit.
    """

    why: str
    stop: PlannedStop | None
    walk_m: int | None


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """An answer of the search; `kind` is that of `PlaceKind`, "stop", or "saved" for a passenger's own."""

    kind: str
    name: str
    detail: str
    code: str
    point: Point
    serving: Serving


def find_places(
    service: Service, text: str, *, near: Point | None, limit: int, planner: Planner, passenger: Passenger | None = None
) -> list[FoundPlace]:
    """What may be meant by `text`, the saved places of a passenger among it, best first; the nearer to `near`, the better."""
    found = _by_code(service, text)
    if EXACT_CODE not in found.values():  # else it's known what was meant
        vocabularies = (PlaceWords(service), stop_words(service), saved_words(passenger))
        for named, score in matches(words_of(text), vocabularies).items():
            found.setdefault(named, score + KIND_COUNTS[named.kind])
    least = ALIKE * max(found.values(), default=0.0)
    best = _nearest_first({named: score for named, score in found.items() if score >= least}, near)[:limit]
    area = service.area.prepared
    return [FoundPlace(*named, _serving(named.point, area, planner)) for named in best]


def _by_code(service: Service, text: str) -> dict[Named, float]:
    """Postcodes and stops whose code was typed, in whole, in part, or among other words.

    Parts and what stands among other words have a digit, or every name would be one.
    """
    whole, words = code_key(text), words_of(text)
    parts = (*words, *(a + b for a, b in pairwise(words)))
    among = {code_key(part) for part in parts if len(part) >= SHORTEST_SURE and _has_digit(part)}
    found = _beginning_with(service, whole) if _has_digit(text) else {}
    stops = stop_words(service).keys
    found |= dict.fromkeys(list_by_key(service, key__in={whole, *among} - {""}), EXACT_CODE)
    return found | {stop: EXACT_CODE for key in {whole, *among} for stop in stops.get(key, ())}


def _beginning_with(service: Service, typed: str) -> dict[Named, float]:
    """What has a code that begins as typed; where there is none, what has all but the last signs of it."""
    stops = stop_words(service).keys
    shorter = (typed[:-cut] for cut in range(1, MISTYPED_END + 1) if len(typed) - cut >= SHORTEST_SURE)
    for start, score in ((typed, PART_OF_CODE), *((start, CODE_BESIDE) for start in shorter)):
        found = list_by_key(service, key__gte=start, key__lt=start + LAST)
        if found := [*found, *(stop for key, those in stops.items() if key.startswith(start) for stop in those)]:
            return dict.fromkeys(found, score)
    return {}


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _nearest_first(found: dict[Named, float], near: Point | None) -> list[Named]:
    """The best first; what answers equally well in the order of names, and of codes."""
    scores = dict(found)
    if near is not None and found:
        lonlat = np.array([named.point for named in found], dtype=np.float64)
        km = distances_m(lonlat[:, 0], lonlat[:, 1], near.lon, near.lat) / 1000
        for named, bonus in zip(found, NEARNESS_COUNTS * np.exp(-km / NEARNESS_KM), strict=True):
            scores[named] += float(bonus)
    return sorted(scores, key=lambda named: (-round(scores[named], 6), named.name, named.detail, named.kind, named.code))


def _serving(point: Point, area: PreparedGeometry, planner: Planner) -> Serving:
    if not area.intersects(Position(*point, srid=4326)):
        return Serving("outside_area", None, None)
    if access := next(iter(planner.find_accesses(point)), None):
        return Serving("", planner.stops[access.stop], access.walk_m)
    nearest = planner.find_nearest_stop(point)
    return Serving("no_stop_near", *(nearest or (None, None)))
