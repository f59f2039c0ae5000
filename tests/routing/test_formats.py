"""What is read from published instances, and that plans can be told as lists of nodes."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import pytest

from routing.check import Kind, violations
from routing.cost import cost
from routing.formats.instance import Instance, NotAPlan
from routing.formats.reading import read_instance
from routing.formats.stated import Family, Objective
from routing.model import Load
from tests.routing.instances import ALL, DARP, LI_LIM, written


def read(folder: Path, name: str, text: str | None = None) -> Instance:
    return read_instance(written(folder, name, text))


def test_a_dial_a_ride_file_becomes_a_problem(tmp_path: Path) -> None:
    instance = read(tmp_path, "darp")

    assert (instance.name, instance.family, instance.objective) == ("darp", Family.DARP, Objective.DISTANCE)
    [shift] = instance.problem.shifts.values()
    assert shift.vehicle.layouts == (Load(2),)
    assert (shift.max_duration_s, shift.window) == (40, (0, 100))
    second = instance.problem.requests["2"]
    assert (second.max_ride_s, second.boarding_s, second.alighting_s, second.load) == (6, 1, 1, Load(1))
    assert instance.problem.travel(second.pickup, second.dropoff) == 5


def test_windows_are_cut_to_what_the_ride_the_depot_and_the_legs_leave(tmp_path: Path) -> None:
    second = read(tmp_path, "darp").problem.requests["2"]

    # Boarded at 10 to 20 for a minute and then driven for 5 to 6 minutes: alighting begins at 16 to 27.
    assert second.pickup_window == (10, 20)
    assert second.dropoff_window == (16, 27)

    # Node 1 is 3 minutes from the depot. Back at 100 from node 3: 7 minutes and a minute of service. Its ride takes 4 to 6.
    first = read(tmp_path, "darp").problem.requests["1"]
    assert first.dropoff_window == (3 + 1 + 4, 100 - 7 - 1)
    assert first.pickup_window == (3, 92 - 4 - 1)


def test_the_second_number_of_a_dial_a_ride_file_may_count_requests_or_nodes(tmp_path: Path) -> None:
    nodes, requests = read(tmp_path, "darp"), read(tmp_path, "closing")

    assert nodes.stated.pairs == requests.stated.pairs == ((1, 3), (2, 4))
    assert (nodes.stated.end, requests.stated.end) == (0, 5)
    assert requests.problem.shifts["1"].window == (0, 60)
    assert requests.routes(requests.plan([[1, 2, 3, 4]])) == [[1, 2, 3, 4]]
    assert nodes.distance([[1, 2, 3, 4]]) == requests.distance([[1, 2, 3, 4]]) == 18


def test_a_file_of_li_and_lim_becomes_a_problem(tmp_path: Path) -> None:
    instance = read(tmp_path, "lilim")

    assert (instance.family, instance.objective) == (Family.LI_LIM, Objective.VEHICLES_FIRST)
    assert list(instance.problem.requests) == ["1", "3"]
    assert len(instance.problem.shifts) == 3
    assert instance.problem.requests["3"].load == Load(5)
    # 0 -> 1 -> 4 -> 0 is 3 + 4 + 5, and 0 -> 3 -> 2 -> 0 is 4 + 3 + 5.
    assert instance.distance([[1, 4], [], [3, 2]]) == 24
    assert instance.vehicles([[1, 4], [], [3, 2]]) == 2
    assert instance.rank([[3, 2], [1, 4]]) == (2, 24)


def test_no_ride_is_too_long_where_the_file_sets_no_limit(tmp_path: Path) -> None:
    for name in ("lilim", "roads"):
        problem = read(tmp_path, name).problem
        for request in problem.requests.values():
            assert request.max_ride_s > problem.shifts["1"].window.latest
        assert problem.shifts["1"].max_duration_s is None


def test_the_speed_of_li_and_lim_is_not_used(tmp_path: Path) -> None:
    # Five of the published files say 0.
    instance = read(tmp_path, "lilim", LI_LIM.replace("3 10 1\n", "3 10 0\n"))

    assert instance.problem.travel.seconds[1, 4] == 4 * instance.scale


def test_a_file_of_sartori_and_buriol_becomes_a_problem(tmp_path: Path) -> None:
    instance = read(tmp_path, "roads")

    assert (instance.family, instance.scale) == (Family.SARTORI_BURIOL, 1)
    assert len(instance.problem.shifts) == len(instance.problem.requests) == 2  # it states no fleet
    assert (instance.distances[0, 2], instance.distances[2, 0]) == (5, 6)
    assert instance.distance([[1, 2, 3, 4]]) == 4 + 2 + 2 + 1 + 7


def test_whole_numbers_stay_as_they_are_and_others_are_spread_out(tmp_path: Path) -> None:
    # Node 4 a little further north: its legs are irrational, the others are whole still.
    instance = read(tmp_path, "lilim", LI_LIM.replace("4 3 4 -6", "4 3 4.5 -6"))

    scale, seconds = instance.scale, instance.problem.travel.seconds
    assert scale > 100_000
    assert seconds[0, 1] == 3 * scale
    leg = sqrt(3**2 + 4.5**2)
    assert leg * scale <= seconds[0, 4] < leg * scale + 1
    assert instance.problem.requests["3"].pickup_window.latest == 50 * scale


def test_decimals_of_a_file_are_not_moved_by_binary_rounding(tmp_path: Path) -> None:
    # 10.1 times 10 000 is 101 000 exactly; as binary doubles many scales come out a little lower.
    instance = read(tmp_path, "darp", DARP.replace("10 20\n", "10.1 20.3\n"))

    window, scale = instance.problem.requests["2"].pickup_window, instance.scale
    assert window.earliest == -(-101 * scale // 10)
    assert window.latest == 203 * scale // 10


def test_two_nodes_may_share_their_place_on_the_map(tmp_path: Path) -> None:
    instance = read(tmp_path, "lilim")

    assert instance.stated.nodes[2][:2] == instance.stated.nodes[4][:2]
    assert len(set(instance.problem.travel.points)) == 5


@pytest.mark.parametrize("name", ALL)
def test_nobody_is_served_to_begin_with(tmp_path: Path, name: str) -> None:
    instance = read(tmp_path, name)

    found = violations(instance.opening_plan(), instance.problem)

    assert [(each.kind, each.amount) for each in found] == [(Kind.UNSERVED, 1)] * len(instance.problem.requests)
    assert instance.routes(instance.opening_plan()) == []


@pytest.mark.parametrize(("name", "routes"), [("darp", [[1, 2, 3, 4]]), ("lilim", [[3, 2], [1, 4]]), ("roads", [[1, 2, 3, 4]])])
def test_plans_and_lists_of_nodes_are_told_from_one_another(tmp_path: Path, name: str, routes: list[list[int]]) -> None:
    instance = read(tmp_path, name)

    assert instance.routes(instance.plan(routes)) == routes
    assert instance.plan(instance.routes(instance.plan(routes))) == instance.plan(routes)


def test_lists_that_are_no_plan_are_refused(tmp_path: Path) -> None:
    instance = read(tmp_path, "darp")

    with pytest.raises(NotAPlan, match="no request with node 0, 9"):
        instance.plan([[0, 1, 3, 9]])
    with pytest.raises(NotAPlan, match="2 routes, more than the vehicles of darp: 1"):
        instance.plan([[1, 3], [2, 4]])


def test_one_vehicle_less_outweighs_any_distance(tmp_path: Path) -> None:
    instance = read(tmp_path, "lilim")

    # Everybody in one vehicle, on the longest way there is, against two vehicles on short ways.
    together, apart = instance.plan([[1, 3, 4, 2]]), instance.plan([[1, 4], [3, 2]])

    assert instance.distance([[1, 3, 4, 2]]) < instance.distance([[1, 4], [3, 2]]) + 100
    price, prices = (cost(plan, instance.problem, instance.weights) for plan in (together, apart))
    assert prices - price > instance.weights.shift - 100 * instance.scale
    assert instance.weights.shift > instance.problem.travel.seconds.sum() / 5


def test_dial_a_ride_costs_what_is_driven(tmp_path: Path) -> None:
    instance = read(tmp_path, "darp")

    assert cost(instance.plan([[1, 2, 3, 4]]), instance.problem, instance.weights) == 18 * instance.scale


FOLDERS = [("darp", 34), ("lilim", 59), ("sartori_buriol", 4)]


@pytest.mark.parametrize(("folder", "number"), FOLDERS)
def test_every_published_instance_is_read(shared_data: Path, folder: str, number: int) -> None:
    known = json.loads((shared_data / "best_known.json").read_text())
    paths = [path for path in sorted((shared_data / folder).glob("*.txt")) if path.stem in known]
    assert len(paths) >= number

    for path in paths:
        instance = read_instance(path)
        stated, problem = instance.stated, instance.problem
        assert len(problem.requests) == len(stated.pairs), path
        assert 2 * len(stated.pairs) in (len(stated.nodes) - 1, len(stated.nodes) - 2), path
        assert known[path.stem].get("vehicles", 0) <= len(problem.shifts), path
        for request in problem.requests.values():
            assert request.pickup_window.earliest <= request.pickup_window.latest, (path, request)
            assert request.dropoff_window.earliest <= request.dropoff_window.latest, (path, request)
        if path.stem[0] == "a":  # a8-96: 8 vehicles, 96 requests
            assert f"a{len(problem.shifts)}-{len(problem.requests)}" == path.stem
        if path.stem[0] == "R":  # R1 has 24 requests, R2 48, ...
            assert len(problem.requests) == {"1": 24, "2": 48, "3": 72, "4": 96, "5": 120, "6": 144}[path.stem[1]], path
