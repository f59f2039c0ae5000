"""The peers' scripts, each with the Python that has it."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from routing.bench.asking import CantAsk, nodes_of, task_of
from routing.bench.contenders import PEERS, PEERS_PYTHON, installed
from routing.bench.peers.task import Node, Pair, Task
from routing.bench.runs import Case, perform
from routing.formats.reading import read_instance
from tests.routing.benching import LINE, LINE_PDPTW


def write(folder: Path, text: str) -> Path:
    path = folder / "x1.txt"
    path.write_text(text)
    return path


@pytest.mark.parametrize("text", [LINE, LINE_PDPTW], ids=["dial-a-ride", "pickup and delivery"])
@pytest.mark.parametrize("name", [pytest.param(name, marks=() if PEERS[name].ours else pytest.mark.peers) for name in PEERS])
def test_a_peer_finds_the_way_along_the_line(name: str, text: str, tmp_path: Path) -> None:
    contenders, missing = installed([PEERS[name]], PEERS_PYTHON)
    if missing:
        pytest.skip(missing[0])
    path = write(tmp_path, text)

    run = perform(Case(name, "x1", 0.3, 1), contenders[0], path, read_instance(path), Event())

    assert (run.error, run.faults) == ("", {})
    assert (run.vehicles, run.distance) == (1, 8.0)


def test_an_instance_as_plain_numbers(tmp_path: Path) -> None:
    # Nodes 1 -> 3 and 2 -> 4 become 1 -> 2 and 3 -> 4; the depot opens at 100, and that is the task's 0.
    text = LINE.replace(" 0 1440", " 100 1440").replace("1 1 0 0  1 100 1440", "1 1 0 7  1 200 300")
    instance = read_instance(write(tmp_path, text))

    task = task_of(instance, 2.5, 3)

    assert (task.vehicles, task.capacity, task.max_duration, task.fewest_vehicles) == (1, 3, 480, False)
    assert (task.seconds, task.seed) == (2.5, 3)
    assert task.pairs == [Pair(1, 2, 1, 30), Pair(3, 4, 1, 30)]
    assert task.nodes[:2] == [Node(0, 1340, 0), Node(100, 200, 7)]
    assert task.legs[0] == [0, 1, 3, 2, 4]  # from the depot to nodes 0, 1, 3, 2, 4 of the file
    assert nodes_of([[1, 3, 2, 4]], instance) == [[1, 2, 3, 4]]
    assert Task.from_json(task.as_json()) == task


@pytest.mark.parametrize("routes", [[[0, 1, 2]], [[1, 2, 5]], [[-1]]])
def test_nodes_that_nobody_asked_about(routes: list[list[int]], tmp_path: Path) -> None:
    with pytest.raises(IndexError):
        nodes_of(routes, read_instance(write(tmp_path, LINE)))


def test_another_depot_to_end_at_is_told(tmp_path: Path) -> None:
    same = read_instance(write(tmp_path, LINE + "5 0 0 0 0 0 1440\n"))
    other = read_instance(write(tmp_path, LINE + "5 9 9 0 0 0 1440\n"))

    assert len(task_of(same, 1, 1).legs) == 5
    with pytest.raises(CantAsk, match="another depot"):
        task_of(other, 1, 1)
