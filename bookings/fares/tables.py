"""What a fare is read off: one amount, zones, or bands of distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_PENCE = 1_000_000


class UnfitFares(ValueError):
    """Fares that can't be charged; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Way:
    """What of a journey a table goes by: metres in a straight line, the zones of both ends, and how many one passes through."""

    distance_m: float
    zones: tuple[str, str] | None = None
    """Codes; None where an end is in no zone."""
    zones_passed: int | None = None
    """The fewest zones there and at both ends, from 1 on; None where one can't get there inside zones."""


@dataclass(frozen=True, slots=True)
class Flat:
    """One fare for every journey."""

    pence: int

    def fare(self, way: Way) -> int:
        return self.pence


@dataclass(frozen=True, slots=True)
class Zones:
    """A fare for a pair of zones in either direction, else for how many zones one passes through, else for all others."""

    pairs: Mapping[frozenset[str], int]
    by_count: tuple[int, ...]
    """For one zone, for two, and so on; the last one for more."""
    otherwise: int

    def fare(self, way: Way) -> int:
        if way.zones is None:
            return self.otherwise
        pair = frozenset(way.zones)
        if pair in self.pairs:
            return self.pairs[pair]
        if way.zones_passed is None or not self.by_count:
            return self.otherwise
        return self.by_count[min(way.zones_passed, len(self.by_count)) - 1]


@dataclass(frozen=True, slots=True)
class Distances:
    """A fare up to each of some distances, itself included, and one beyond the last."""

    up_to: tuple[tuple[int, int], ...]
    """Metres and pence, the shortest first."""
    beyond: int

    def fare(self, way: Way) -> int:
        return next((pence for most_m, pence in self.up_to if way.distance_m <= most_m), self.beyond)


Table = Flat | Zones | Distances


def read_table(told: object) -> Table:
    """A table of fares out of JSON. Raises UnfitFares."""
    kind = told.get("kind") if isinstance(told, dict) else None
    if not isinstance(told, dict) or kind not in ("flat", "zones", "distance"):
        raise UnfitFares("kind of the table must be flat, zones or distance")
    if kind == "flat":
        within(told, ("kind", "fare_pence"), "table")
        return Flat(pence_of(told, "fare_pence", "table"))
    return _read_zones(told) if kind == "zones" else _read_distances(told)


def _read_zones(told: Mapping[str, Any]) -> Zones:
    within(told, ("kind", "pairs", "by_count", "otherwise_pence"), "table")
    pairs: dict[frozenset[str], int] = {}
    for pair in _objects(told, "pairs"):
        within(pair, ("from", "to", "fare_pence"), "a pair")
        if not all(isinstance(pair.get(end), str) and pair[end] for end in ("from", "to")):
            raise UnfitFares("a pair needs from and to, codes of zones")
        key = frozenset((pair["from"], pair["to"]))
        if key in pairs:
            raise UnfitFares(f"{pair['from']} and {pair['to']} are a pair already: pairs hold in both directions")
        pairs[key] = pence_of(pair, "fare_pence", "a pair")
    counts = told.get("by_count", [])
    if not isinstance(counts, list) or not all(_is_pence(each) for each in counts):
        raise UnfitFares("by_count is a list of whole numbers of pence: for one zone, for two, and so on")
    if not pairs and not counts:
        raise UnfitFares("the table needs pairs or by_count")
    return Zones(pairs, tuple(counts), pence_of(told, "otherwise_pence", "table"))


def _read_distances(told: Mapping[str, Any]) -> Distances:
    within(told, ("kind", "bands"), "table")
    bands = _objects(told, "bands")
    if not bands or "up_to_m" in bands[-1]:
        raise UnfitFares("the last band of distances is for all that are longer: leave out its up_to_m")
    up_to: list[tuple[int, int]] = []
    for band in bands[:-1]:
        within(band, ("up_to_m", "fare_pence"), "a band of distances")
        most_m = band.get("up_to_m")
        if type(most_m) is not int or most_m <= (up_to[-1][0] if up_to else 0):
            raise UnfitFares("up_to_m must be whole metres, each more than the one before")
        up_to.append((most_m, pence_of(band, "fare_pence", "a band of distances")))
    within(bands[-1], ("fare_pence",), "the last band of distances")
    return Distances(tuple(up_to), pence_of(bands[-1], "fare_pence", "the last band of distances"))


def pence_of(told: Mapping[str, Any], name: str, where: str) -> int:
    """A whole number of pence that is not negative. Raises UnfitFares."""
    value = told.get(name)
    if not _is_pence(value):
        raise UnfitFares(f"{name} of {where} must be a whole number of pence, 0 or more")
    assert isinstance(value, int)
    return value


def within(told: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    """Raises UnfitFares for a key that means nothing."""
    if unknown := sorted(str(key) for key in told if key not in known):
        raise UnfitFares(f"{where} has no {unknown[0]}: use {', '.join(known)}")


def _objects(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = told.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise UnfitFares(f"{name} is a list of objects")
    return rows


def _is_pence(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST_PENCE
