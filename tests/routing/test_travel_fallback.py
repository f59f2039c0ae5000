"""When the routing server fails, the embedded roads answer, and nobody waits for it again and again."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from routing.model import Point
from routing.travel.fallback import FIRST_PAUSE_S, LONGEST_PAUSE_S, FallbackTimes
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.http_times import server_times
from tests.routing.stub_servers import Stub, osrm, serving
from tests.routing.travel_worlds import at, graph_of, road

A, B = at(0), at(1000)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving(osrm) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def times(stub: Stub, clock: Clock) -> FallbackTimes:
    """The server drives at 10 m/s, the embedded road is driven at 5."""
    embedded = RoadGraphTimes(graph_of([A, B], [road([A, B], 0, 1, m_s=5)]))
    return FallbackTimes(server_times(f"osrm+{stub.url}"), embedded, clock)


def break_down(stub: Stub) -> None:
    stub.fault = lambda _: (502, {"message": "Bad Gateway"})


def seconds(times: FallbackTimes) -> int:
    return times.matrix([A, B])(A, B)


def test_the_server_is_asked_first(times: FallbackTimes) -> None:
    assert seconds(times) == pytest.approx(100, abs=1)
    assert not times.overdue


def test_when_it_fails_the_embedded_roads_answer_and_the_log_says_so(
    times: FallbackTimes, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    break_down(stub)
    with caplog.at_level(logging.WARNING):
        assert seconds(times) == pytest.approx(200, abs=1)
    assert "502" in caplog.text
    assert "embedded roads for the next 30 s" in caplog.text
    assert times.path(A, B)[-1] == B


def test_a_dead_server_is_left_alone_for_a_while_that_doubles(times: FallbackTimes, stub: Stub, clock: Clock) -> None:
    break_down(stub)
    for _ in range(5):
        seconds(times)
        times.path(A, B)
    assert len(stub.asked) == 1
    clock.now += FIRST_PAUSE_S
    for _ in range(5):
        seconds(times)
    assert len(stub.asked) == 2
    clock.now += FIRST_PAUSE_S  # half of the second pause
    seconds(times)
    assert len(stub.asked) == 2
    for _ in range(3000):  # and never longer than the longest
        clock.now += LONGEST_PAUSE_S
        times._ask(lambda provider: provider.matrix([A, A]))
        if len(stub.asked) > 20:
            break
    assert len(stub.asked) == 21


def test_a_server_that_is_back_answers_again(
    times: FallbackTimes, stub: Stub, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    break_down(stub)
    seconds(times)
    assert not times.overdue
    stub.fault = None
    clock.now += FIRST_PAUSE_S
    assert times.overdue  # whoever kept the embedded matrix asks for another now
    assert seconds(times) == pytest.approx(100, abs=1)
    assert not times.overdue
    assert "answers again" in caplog.text
    break_down(stub)
    seconds(times)
    clock.now += FIRST_PAUSE_S  # the first pause again
    seconds(times)
    assert len(stub.asked) == 4


def test_a_line_that_fails_does_not_make_the_matrix_an_old_one(times: FallbackTimes, stub: Stub, clock: Clock) -> None:
    seconds(times)
    break_down(stub)
    assert times.path(A, B)
    clock.now += FIRST_PAUSE_S
    assert not times.overdue


def test_a_point_that_is_not_on_the_earth_is_nobodys_failure(times: FallbackTimes) -> None:
    with pytest.raises(ValueError, match="lon before lat"):
        times.matrix([A, Point(float("nan"), 54.0)])
    assert times.failures == 0


def test_what_is_added_to_a_matrix_is_of_its_source(times: FallbackTimes, stub: Stub, clock: Clock) -> None:
    door = at(500)
    of_the_server = times.matrix([A, B])
    assert times.extended(of_the_server, [door])(A, door) == pytest.approx(50, abs=1)

    break_down(stub)
    assert times.extended(of_the_server, [door])(A, B) == 200  # none of the old times beside new ones of the embedded roads
    clock.now += FIRST_PAUSE_S
    assert times.overdue
    of_the_roads = times.matrix([A, B])

    stub.fault = None
    clock.now += LONGEST_PAUSE_S
    assert times.extended(of_the_roads, [door])(A, door) == 100
    assert times.overdue  # whoever keeps it should ask anew
