"""Roads are read once: the next process finds them in a folder, and never trusts one that is not whole."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from time import time

import numpy as np
import pytest

from routing.travel import stored
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm import read_osm
from routing.travel.osm_walks import read_walks
from routing.travel.road_graph import RoadGraph
from routing.travel.roads_geojson import BadRoads, read_roads
from routing.travel.stored import Roads, roads_of
from routing.travel.walk_paths import WalkPaths
from routing.travel.walking import Walking
from tests.routing.travel_extracts import extract
from tests.routing.travel_grounds import AS_NEIGHBOURS_M, metres, walks
from tests.routing.travel_worlds import RIPON, at, ripon_graph, ripon_stops

ROOT = Path(__file__).resolve().parents[2]


class Reader:
    """Reads, and counts how often."""

    times = 0

    def __call__(self, path: Path) -> RoadGraph:
        self.times += 1
        return read_roads(path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "roads.geojson"
    path.write_bytes((RIPON / "roads.geojson").read_bytes())
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "roads.geojson.drover"


@pytest.fixture
def read() -> Reader:
    return Reader()


def assert_same(found: RoadGraph, wanted: RoadGraph) -> None:
    assert type(found) is type(wanted)
    for each in fields(wanted):
        a, b = getattr(found, each.name), getattr(wanted, each.name)
        assert type(a) is type(b), each.name
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype, each.name
            assert np.array_equal(a, b), each.name
        elif isinstance(a, tuple) and a and isinstance(a[0], np.ndarray):
            assert len(a) == len(b), each.name
            assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True)), each.name
        else:
            assert a == b, each.name


def assert_works(roads: Roads) -> None:
    stops = list(ripon_stops().values())
    assert (roads.times().matrix(stops).seconds == RoadGraphTimes(ripon_graph()).matrix(stops).seconds).all()


def test_the_second_time_nobody_reads_the_file(source: Path, store: Path, read: Reader) -> None:
    first, second = roads_of(source, store, read), roads_of(source, store, read)
    assert read.times == 1
    assert_same(first.graph, ripon_graph())
    assert_same(second.graph, ripon_graph())
    assert_works(second)
    assert [path.name for path in store.parent.iterdir()] == [store.name]


def test_another_file_of_that_name_is_read_anew(source: Path, store: Path, read: Reader) -> None:
    roads_of(source, store, read)
    data = json.loads(source.read_text())
    data["classes"]["A"]["speed_kmh"] = 20
    source.write_text(json.dumps(data))
    slow = roads_of(source, store, read)
    assert read.times == 2
    assert slow.graph.seconds.sum() > ripon_graph().seconds.sum()
    assert_same(roads_of(source, store, read).graph, slow.graph)
    assert read.times == 2


def test_another_version_of_the_code_reads_anew(
    source: Path, store: Path, read: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    roads_of(source, store, read)
    monkeypatch.setattr(stored, "_code", lambda: "the next version")
    with caplog.at_level(logging.INFO):
        roads_of(source, store, read)
    assert read.times == 2
    assert "by another version: made anew" in caplog.text


def damages(store: Path) -> list[Path]:
    return sorted(path for path in store.rglob("*") if path.is_file())


@pytest.mark.parametrize("harm", ["cut short", "one bit", "gone", "empty"])
def test_whichever_file_is_damaged_the_roads_are_right(
    harm: str, source: Path, store: Path, read: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    roads_of(source, store, read)
    names = [path.relative_to(store) for path in damages(store)]
    assert len(names) > 15
    for number, name in enumerate(names, start=2):
        path, data = store / name, (store / name).read_bytes()
        if harm == "gone":
            path.unlink()
        else:
            middle = len(data) // 2
            flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
            path.write_bytes({"cut short": data[:-1], "one bit": flipped, "empty": b""}[harm])
        with caplog.at_level(logging.INFO):
            assert_same(roads_of(source, store, read).graph, ripon_graph())
        assert read.times == number, name
        assert "made anew" in caplog.text
        caplog.clear()
    assert_works(roads_of(source, store, read))
    assert read.times == len(names) + 1


def test_where_nothing_can_be_written_roads_are_read_each_time(
    source: Path, tmp_path: Path, read: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("not a folder")
    for _ in range(2):
        assert_works(roads_of(source, tmp_path / "file" / "roads.drover", read))
    assert read.times == 2
    assert "can't be kept" in caplog.text


def test_a_disk_that_is_full_leaves_no_rubbish(
    source: Path, store: Path, read: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        assert_works(roads_of(source, store, read))
    assert "No space left" in caplog.text
    assert list(store.parent.iterdir()) == []
    roads_of(source, store, read)
    assert store.is_dir()


def test_a_bad_file_is_told_and_nothing_is_kept(source: Path, store: Path) -> None:
    source.write_text("{}")
    with pytest.raises(BadRoads):
        roads_of(source, store, read_roads)
    assert not store.exists()


def test_drafts_of_processes_that_were_killed_are_swept_up(source: Path, store: Path, read: Reader) -> None:
    old, young = store.with_name(f"{store.name}.abc"), store.with_name(f"{store.name}.def")
    for draft in (old, young):
        (draft / "topology").mkdir(parents=True)
    os.utime(old, (time() - 7200, time() - 7200))
    roads_of(source, store, read)
    assert not old.exists()
    assert young.exists()  # somebody may be at it


def test_processes_that_begin_at_once_do_one_another_no_harm(source: Path, store: Path) -> None:
    story = f"""
from pathlib import Path
from routing.travel.roads_geojson import read_roads
from routing.travel.stored import roads_of
for _ in range(20):
    roads = roads_of(Path({str(source)!r}), Path({str(store)!r}), read_roads)
    print(len(roads.graph.shapes), round(roads.graph.seconds.sum(), 3))
    Path({str(store)!r}, "seconds.npy").unlink(missing_ok=True)  # and so the others make it anew
"""
    runs = [subprocess.Popen([sys.executable, "-c", story], cwd=ROOT, stdout=-1, stderr=-1, text=True) for _ in range(3)]
    said = {line for run in runs for line in run.communicate(timeout=60)[0].splitlines()}
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert said == {f"{len(ripon_graph().shapes)} {round(ripon_graph().seconds.sum(), 3)}"}
    assert_same(roads_of(source, store, read_roads).graph, ripon_graph())
    assert [path.name for path in store.parent.iterdir()] == [store.name]


def test_without_routingkit_the_graph_is_kept_all_the_same(
    source: Path, store: Path, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "routing.travel.cch", raising=False)
    monkeypatch.setitem(sys.modules, "pyroutingkit", None)  # as where it has no wheel
    for _ in range(2):
        assert_works(roads_of(source, store, read))
    assert read.times == 1


def test_footways_are_kept_with_the_grounds_beside_them(tmp_path: Path) -> None:
    fence = [(-3.0, -50.0), (-3.0, 150.0), (-3.0, 250.0)], {"barrier": "fence"}
    drawn = walks(tmp_path, fence, nodes={(-3.0, 150.0): {"barrier": "gate"}})
    first, second = (roads_of(tmp_path / "town.osm", tmp_path / "town.walks", read_walks) for _ in range(2))
    assert second.graph is not first.graph
    assert_same(first.graph, drawn.times.graph)
    assert_same(second.graph, drawn.times.graph)
    assert metres(WalkPaths(second.times(), drawn.walking)) == metres(drawn) < AS_NEIGHBOURS_M / 2


def test_where_there_are_no_grounds_footways_are_kept_all_the_same(tmp_path: Path) -> None:
    source = extract(tmp_path, [([1, 2, 3], {"highway": "footway"})])
    first, second = (roads_of(source, tmp_path / "town.walks", read_walks) for _ in range(2))
    assert_same(second.graph, first.graph)
    assert WalkPaths(second.times(), Walking()).metres([at(100)], [at(400)])[0, 0] == pytest.approx(300, abs=1)


@pytest.mark.parametrize("place", ["rutland", "andorra"])
def test_real_footways_come_back_as_they_were_read(place: str, tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "roads" / f"{place}.osm.pbf"
    first, second = (roads_of(source, tmp_path / "walks.drover", read_walks) for _ in range(2))
    assert second.graph is not first.graph
    assert_same(second.graph, first.graph)


@pytest.mark.parametrize("place", ["rutland", "andorra"])
def test_real_roads_come_back_as_they_were_read(place: str, tmp_path: Path, shared_data: Path) -> None:
    source = shared_data / "roads" / f"{place}.osm.pbf"
    first = roads_of(source, tmp_path / "roads.drover", read_osm)
    second = roads_of(source, tmp_path / "roads.drover", read_osm)
    assert second.graph is not first.graph
    assert_same(second.graph, first.graph)
    nodes = np.random.default_rng(3).choice(first.graph.nodes, 40, replace=False).astype(np.int64)
    times = [roads.times().engine.times_ms(nodes, nodes) for roads in (first, second)]
    assert (times[0] == times[1]).all()


def test_roads_for_a_small_bus_never_answer_for_a_large_one(source: Path, store: Path, read: Reader) -> None:
    """Were they put into the same folder, by chance or by somebody's hand."""
    for times, size in enumerate(["2.3x2.9m", "2.55x3.2m", "2.3x2.9m"], start=1):
        roads_of(source, store, read, size)
        assert read.times == times
    roads_of(source, store, read, "2.3x2.9m")
    assert read.times == 3


def test_roads_that_nobody_needs_any_more_go_and_young_ones_stay(source: Path, store: Path, read: Reader) -> None:
    old, young, never = (store.with_name(f"roads.for-{name}.drover") for name in ("old", "young", "never"))
    for folder in (old, young):
        roads_of(source, folder, read, folder.name)
    os.utime(old, (time() - 7200, time() - 7200))
    roads = roads_of(source, old, read, old.name)
    stored.drop([old, young, never])
    assert [path.name for path in store.parent.iterdir()] == [young.name]
    assert_works(roads)  # whoever has them in memory keeps them


def test_roads_that_go_while_they_are_being_loaded_are_made_anew(
    source: Path, store: Path, read: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    roads_of(source, store, read)
    if not (store / "topology").is_dir():
        pytest.skip("no RoutingKit for this Python")
    load = stored._loaded_topology

    def too_late(folder: Path) -> object:
        shutil.rmtree(folder)
        return load(folder)

    monkeypatch.setattr(stored, "_loaded_topology", too_late)
    assert_works(roads_of(source, store, read))
    assert read.times == 2
