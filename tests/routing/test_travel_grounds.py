"""Whoever stands in the grounds of a school, a hospital or a park leaves them straight, but not through what is in the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from routing.model import Point
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.osm_walks import read_walks
from routing.travel.sphere import distance_m, line_m
from routing.travel.walk_paths import WalkPaths
from routing.travel.walking import Walking
from tests.routing.travel_extracts import Relation
from tests.routing.travel_grounds import (
    AS_NEIGHBOURS_M,
    BY_THE_FOOTPATH_M,
    CLASSROOM,
    KERB,
    SCHOOL,
    STRAIGHT_M,
    Drawn,
    Spot,
    metres,
    walks,
)
from tests.routing.travel_worlds import M_PER_LAT, M_PER_LON, at

AT_THE_EDGE: list[Spot] = [(-3, -50), (-3, 250)]
"""Between the school and the street."""
ACROSS: list[Spot] = [(-8, -50), (-8, 350)]
"""Between the street and what lies across from the school."""
STREAM: Drawn = (AT_THE_EDGE, {"waterway": "stream"})
GATE: Spot = (-3, 150)
FENCE: list[Spot] = [(-3, -50), GATE, (-3, 250)]
BY_THE_GATE_M = 1.25 * (np.hypot(123, 50) + 3) + 50 + 2
"""From the classroom to the gate and on to the street, along it, and up to the kerb."""
FENCED: Drawn = (FENCE, {"barrier": "fence"})

led_around = pytest.approx(BY_THE_FOOTPATH_M, abs=3)
straight = pytest.approx(STRAIGHT_M, abs=3)
neighbours = pytest.approx(AS_NEIGHBOURS_M, abs=1)
by_the_gate = pytest.approx(BY_THE_GATE_M, abs=3)


def test_from_a_school_one_goes_straight_to_the_street(tmp_path: Path) -> None:
    assert metres(walks(tmp_path)) == straight


def test_an_ordinary_house_is_left_by_its_own_street_only(tmp_path: Path) -> None:
    assert metres(walks(tmp_path, school={"landuse": "residential"})) == neighbours


@pytest.mark.parametrize(
    "tags",
    [
        {"waterway": "river"},
        {"waterway": "canal"},
        {"waterway": "ditch"},
        {"railway": "rail"},
        {"highway": "motorway"},
        {"highway": "trunk", "oneway": "yes"},
        {"natural": "cliff"},
        {"barrier": "fence"},
        {"barrier": "wall"},
        {"barrier": "hedge"},
    ],
    ids=lambda tags: " ".join(tags.values()),
)
def test_what_is_in_the_way_is_not_crossed(tmp_path: Path, tags: dict[str, str]) -> None:
    assert metres(walks(tmp_path, (AT_THE_EDGE, tags))) == led_around


@pytest.mark.parametrize(
    "tags",
    [
        {"waterway": "stream", "tunnel": "culvert"},
        {"railway": "abandoned"},
        {"railway": "rail", "tunnel": "yes"},
        {"power": "line"},
        {"barrier": "kerb"},
        {"highway": "service", "access": "private"},
    ],
    ids=lambda tags: " ".join(tags.values()),
)
def test_what_runs_below_or_is_gone_is_no_obstacle(tmp_path: Path, tags: dict[str, str]) -> None:
    assert metres(walks(tmp_path, (AT_THE_EDGE, tags))) == straight


def test_a_lake_is_an_obstacle_from_shore_to_shore(tmp_path: Path) -> None:
    shore: list[Spot] = [(20, -50), (60, -50), (60, 250), (20, 250), (20, -50)]
    assert metres(walks(tmp_path, (shore, {"natural": "water"}))) == led_around
    lake = Relation({"type": "multipolygon", "natural": "water"}, [("w", 4, "outer")])
    assert metres(walks(tmp_path, (shore, {}), relations=[lake])) == led_around


@pytest.mark.parametrize(
    "node",
    [{"barrier": "gate"}, {"barrier": "gate", "access": "private"}, {"barrier": "kissing_gate"}, {"entrance": "main"}],
    ids=lambda tags: " ".join(tags.values()),
)
def test_one_gets_out_by_the_gate_in_the_fence(tmp_path: Path, node: dict[str, str]) -> None:
    assert metres(walks(tmp_path, FENCED, nodes={GATE: node})) == by_the_gate


def test_a_gate_is_one_of_the_fence_that_it_was_drawn_at(tmp_path: Path) -> None:
    assert metres(walks(tmp_path, FENCED, nodes={(-3.6, 150): {"barrier": "gate"}})) == by_the_gate
    assert metres(walks(tmp_path, FENCED, nodes={(-5, 150): {"barrier": "gate"}})) == led_around


@pytest.mark.parametrize(
    "node", [{"barrier": "gate", "locked": "yes"}, {"barrier": "gate", "access": "no"}, {"barrier": "fence"}, {"natural": "tree"}]
)
def test_but_not_by_one_that_is_locked(tmp_path: Path, node: dict[str, str]) -> None:
    assert metres(walks(tmp_path, FENCED, nodes={GATE: node})) == led_around


def test_the_drive_through_a_fence_is_for_those_with_business_there(tmp_path: Path) -> None:
    drive: Drawn = ([(60, 150), (-6, 150)], {"highway": "service", "access": "private"})
    assert metres(walks(tmp_path, FENCED, drive)) == by_the_gate
    assert metres(walks(tmp_path, STREAM, drive)) == led_around  # a private bridge is no path


def test_each_keeper_has_gates_of_their_own(tmp_path: Path) -> None:
    # A park across the street, with a hedge and a gate, too.
    park: Drawn = ([(-212, 0), (-12, 0), (-12, 200), (-212, 200), (-212, 0)], {"leisure": "park"})
    hedge: Drawn = ([(-9, -50), (-9, 50), (-9, 250)], {"barrier": "hedge"})
    found = walks(tmp_path, FENCED, park, hedge, nodes={GATE: {"barrier": "gate"}, (-9, 50): {"barrier": "stile"}})
    assert metres(found) == by_the_gate
    assert metres(found, at(-200, 100)) == pytest.approx(1.25 * (np.hypot(191, 50) + 3) + 50 + 2, abs=3)


def test_a_gate_leads_nowhere_where_the_stream_is_behind_it(tmp_path: Path) -> None:
    behind: Drawn = ([(-4, -50), (-4, 250)], {"waterway": "stream"})
    assert metres(walks(tmp_path, FENCED, behind, nodes={GATE: {"barrier": "gate"}})) == led_around


def test_a_bridge_is_a_path_like_others(tmp_path: Path) -> None:
    bridge: Drawn = ([(30, 150), (-6, 150)], {"highway": "footway", "bridge": "yes"})
    # Straight to its end and over it, then along the street.
    assert metres(walks(tmp_path, STREAM, bridge)) == pytest.approx(1.25 * np.hypot(90, 50) + 36 + 50 + 2, abs=4)


def test_what_is_fenced_in_for_itself_is_walked_round(tmp_path: Path) -> None:
    court: list[Spot] = [(3, 60), (40, 60), (40, 140), (3, 140), (3, 60)]
    assert metres(walks(tmp_path, (court, {"barrier": "fence", "leisure": "pitch"}))) == straight
    hedge: list[Spot] = [(60, 20), (60, 180)]
    assert metres(walks(tmp_path, (hedge, {"barrier": "hedge"}))) == straight


def test_the_outline_itself_may_be_the_fence(tmp_path: Path) -> None:
    assert metres(walks(tmp_path, school=SCHOOL | {"barrier": "fence"})) == neighbours
    gated = walks(tmp_path, school=SCHOOL | {"barrier": "fence"}, nodes={(0, 200): {"barrier": "gate"}})
    assert metres(gated) == pytest.approx(1.25 * (np.hypot(120, 100) + 6) + 100 + 2, abs=3)


def test_a_path_that_passes_at_a_distance_is_somebody_elses(tmp_path: Path) -> None:
    # 14 m between school and street are room for a garden.
    assert metres(walks(tmp_path, outline=[(8, 0), (200, 0), (200, 200), (8, 200), (8, 0)])) == led_around


def test_the_neighbours_drive_is_theirs(tmp_path: Path) -> None:
    drive: Drawn = ([(-6, 150), (-2, 150), (-2, 40)], {"highway": "service", "service": "driveway"})
    path: Drawn = (drive[0], {"highway": "footway"})
    # Without the street, which is out of reach of a narrower outline.
    narrow: list[Spot] = [(6, 0), (200, 0), (200, 200), (6, 200), (6, 0)]
    assert metres(walks(tmp_path, drive, outline=narrow)) == led_around
    by_the_path = pytest.approx(1.25 * np.hypot(122, 45) + 5 + 4 + 50 + 2, abs=4)
    assert metres(walks(tmp_path, path, outline=narrow)) == by_the_path
    own: Drawn = ([(-6, 150), (20, 150)], drive[1])
    assert metres(walks(tmp_path, own, outline=narrow)) == pytest.approx(1.25 * np.hypot(100, 50) + 26 + 50 + 2, abs=4)


def test_a_street_through_the_grounds_is_come_to_and_not_crossed(tmp_path: Path) -> None:
    street: Drawn = ([(60, -100), (60, 400)], {"highway": "residential"})
    over: Drawn = ([(60, 400), (-6, 400)], {"highway": "footway"})
    # Aslant to that street, up to the top, over to the other one, and down to the stop.
    assert metres(walks(tmp_path, street, over)) == pytest.approx(1.25 * np.hypot(60, 80) + 220 + 66 + 300 + 2, abs=3)
    drive: Drawn = ([(60, -100), (60, 400)], {"highway": "service", "access": "private"})
    assert metres(walks(tmp_path, drive)) == straight


def test_no_short_cut_over_the_neighbours_garden(tmp_path: Path) -> None:
    # The classroom's wing and the front yard are joined at the south only: between them is somebody's plot, 40 m wide.
    notched: list[Spot] = [(0, 0), (200, 0), (200, 200), (100, 200), (100, 20), (60, 20), (60, 200), (0, 200), (0, 0)]
    assert metres(walks(tmp_path, outline=notched)) == led_around
    shallow: list[Spot] = [(0, 0), (200, 0), (200, 200), (63, 200), (63, 20), (60, 20), (60, 200), (0, 200), (0, 0)]
    assert metres(walks(tmp_path, outline=shallow)) == straight


def test_a_plot_amid_the_grounds_is_not_part_of_them(tmp_path: Path) -> None:
    plot: Drawn = ([(30, -10), (70, -10), (70, 210), (30, 210), (30, -10)], {})
    inner: Drawn = ([(30, 10), (70, 10), (70, 190), (30, 190), (30, 10)], {})
    park = Relation(SCHOOL | {"type": "multipolygon"}, [("w", 1, "outer"), ("w", 4, "inner")])
    assert metres(walks(tmp_path, inner, school={}, relations=[park])) == led_around
    assert metres(walks(tmp_path, plot, school={}, relations=[Relation(park.tags, park.members[:1])])) == straight


def test_who_stands_at_the_kerb_goes_along_the_street_though_the_outline_reaches_into_it(tmp_path: Path) -> None:
    wide: list[Spot] = [(-6, 0), (200, 0), (200, 200), (-6, 200), (-6, 0)]
    stop, garden_gate = at(2, 100), at(207, 100)
    # Nobody from behind the school crosses it to the stop; who is in it does, to the middle of the street and back to the kerb.
    found = walks(tmp_path, outline=wide)
    assert metres(found, garden_gate, stop) == pytest.approx(2 + 300 + 211 + 300 + 8, abs=3)
    assert metres(found, CLASSROOM, stop) == pytest.approx(1.25 * 126 + 8, abs=3)


def test_who_stands_on_a_path_goes_along_it(tmp_path: Path) -> None:
    drive: Drawn = ([(20, 100), (-6, 100)], {"highway": "service"})
    found, shelter = walks(tmp_path, drive), at(20, 103)
    assert metres(found, at(207, 100), shelter) == pytest.approx(2 + 300 + 211 + 300 + 26 + 3, abs=3)
    assert metres(found, CLASSROOM, shelter) == pytest.approx(1.25 * 100 + 3, abs=3)


def test_a_stop_amid_the_grounds_is_reached_straight(tmp_path: Path) -> None:
    bay = at(60, 40)
    assert metres(walks(tmp_path), CLASSROOM, bay) == pytest.approx(1.25 * np.hypot(60, 60), abs=1)
    assert metres(walks(tmp_path), KERB, bay) == pytest.approx(2 + 1.25 * np.hypot(66, 60), abs=1)
    rails: Drawn = ([(90, -20), (90, 220)], {"railway": "rail"})
    # By the footpath to the street, down that to y = 128, and aslant to the bay.
    by_the_footpath = pytest.approx(BY_THE_FOOTPATH_M - 2 - 28 + 1.25 * np.hypot(66, 88), abs=3)
    assert metres(walks(tmp_path, rails), CLASSROOM, bay) == by_the_footpath


def test_far_from_all_paths_the_grounds_tell_the_way(tmp_path: Path) -> None:
    # A park west of the street; its bench, 584 m from that, is 160 m from a lane beyond the river. A bridge is in the north.
    park: list[Spot] = [(-600, 0), (-10, 0), (-10, 300), (-600, 300), (-600, 0)]
    river: Drawn = ([(-601, -200), (-601, 390)], {"waterway": "river"})
    lane: Drawn = ([(-6, 400), (-750, 400), (-750, 0)], {"highway": "footway"})
    bench, landing = at(-590, 100), at(-748, 100)
    found = walks(tmp_path, river, lane, school={"leisure": "park"}, outline=park)
    assert metres(found, bench, landing) == pytest.approx(1.25 * np.hypot(584, 205) + 95 + 744 + 300 + 2, abs=5)
    # Where all sides are walled off, nobody knows, and the straight line has to do.
    walled = walks(tmp_path, river, lane, (ACROSS, {"barrier": "wall"}), school={"leisure": "park"}, outline=park)
    assert metres(walled, bench, landing) == pytest.approx(1.25 * 158, abs=1)


def test_the_line_walked_is_as_long_as_the_walk(tmp_path: Path) -> None:
    fence = walks(tmp_path, FENCED, nodes={GATE: {"barrier": "gate"}}, circuity=1.0)
    for found in (fence, walks(tmp_path, circuity=1.0), walks(tmp_path, STREAM, circuity=1.0)):
        for a, b in ((CLASSROOM, KERB), (KERB, CLASSROOM), (CLASSROOM, at(60, 40)), (at(100, 207), at(207, 100))):
            line = found.path(a, b)
            assert (line[0], line[-1]) == (a, b)
            assert line_m(np.array(line)) == pytest.approx(metres(found, a, b), abs=2)
    line = [((lon + 1.5) * M_PER_LON, (lat - 54.0) * M_PER_LAT) for lon, lat in fence.path(CLASSROOM, KERB)]
    assert shapely.LineString(line).distance(shapely.Point(GATE)) < 2
    assert walks(tmp_path, circuity=1.0).path(CLASSROOM, at(60, 40)) == [CLASSROOM, at(60, 40)]


def test_the_pace_over_grass_is_that_of_the_service(tmp_path: Path) -> None:
    assert metres(walks(tmp_path, circuity=1.5)) == pytest.approx(1.5 * 126 + 2, abs=3)


def test_uppingham_community_college_has_a_stop_of_its_own(shared_data: Path) -> None:
    found = WalkPaths(RoadGraphTimes(read_walks(shared_data / "roads" / "rutland.osm.pbf")), Walking())
    college, stop = Point(-0.720162, 52.579655), Point(-0.721391, 52.579086)
    # 104 m over its car park. The nearest path, on the far side of the playing field, was 816 m round to the stop.
    assert metres(found, college, stop) == pytest.approx(1.25 * distance_m(college, stop), abs=1)
    assert distance_m(college, stop) == pytest.approx(104, abs=1)


def test_nobody_in_parkfield_road_is_led_over_the_grounds_of_catmose_college(shared_data: Path) -> None:
    found = WalkPaths(RoadGraphTimes(read_walks(shared_data / "roads" / "rutland.osm.pbf")), Walking())
    house, on_the_colleges_drive = Point(-0.740093, 52.673040), Point(-0.739549, 52.674369)
    assert distance_m(house, on_the_colleges_drive) < 155
    assert metres(found, house, on_the_colleges_drive) > 450
