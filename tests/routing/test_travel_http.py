"""Travel times from a server of the operator's own: OSRM or Valhalla, as they document their answers."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import ceil
from typing import Any

import numpy as np
import pytest

from routing.model import Point
from routing.travel.http_answers import ServerFailed
from routing.travel.http_times import BadAddress, HttpTimes, server_times
from routing.travel.matrix import UNREACHABLE_S
from routing.travel.sphere import distance_m
from routing.travel.vehicle_size import VehicleSize
from tests.routing.stub_servers import AROUND_M, SPEED_M_S, Reply, Stub, osrm, serving, valhalla
from tests.routing.travel_worlds import at

OAKHAM, UPPINGHAM, ISLAND, AT_SEA = at(0), at(4000, 3000), Point(-2.1, 54.0), Point(-1.5, 55.2)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(params=["osrm", "valhalla"])
def stub(request: pytest.FixtureRequest) -> Iterator[Stub]:
    with serving({"osrm": osrm, "valhalla": valhalla}[request.param]) as found:
        found.url = f"{request.param}+{found.url}"
        yield found


def scattered(count: int) -> list[Point]:
    east, north = np.random.default_rng(5).uniform(0, 20_000, size=(2, count)).tolist()
    return [at(round(e), round(n)) for e, n in zip(east, north, strict=True)]


def test_a_day_of_stops_comes_in_tables_that_the_server_takes(stub: Stub) -> None:
    stops = scattered(120)
    matrix = server_times(stub.url).matrix(stops)
    # 120 places in blocks of 50, 50 and 20.
    assert len(stub.asked) == 9
    for a in (0, 49, 50, 119):
        for b in (1, 51, 118):
            metres = distance_m(stops[a], stops[b])
            assert matrix.distance_m(stops[a], stops[b]) == pytest.approx(metres, abs=1)
            assert matrix(stops[a], stops[b]) == pytest.approx(metres / SPEED_M_S, abs=1)


def test_tables_that_are_too_big_are_refused_by_the_stub_so_that_blocks_matter(stub: Stub) -> None:
    with pytest.raises(ServerFailed, match=r"Too many|Exceeded max"):
        server_times(f"{stub.url}?block=51").matrix(scattered(120))


def test_seconds_are_rounded_up(stub: Stub) -> None:
    near, far = at(0), at(1234)
    seconds = server_times(stub.url).matrix([near, far])(near, far)
    whole = distance_m(near, far) / SPEED_M_S  # 123.4
    assert seconds == (ceil(whole) if stub.url.startswith("osrm") else round(whole))


def test_the_same_place_twice_is_no_time_away_and_asked_for_once(stub: Stub) -> None:
    matrix = server_times(f"{stub.url}?block=2").matrix([OAKHAM, UPPINGHAM, OAKHAM])
    assert matrix.seconds[0].tolist() == [0, matrix(OAKHAM, UPPINGHAM), 0]
    assert len(stub.asked) == 1


def test_an_island_is_told_as_a_value(stub: Stub) -> None:
    times = server_times(stub.url)
    matrix = times.matrix([OAKHAM, ISLAND])
    assert matrix.seconds.tolist() == [[0, UNREACHABLE_S], [UNREACHABLE_S, 0]]
    assert matrix.metres.tolist() == [[0, 0], [0, 0]]
    assert times.path(OAKHAM, ISLAND) == []


def test_a_place_far_from_every_road_is_not_reached_and_the_others_are(stub: Stub) -> None:
    times = server_times(stub.url)
    matrix = times.matrix([OAKHAM, AT_SEA, UPPINGHAM])
    assert not matrix.reachable(OAKHAM, AT_SEA)
    assert not matrix.reachable(AT_SEA, UPPINGHAM)
    assert matrix(OAKHAM, UPPINGHAM) == pytest.approx(500, abs=1)
    assert times.path(OAKHAM, AT_SEA) == []


def test_nothing_but_places_at_sea(stub: Stub) -> None:
    other = Point(-1.4, 55.3)
    assert not server_times(stub.url).matrix([AT_SEA, other]).reachable(AT_SEA, other)


def test_the_line_begins_and_ends_where_it_was_asked_for(stub: Stub) -> None:
    line = server_times(stub.url).path(OAKHAM, UPPINGHAM)
    assert (line[0], line[-1]) == (OAKHAM, UPPINGHAM)
    assert sum(distance_m(a, b) for a, b in pairwise(line)) == pytest.approx(5000, abs=5)
    assert server_times(stub.url).path(OAKHAM, OAKHAM) == [OAKHAM, OAKHAM]


def test_no_places_need_no_server() -> None:
    assert server_times("osrm+http://127.0.0.1:9").matrix([]).seconds.shape == (0, 0)


@pytest.mark.parametrize("nowhere", [Point(float("nan"), 54.0), Point(54.0, -181.0)])
def test_a_point_that_is_not_on_the_earth_is_refused_before_anybody_is_asked(nowhere: Point) -> None:
    times = server_times("osrm+http://127.0.0.1:9")
    with pytest.raises(ValueError, match="lon before lat"):
        times.matrix([OAKHAM, nowhere])
    with pytest.raises(ValueError, match="lon before lat"):
        times.path(OAKHAM, nowhere)


def shorter(reply: Reply) -> Reply:
    """A row less than was asked for."""
    found = reply[1]
    for key in ("durations", "distances", "sources_to_targets"):
        if key in found:
            found[key] = found[key][:-1]
    return reply[0], found


def negative(reply: Reply) -> Reply:
    return reply[0], json_with(reply[1], -1)


def words(reply: Reply) -> Reply:
    return reply[0], json_with(reply[1], "soon")


def json_with(found: Any, value: Any) -> Any:
    if "durations" in found:
        found["durations"][0][1] = value
    else:
        found["sources_to_targets"][0][1]["time"] = value
    return found


FAULTS: dict[str, Callable[[Reply], Reply]] = {
    "is down": lambda _: (500, {"message": "Internal Server Error"}),
    "is overloaded": lambda _: (503, {"message": "Service Unavailable"}),
    "was asked too often": lambda _: (429, {"message": "Too Many Requests"}),
    "does not know the profile": lambda _: (400, {"code": "InvalidValue", "error_code": 125, "message": "no such profile"}),
    "is no routing server": lambda _: (200, b"<html>It works!</html>"),
    "breaks off": lambda _: (200, b'{"code": "Ok", "durations": [[0, 12'),
    "says nothing": lambda _: (200, {}),
    "answers a list": lambda _: (200, [1, 2]),
    "forgets a row": shorter,
    "travels back in time": negative,
    "talks": words,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.filterwarnings("ignore:Server down:UserWarning")
def test_a_server_that_fails_says_so_with_its_name(stub: Stub, fault: Callable[[Reply], Reply]) -> None:
    stub.fault = fault
    with pytest.raises(ServerFailed, match=r"the (OSRM|Valhalla) server at http://127\.0\.0\.1"):
        server_times(stub.url).matrix([OAKHAM, UPPINGHAM])
    assert len(stub.asked) == 1, "nobody waits for one that fails to be asked again"


@pytest.mark.parametrize("fault", ["is down", "is no routing server", "says nothing", "answers a list"])
def test_a_server_that_fails_at_a_line_says_so(stub: Stub, fault: str) -> None:
    stub.fault = FAULTS[fault]
    with pytest.raises(ServerFailed):
        server_times(stub.url).path(OAKHAM, UPPINGHAM)


def test_a_slow_server_is_not_waited_for(stub: Stub) -> None:
    stub.wait_s = 0.5
    with pytest.raises(ServerFailed, match="too slow"):
        server_times(f"{stub.url}?timeout=0.05").matrix([OAKHAM, UPPINGHAM])


@pytest.mark.parametrize("engine", ["osrm", "valhalla"])
def test_a_server_that_is_not_there_is_told(engine: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        with pytest.raises(ServerFailed, match="refused"):
            server_times(f"{engine}+http://127.0.0.1:{taken.getsockname()[1]}").matrix([OAKHAM, UPPINGHAM])


def test_the_address_says_profile_and_path(stub: Stub) -> None:
    server_times(f"{stub.url}?profile=bus").matrix([OAKHAM, UPPINGHAM])
    assert ("/v1/bus/" in stub.asked[0]) is stub.url.startswith("osrm")
    assert isinstance(server_times("valhalla+https://maps.example.org/valhalla/?profile=bus"), HttpTimes)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://host:5000", r"write osrm\+http"),
        ("osrm+ftp://host", r"write osrm\+http"),
        ("graphhopper+http://host", r"write osrm\+http"),
        ("osrm+http://", r"write osrm\+http"),
        ("osrm+http://host?profil=bus", "what is profil"),
        ("osrm+http://host?timeout=soon", "are numbers"),
        ("osrm+http://host?timeout=nan", "above 0"),
        ("osrm+http://host?block=0", "above 0"),
    ],
)
def test_an_address_that_is_none_is_refused_with_how_to_write_one(address: str, told: str) -> None:
    with pytest.raises(BadAddress, match=told):
        server_times(address)


LOW, HIGH = VehicleSize(), VehicleSize(2.55, 3.4, 12.0, 18.0, 11.5)
BEYOND_THE_BRIDGE = Point(-1.1, 54.0)


@pytest.mark.parametrize("costing", ["auto", "bus", "taxi", "truck"])
def test_valhalla_sends_a_high_bus_round_the_low_bridge(costing: str) -> None:
    with serving(valhalla) as stub:
        low, high = (server_times(f"valhalla+{stub.url}?profile={costing}", size) for size in (LOW, HIGH))
        ends = OAKHAM, BEYOND_THE_BRIDGE
        assert high.matrix(ends).distance_m(*ends) - low.matrix(ends).distance_m(*ends) == pytest.approx(AROUND_M, abs=2)
        high.path(*ends)
    told = {"width": 2.55, "height": 3.4, "length": 12.0, "weight": 18.0} | ({"axle_load": 11.5} if costing == "truck" else {})
    assert stub.asked[-1] == "/route"
    assert [body["costing_options"] for body in (stub.sent[0], stub.sent[-1])] == [{costing: told}] * 2


def test_a_vehicle_of_which_nothing_is_known_is_a_minibus_to_valhalla_and_no_car() -> None:
    with serving(valhalla) as stub:
        server_times(f"valhalla+{stub.url}").matrix([OAKHAM, UPPINGHAM])
    assert stub.sent[0]["costing_options"] == {"auto": {"width": 2.3, "height": 2.9, "length": 7.5, "weight": 5.0}}


def test_a_costing_that_knows_no_sizes_is_told_none() -> None:
    with serving(valhalla) as stub:
        server_times(f"valhalla+{stub.url}?profile=motor_scooter", HIGH).matrix([OAKHAM, UPPINGHAM])
    assert "costing_options" not in stub.sent[0]


def test_osrm_has_the_size_in_its_data_and_is_told_none() -> None:
    with serving(osrm) as stub:
        for size in (LOW, HIGH):
            server_times(f"osrm+{stub.url}", size).matrix([OAKHAM, UPPINGHAM])
    assert stub.asked[0] == stub.asked[1]
