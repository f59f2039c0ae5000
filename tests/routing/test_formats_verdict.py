"""What is wrong with a solution, in the numbers of the file; against least fixpoints of difference constraints."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.check import violations
from routing.formats.instance import Instance
from routing.formats.reading import read_instance
from routing.formats.stated import Stated
from routing.formats.verdict import FaultKind, faults
from tests.routing.instances import DARP, LI_LIM, written


def verdict(folder: Path, name: str, routes: list[list[int]], text: str | None = None) -> list[tuple[object, ...]]:
    return [tuple(fault) for fault in faults(read_instance(written(folder, name, text)), routes)]


@pytest.mark.parametrize(
    ("name", "routes"),
    [("darp", [[1, 2, 3, 4]]), ("closing", [[1, 2, 3, 4]]), ("lilim", [[3, 2], [], [1, 4]]), ("roads", [[1, 2, 3, 4]])],
)
def test_nothing_is_wrong_with_what_keeps_every_rule(tmp_path: Path, name: str, routes: list[list[int]]) -> None:
    assert verdict(tmp_path, name, routes) == []


def test_whom_a_solution_forgets_or_serves_twice(tmp_path: Path) -> None:
    assert verdict(tmp_path, "lilim", [[1, 4]]) == [(FaultKind.UNSERVED, None, 3, 1)]
    assert verdict(tmp_path, "lilim", [[1, 4], [3, 2], [1, 4]]) == [
        (FaultKind.TWICE, None, 1, 1),
        (FaultKind.TWICE, None, 4, 1),
    ]
    assert verdict(tmp_path, "lilim", [[1, 2], [3, 4]]) == [
        (FaultKind.SPLIT, 1, 1, 1),
        (FaultKind.SPLIT, 1, 2, 1),
        (FaultKind.SPLIT, 2, 4, 1),
        (FaultKind.SPLIT, 2, 3, 1),
    ]


def test_who_is_delivered_before_the_pickup(tmp_path: Path) -> None:
    assert verdict(tmp_path, "lilim", [[4, 1], [3, 2]]) == [(FaultKind.ORDER, 1, 4, 1)]


def test_the_depot_and_strangers_are_no_nodes_of_a_route(tmp_path: Path) -> None:
    found = verdict(tmp_path, "lilim", [[0, 1, 4, 0], [3, 2, 77, -1]])

    assert found == [
        (FaultKind.UNKNOWN, 1, 0, 1),
        (FaultKind.UNKNOWN, 1, 0, 1),
        (FaultKind.UNKNOWN, 2, 77, 1),
        (FaultKind.UNKNOWN, 2, -1, 1),
    ]


def test_how_many_too_many_are_on_board(tmp_path: Path) -> None:
    # 6 and 5 on board of a vehicle for 10.
    assert verdict(tmp_path, "lilim", [[1, 3, 2, 4]]) == [(FaultKind.OVERLOAD, 1, 3, 1)]


def test_more_routes_than_vehicles(tmp_path: Path) -> None:
    text = LI_LIM.replace("3 10 1\n", "1 10 1\n")

    assert verdict(tmp_path, "lilim", [[1, 4], [3, 2]], text) == [(FaultKind.FLEET, None, None, 1)]


def test_by_how_much_a_window_is_missed(tmp_path: Path) -> None:
    # At node 1 at 3, service 2; at node 4 at 9, and its window closes at 7.5.
    text = LI_LIM.replace("-6 0 60", "-6 0 7.5")

    assert verdict(tmp_path, "lilim", [[1, 4], [3, 2]], text) == [(FaultKind.LATE, 1, 4, pytest.approx(1.5))]


def test_a_ride_that_no_waiting_shortens(tmp_path: Path) -> None:
    # 2 first: from its departure 5 minutes to node 4. In the order 2 1 3 4 it's 1 + 1 + 4 + 1 + 2 = 9, 3 too many.
    assert verdict(tmp_path, "darp", [[2, 1, 3, 4]]) == [(FaultKind.RIDE, 1, 4, pytest.approx(3))]


def test_waiting_for_the_ride_before_boarding_and_not_on_board(tmp_path: Path) -> None:
    # Node 1 could be served at 3, but 2 opens at 10: who boards 1 at 3 rides until 10 + 1 + 3 = 14. Boarded at 8 it's 5.
    assert verdict(tmp_path, "darp", [[1, 2, 3, 4]]) == []
    # Unless node 1 closes at 6.
    late = DARP.replace("1 3.0 0.0 1 1 0 100", "1 3.0 0.0 1 1 0 6")
    assert verdict(tmp_path, "darp", [[1, 2, 3, 4]], late) in (
        [(FaultKind.RIDE, 1, 3, pytest.approx(1))],
        [(FaultKind.LATE, 1, 1, pytest.approx(1))],
    )


def test_setting_off_late_shortens_a_route(tmp_path: Path) -> None:
    # Off at 5.0, at node 1 at 8, back at 10 + 1 + 3 + 1 + 2 + 1 + 9 = 27: 22 minutes, not 27.
    assert verdict(tmp_path, "darp", [[1, 2, 3, 4]], DARP.replace("1 4 40 2 6", "1 4 22 2 6")) == []
    assert verdict(tmp_path, "darp", [[1, 2, 3, 4]], DARP.replace("1 4 40 2 6", "1 4 21.5 2 6")) == [
        (FaultKind.DURATION, 1, None, pytest.approx(0.5))
    ]


def test_back_after_the_depot_has_closed(tmp_path: Path) -> None:
    text = DARP.replace("1 4 40", "1 2 40") + "5 0.0 0.0 0 0 0 26\n"

    assert verdict(tmp_path, "darp", [[1, 2, 3, 4]], text) == [(FaultKind.CLOSED, 1, None, pytest.approx(1))]


def test_a_fault_reads_as_a_sentence(tmp_path: Path) -> None:
    [fault] = faults(read_instance(written(tmp_path, "darp")), [[2, 1, 3, 4]])

    assert str(fault) == "route 1, node 4: is delivered after a ride that is too long (time): 3"


@st.composite
def dial_a_ride(draw: st.DrawFn) -> str:
    """A file of three requests with limits that about a half of the routes can keep."""
    rows = []
    for node in range(7):
        x, y, earliest, width = (draw(st.integers(*bounds)) for bounds in ((-5, 5), (-5, 5), (0, 40), (20, 90)))
        load = 0 if node == 0 else 1 if node < 4 else -1
        window = f"0 {width + 40}" if node == 0 else f"{earliest} {earliest + width}"
        rows.append(f"{node} {x} {y} {draw(st.integers(0, 3)) if node else 0} {load} {window}")
    return f"2 6 {draw(st.integers(40, 90))} 3 {draw(st.integers(10, 50))}\n" + "\n".join(rows)


@st.composite
def orders(draw: st.DrawFn) -> list[int]:
    """The nodes of three requests, each boarding before it alights."""
    drawn = draw(st.permutations([1, 2, 3, 1, 2, 3]))
    return [node + 3 * (node in drawn[:index]) for index, node in enumerate(drawn)]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=dial_a_ride(), order=orders())
def test_times_are_found_exactly_where_difference_constraints_have_a_solution(
    tmp_path: Path, text: str, order: list[int]
) -> None:
    instance = read_instance(written(tmp_path, "random", text))
    about_time = {FaultKind.LATE, FaultKind.RIDE, FaultKind.DURATION, FaultKind.CLOSED}

    found = [fault for fault in faults(instance, [order]) if fault.kind in about_time]

    assert bool(found) != has_times(instance.stated, order)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=dial_a_ride(), order=orders(), alone=st.integers(1, 3))
def test_what_the_judge_of_whole_numbers_lets_pass_is_right_in_the_file(
    tmp_path: Path, text: str, order: list[int], alone: int
) -> None:
    instance = read_instance(written(tmp_path, "random", text))
    routes = [[alone, alone + 3], [node for node in order if node not in (alone, alone + 3)]]

    if not violations(instance.plan(routes), instance.problem):
        assert faults(instance, routes) == []


def has_times(stated: Stated, route: list[int]) -> bool:
    """Bellman-Ford: the least times that keep all lower bounds, and whether they keep the upper ones."""
    places = [0, *route, 0]
    n = len(places)
    least = [0.0, *(stated.nodes[node].earliest for node in route), 0.0]
    most = [inf, *(stated.nodes[node].latest for node in route), stated.nodes[0].latest]
    after = [
        (i, i + 1, stated.times[places[i], places[i + 1]] + (stated.nodes[places[i]].service if i else 0)) for i in range(n - 1)
    ]
    for up, down in stated.pairs:
        if up in route and down in route and route.index(up) < route.index(down):
            after.append((route.index(down) + 1, route.index(up) + 1, -(stated.max_ride or 0) - stated.nodes[up].service))
    after.append((n - 1, 0, -(stated.max_duration or 0)))
    for _ in range(n + 1):
        for sooner, later, gap in after:
            least[later] = max(least[later], least[sooner] + gap)
    settled = all(least[later] >= least[sooner] + gap - 1e-7 for sooner, later, gap in after)
    return settled and all(at <= latest + 1e-7 for at, latest in zip(least, most, strict=True))


def test_a_fleet_of_doubles_is_not_condemned_for_rounding(tmp_path: Path) -> None:
    # The window of node 4 closes at the very instant of arrival: sqrt(2) + sqrt(2), which legs rounded up would miss.
    text = "1 2 90 1 30\n0 0 0 0 0 0 100\n1 1 1 0 1 0 90\n2 2 2 0 -1 0 2.8284271247461903\n"
    instance: Instance = read_instance(written(tmp_path, "tight", text))

    assert faults(instance, [[1, 2]]) == []
