"""Who can walk to a stop: addresses with one within the walk limit of the service, and those without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.walk_paths import PathIndex, WalkPaths
from routing.travel.walking import StopIndex, Walking


@dataclass(frozen=True, slots=True)
class Address:
    """A place where people live or go to: a postcode, or a settlement or landmark where postcodes aren't known."""

    name: str
    settlement: str
    point: Point


@dataclass(frozen=True, slots=True)
class OnFoot:
    """How far people of a service walk, along the footways of its extract where those are known."""

    walking: Walking
    limit_m: int
    footways: RoadGraphTimes | None = None

    def to(self, stops: Mapping[str, Point]) -> StopIndex | PathIndex:
        """Tells the stops near a place."""
        return PathIndex(stops, WalkPaths(self.footways, self.walking)) if self.footways else StopIndex(stops, self.walking)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many addresses have a stop within `limit_m` on foot, and which have none."""

    limit_m: int
    addresses: int
    without: tuple[Address, ...]

    @property
    def covered(self) -> int:
        return self.addresses - len(self.without)

    @property
    def share(self) -> float:
        """1 where there is no address."""
        return self.covered / self.addresses if self.addresses else 1.0

    def by_settlement(self) -> list[tuple[str, int]]:
        """The settlements with addresses that have no stop, those with the most first."""
        return sorted(Counter(one.settlement for one in self.without).items(), key=lambda each: (-each[1], each[0]))


def coverage(addresses: Iterable[Address], stops: Mapping[str, Point], on_foot: OnFoot) -> Coverage:
    """Which addresses can walk to one of the stops (by code)."""
    index, known = on_foot.to(stops), list(addresses)
    without = tuple(one for one in known if not index.near(one.point, on_foot.limit_m))
    return Coverage(on_foot.limit_m, len(known), without)
