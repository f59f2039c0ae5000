"""Travel times from a routing server: OSRM or Valhalla, told by its address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import numpy as np
from numpy.typing import NDArray

from routing.model import Point
from routing.travel.http_answers import Server, Table
from routing.travel.http_osrm import OsrmServer
from routing.travel.http_valhalla import ValhallaServer
from routing.travel.matrix import UNREACHABLE_S, TravelMatrix
from routing.travel.sphere import require_on_earth
from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize

BLOCK = 50
"""Sources, and targets, of one table: by default OSRM takes 100 places, and Valhalla 2,500 pairs."""

TIMEOUT_S = 10.0


class BadAddress(ValueError):
    """An address of a routing server that can't be used; the message says how to write one."""


class Whole(NamedTuple):
    """Whole seconds and metres, int32, shape (origins, destinations)."""

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]


class HttpTimes:
    """Driving times that a server tells, in tables that it takes. Seconds are rounded up, metres to the nearest.

    Servers go by what they call weight, and round: other than on a road graph, two hops may be quicker than the whole.
    """

    def __init__(self, server: Server, block: int = BLOCK) -> None:
        self.server, self.block = server, block

    def matrix(self, points: Sequence[Point]) -> TravelMatrix:
        """Seconds and metres, shape (n, n). Raises ServerFailed; ValueError for a point that is not on the earth."""
        require_on_earth(np.array(points, dtype=np.float64).reshape(-1, 2))
        places = list(dict.fromkeys(points))
        number = {place: i for i, place in enumerate(places)}
        seconds, metres = self._tables(places, places)
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        rows = np.array([number[point] for point in points], dtype=np.intp)
        cut = np.ix_(rows, rows)
        return TravelMatrix(tuple(points), seconds[cut], metres[cut], self.server.name)

    def extended(self, known: TravelMatrix, points: Sequence[Point]) -> TravelMatrix:
        """The matrix with more points behind its own; only tables of what is new are asked for. Raises as `matrix` does."""
        require_on_earth(np.array(points, dtype=np.float64).reshape(-1, 2))
        places = [*known.points, *points]
        there, back = self._tables(known.points, points), self._tables(points, places)
        seconds = np.vstack([np.hstack([known.seconds, there.seconds]), back.seconds])
        metres = np.vstack([np.hstack([known.metres, there.metres]), back.metres])
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        return TravelMatrix(tuple(places), seconds, metres, self.server.name)

    def _tables(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Whole:
        """Seconds and metres in as many tables as it takes, int32, shape (origins, destinations)."""
        whole = Whole(*np.zeros((2, len(origins), len(destinations)), dtype=np.int32))
        for row in range(0, len(origins), self.block):
            for column in range(0, len(destinations), self.block):
                here, there = slice(row, row + self.block), slice(column, column + self.block)
                seconds, metres = _whole(self.server.table(origins[here], destinations[there]))
                whole.seconds[here, there], whole.metres[here, there] = seconds, metres
        return whole

    def path(self, origin: Point, destination: Point) -> list[Point]:
        """The line driven, both points included; empty where there is no way. Raises as `matrix` does."""
        require_on_earth(np.array([origin, destination], dtype=np.float64))
        if origin == destination:
            return [origin, destination]
        line = self.server.line(origin, destination)
        return _joined(origin, line, destination) if line else []


def _whole(table: Table) -> Table:
    """Whole seconds and metres, with `UNREACHABLE_S` and 0 m where there is no way."""
    none = np.isnan(table.seconds)
    seconds = np.where(none, UNREACHABLE_S, np.minimum(np.ceil(table.seconds), UNREACHABLE_S))
    return Table(seconds, np.where(none | np.isnan(table.metres), 0, np.rint(table.metres)))


def _joined(origin: Point, line: list[Point], destination: Point) -> list[Point]:
    return [*([] if line[0] == origin else [origin]), *line, *([] if line[-1] == destination else [destination])]


def server_times(address: str, size: VehicleSize = MINIBUS_SIZE) -> HttpTimes:
    """The provider at an address such as `osrm+http://host:5000` or `valhalla+https://host/maps?profile=bus`.

    Its query may say `profile` (OSRM: a name in the address; Valhalla: the costing), `timeout` in seconds for each table, and
    `block`, the sources and the targets of each. Valhalla is told the size of the vehicles; OSRM's data was prepared for one.
    Raises BadAddress.
    """
    parts = urlsplit(address)
    engine, _, scheme = parts.scheme.partition("+")
    if engine not in ("osrm", "valhalla") or scheme not in ("http", "https") or not parts.hostname:
        raise BadAddress(f"{address!r} is no routing server: write osrm+http://host:port or valhalla+http://host:port")
    options = dict(parse_qsl(parts.query))
    if unknown := options.keys() - {"profile", "timeout", "block"}:
        raise BadAddress(f"{address!r}: what is {', '.join(sorted(unknown))}? There are profile, timeout and block")
    try:
        timeout_s, block = float(options.get("timeout", TIMEOUT_S)), int(options.get("block", BLOCK))
    except ValueError as error:
        raise BadAddress(f"{address!r}: timeout and block are numbers: {error}") from error
    if not (0 < timeout_s < float("inf") and block > 0):
        raise BadAddress(f"{address!r}: timeout and block are above 0")
    url = urlunsplit((scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    if engine == "osrm":
        return HttpTimes(OsrmServer(url, options.get("profile", "driving"), timeout_s), block)
    return HttpTimes(ValhallaServer(url, options.get("profile", "auto"), timeout_s, size), block)
