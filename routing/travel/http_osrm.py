"""An OSRM server: its table and route services (HTTP API v1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from routingpy import OSRM, exceptions

from routing.model import Point
from routing.travel.http_answers import ServerFailed, Table, asking, client_options, grid, places
from routing.travel.snapping import SNAP_LIMIT_M
from routing.travel.sphere import distance_m


class OsrmServer:
    """Times by the profile that the server's data was prepared with, its size included; the name only goes into the address."""

    def __init__(self, url: str, profile: str = "driving", timeout_s: float = 10.0) -> None:
        self.name, self.profile = f"the OSRM server at {url}", profile
        self.api = OSRM(base_url=url, **client_options(timeout_s))

    def table(self, sources: Sequence[Point], targets: Sequence[Point]) -> Table:
        """Seconds and metres; no way from or to a place farther than `SNAP_LIMIT_M` from every road. Raises ServerFailed."""
        here, there = list(range(len(sources))), list(range(len(sources), len(sources) + len(targets)))
        try:
            with asking(self.name):
                found = self.api.matrix([*sources, *targets], self.profile, sources=here, destinations=there)
                far = [self._far(found.raw[key], asked) for key, asked in (("sources", sources), ("destinations", targets))]
        except exceptions.RouterApiError as error:
            raise ServerFailed(f"{self.name}: {error}") from error
        shape = len(sources), len(targets)
        seconds, metres = grid(self.name, found.durations, shape), grid(self.name, found.distances, shape)
        for table in (seconds, metres):
            table[far[0], :] = np.nan
            table[:, far[1]] = np.nan
        return Table(seconds, metres)

    def line(self, origin: Point, destination: Point) -> list[Point]:
        """The line driven from road to road; empty where there is no way. Raises ServerFailed."""
        try:
            with asking(self.name):
                found = self.api.directions([origin, destination], self.profile, overview="full", geometries="geojson")
                far = self._far(found.raw["waypoints"], [origin, destination])
        except exceptions.RouterApiError as error:
            if _code(error) in ("NoRoute", "NoSegment"):
                return []
            raise ServerFailed(f"{self.name}: {error}") from error
        return [] if far else places(self.name, found.geometry)

    def _far(self, waypoints: Any, asked: Sequence[Point]) -> list[int]:
        """Which of the places are far from every road: OSRM goes by the nearest one, were it in the next country."""
        if len(waypoints) != len(asked):
            raise ServerFailed(f"{self.name} answered {len(waypoints)} waypoints instead of {len(asked)}")
        at = places(self.name, [waypoint["location"] for waypoint in waypoints])
        return [i for i, (spot, point) in enumerate(zip(at, asked, strict=True)) if distance_m(spot, point) > SNAP_LIMIT_M]


def _code(error: exceptions.RouterApiError) -> str:
    try:
        return str(json.loads(error.message)["code"])
    except (TypeError, ValueError, KeyError):
        return ""
