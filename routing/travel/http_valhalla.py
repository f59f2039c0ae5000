"""A Valhalla server: its matrix and route services."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from routingpy import Valhalla, exceptions

from routing.model import Point
from routing.travel.http_answers import ServerFailed, Table, asking, client_options, grid, places
from routing.travel.snapping import SNAP_LIMIT_M
from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize

NO_ROAD_NEAR: Final = 171
NO_PATH: Final = frozenset({170, 171, 442})
"""Different regions, no road near a location, no path."""

SIZED: Final = frozenset({"auto", "bus", "taxi", "truck"})
"""The costings that are documented to heed the size of the vehicle; the axle load is for `truck` alone."""


class ValhallaServer:
    """Times by one of Valhalla's costings, `auto` or `bus` for instance, for vehicles of a size."""

    def __init__(self, url: str, costing: str = "auto", timeout_s: float = 10.0, size: VehicleSize = MINIBUS_SIZE) -> None:
        self.name, self.costing, self.options = f"the Valhalla server at {url}", costing, _options(costing, size)
        self.api = Valhalla(base_url=url, **client_options(timeout_s))

    def table(self, sources: Sequence[Point], targets: Sequence[Point]) -> Table:
        """Seconds and metres; no way from or to a place farther than `SNAP_LIMIT_M` from every road. Raises ServerFailed."""
        try:
            return self._table(sources, targets)
        except exceptions.RouterApiError as error:
            if _code(error) != NO_ROAD_NEAR:
                raise ServerFailed(f"{self.name}: {error}") from error
        # Valhalla refuses the whole table for one place without a road, and does not say which.
        known = {place: self._has_road(place) for place in dict.fromkeys([*sources, *targets])}
        rows, columns = ([i for i, place in enumerate(asked) if known[place]] for asked in (sources, targets))
        table = Table(*np.full((2, len(sources), len(targets)), np.nan))
        if rows and columns:
            try:
                part = self._table([sources[i] for i in rows], [targets[j] for j in columns])
            except exceptions.RouterApiError as error:
                raise ServerFailed(f"{self.name}: {error}") from error
            for whole, some in zip(table, part, strict=True):
                whole[np.ix_(rows, columns)] = some
        return table

    def line(self, origin: Point, destination: Point) -> list[Point]:
        """The line driven from road to road; empty where there is no way. Raises ServerFailed."""
        try:
            with asking(self.name):
                found = self.api.directions([_near(origin), _near(destination)], self.costing, options=self.options)
        except exceptions.RouterApiError as error:
            if _code(error) in NO_PATH:
                return []
            raise ServerFailed(f"{self.name}: {error}") from error
        return places(self.name, found.geometry)

    def _table(self, sources: Sequence[Point], targets: Sequence[Point]) -> Table:
        here, there = list(range(len(sources))), list(range(len(sources), len(sources) + len(targets)))
        waypoints = [_near(place) for place in [*sources, *targets]]
        with asking(self.name):
            asked = {"sources": here, "destinations": there, "options": self.options}
            answer = self.api.matrix(waypoints, self.costing, units="km", **asked).raw
            cells = answer["sources_to_targets"]
            seconds = [[cell["time"] for cell in row] for row in cells]
            km = [[cell["distance"] for cell in row] for row in cells]
        shape = len(sources), len(targets)
        return Table(grid(self.name, seconds, shape), grid(self.name, km, shape) * 1000)

    def _has_road(self, place: Point) -> bool:
        try:
            self._table([place], [place])
        except exceptions.RouterApiError as error:
            if _code(error) == NO_ROAD_NEAR:
                return False
            raise ServerFailed(f"{self.name}: {error}") from error
        return True


def _options(costing: str, size: VehicleSize) -> dict[str, float]:
    """What a costing is told of the vehicle, which would else be as large as a car, or as a long truck."""
    if costing not in SIZED:
        return {}
    told = {"width": size.width_m, "height": size.height_m, "length": size.length_m, "weight": size.weight_t}
    return told | ({"axle_load": size.axle_t} if costing == "truck" else {})


def _near(place: Point) -> Any:
    """A place that Valhalla must not take to a road far away."""
    return Valhalla.Waypoint([place.lon, place.lat], search_cutoff=SNAP_LIMIT_M)


def _code(error: exceptions.RouterApiError) -> int:
    try:
        return int(json.loads(error.message)["error_code"])
    except (TypeError, ValueError, KeyError):
        return 0
