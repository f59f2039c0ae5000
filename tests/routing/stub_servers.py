"""Routing servers in a thread that answer as OSRM and Valhalla document it, in a world where one drives as the crow flies.

Speed is 10 m/s. West of `ISLAND_LON` lies an island without a bridge, and beyond `SEA_LAT` there is no road at all. Valhalla
knows of a low bridge at `BRIDGE_LON`: vehicles higher than `CLEARANCE_M` go a long way round.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from routing.model import Point
from routing.travel.sphere import distance_m

SPEED_M_S = 10.0
ISLAND_LON, SEA_LAT = -2.0, 55.0
BRIDGE_LON, CLEARANCE_M, AROUND_M = -1.2, 3.0, 5000.0
OSRM_TABLE, VALHALLA_PAIRS = 100, 2500
"""What either server takes by default: places, and pairs of places."""

Reply = tuple[int, Any]
"""HTTP status and JSON body; bytes are sent as they are."""


@dataclass
class Stub:
    """A server at `url`; `fault` may change a reply before it is sent; `asked` are the paths asked for, `sent` the bodies."""

    url: str = ""
    fault: Callable[[Reply], Reply] | None = None
    wait_s: float = 0.0
    asked: list[str] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)


def joined(a: Point, b: Point) -> bool:
    return (a.lon < ISLAND_LON) == (b.lon < ISLAND_LON)


def osrm(path: str, body: Any) -> Reply:
    parts = urlsplit(path)
    service, version, _, text = parts.path.strip("/").split("/")
    assert version == "v1"
    points = [Point(*map(float, pair.split(","))) for pair in text.split(";")]
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    on_road = [Point(p.lon, min(p.lat, SEA_LAT)) for p in points]  # OSRM goes by the nearest road, however far
    waypoints = [{"location": [p.lon, p.lat], "name": "High Street", "hint": "", "distance": 0.0} for p in on_road]
    if service == "route":
        start, end = on_road
        if not joined(start, end):
            return 400, {"code": "NoRoute", "message": "Impossible route between points"}
        assert (query["overview"], query["geometries"]) == ("full", "geojson")
        middle = [(start.lon + end.lon) / 2, (start.lat + end.lat) / 2]
        line = {"type": "LineString", "coordinates": [list(start), middle, list(end)]}
        metres = distance_m(start, end)
        route = {"geometry": line, "legs": [], "distance": metres, "duration": metres / SPEED_M_S, "weight": 1.0}
        return 200, {"code": "Ok", "routes": [route], "waypoints": waypoints}
    if len(points) > OSRM_TABLE:
        return 400, {"code": "TooBig", "message": f"Too many table coordinates: {len(points)}"}
    rows, columns = ([int(i) for i in query[key].split(";")] for key in ("sources", "destinations"))
    metres = [[distance_m(on_road[i], on_road[j]) if joined(on_road[i], on_road[j]) else None for j in columns] for i in rows]
    return 200, {
        "code": "Ok",
        "durations": [[None if m is None else round(m / SPEED_M_S, 1) for m in row] for row in metres],
        "distances": [[None if m is None else round(m, 1) for m in row] for row in metres],
        "sources": [waypoints[i] for i in rows],
        "destinations": [waypoints[j] for j in columns],
    }


VEHICLE_OPTIONS = {"height", "width", "length", "weight"}
"""What Valhalla documents for these costings; `axle_load` for trucks alone."""
DOCUMENTED = dict.fromkeys(("auto", "bus", "taxi"), VEHICLE_OPTIONS) | {"truck": VEHICLE_OPTIONS | {"axle_load"}}
HEIGHTS = {"auto": 1.9, "bus": 1.9, "taxi": 1.9, "truck": 4.11}
"""How high a vehicle is of which nothing is said."""


def valhalla(path: str, body: Any) -> Reply:
    near = lambda place: Point(place["lon"], place["lat"])  # noqa: E731
    costing = body["costing"]
    options = body.get("costing_options", {}).get(costing, {})
    assert set(body.get("costing_options", {})) <= {costing}
    assert set(options) <= DOCUMENTED.get(costing, set())
    high = options.get("height", HEIGHTS.get(costing, 0.0)) > CLEARANCE_M

    def driven_m(a: Point, b: Point) -> float:
        return distance_m(a, b) + (AROUND_M if high and (a.lon < BRIDGE_LON) != (b.lon < BRIDGE_LON) else 0.0)

    if path == "/route":
        start, end = map(near, body["locations"])
        if max(start.lat, end.lat) > SEA_LAT:
            return 400, _refusal(171, "No suitable edges near location")
        if not joined(start, end):
            return 400, _refusal(442, "No path could be found for input")
        km = driven_m(start, end) / 1000
        summary = {"time": km * 1000 / SPEED_M_S, "length": round(km, 3)}
        leg = {"shape": polyline6([start, end]), "summary": summary, "maneuvers": []}
        return 200, {"trip": {"legs": [leg], "summary": summary, "status": 0, "units": "kilometers"}}
    assert path == "/sources_to_targets"
    sources, targets = ([near(place) for place in body[key]] for key in ("sources", "targets"))
    if len(sources) * len(targets) > VALHALLA_PAIRS:
        return 400, _refusal(150, "Exceeded max locations: 2500")
    if any(place.lat > SEA_LAT for place in [*sources, *targets]):
        return 400, _refusal(171, "No suitable edges near location")
    rows = [[_cell(i, j, driven_m(a, b) if joined(a, b) else None) for j, b in enumerate(targets)] for i, a in enumerate(sources)]
    return 200, {"sources_to_targets": rows, "units": "kilometers", "algorithm": "costmatrix"}


def _cell(i: int, j: int, metres: float | None) -> dict[str, Any]:
    km, seconds = (None, None) if metres is None else (round(metres / 1000, 3), round(metres / SPEED_M_S))
    return {"from_index": i, "to_index": j, "distance": km, "time": seconds}


def _refusal(code: int, words: str) -> dict[str, Any]:
    return {"error_code": code, "error": words, "status_code": 400, "status": "Bad Request"}


def polyline6(points: list[Point]) -> str:
    """Google's encoded polyline with six digits, as Valhalla has it."""
    text, before = "", (0, 0)
    for point in points:
        here = round(point.lat * 1e6), round(point.lon * 1e6)
        for now, then in zip(here, before, strict=True):
            value = ~((now - then) << 1) if now < then else (now - then) << 1
            while value >= 0x20:
                text, value = text + chr((0x20 | (value & 0x1F)) + 63), value >> 5
            text += chr(value + 63)
        before = here
    return text


@contextmanager
def serving(answer: Callable[[str, Any], Reply]) -> Iterator[Stub]:
    """A stub with one of the functions above, on a free port."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: Any) -> None:
            stub.asked.append(self.path)
            stub.sent.append(body)
            time.sleep(stub.wait_s)
            status, found = (stub.fault or (lambda reply: reply))(answer(self.path, body))
            sent = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
