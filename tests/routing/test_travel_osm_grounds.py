"""Which outlines are grounds, what stands in the way there, and what is a gate, by the tags."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from routing.travel.osm import BadExtract
from routing.travel.osm_grounds import is_gate, is_grounds, is_wall, read_land
from tests.routing.travel_extracts import extract
from tests.routing.travel_worlds import at


def tags(text: str) -> dict[str, str]:
    return dict(tag.split("=", 1) for tag in text.split(","))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amenity=school", True),
        ("amenity=school,access=private", True),
        ("amenity=school,access=no", False),
        ("amenity=school,building=yes", False),
        ("amenity=university", True),
        ("amenity=hospital", True),
        ("healthcare=clinic", True),
        ("amenity=social_facility", True),
        ("amenity=grave_yard", True),
        ("amenity=place_of_worship,building=church", False),
        ("amenity=place_of_worship", True),
        ("landuse=cemetery", True),
        ("leisure=park", True),
        ("leisure=park,access=private", False),
        ("leisure=park,access=private,foot=yes", True),
        ("leisure=park,foot=no", False),
        ("leisure=recreation_ground", True),
        ("landuse=village_green", True),
        ("tourism=caravan_site", True),
        ("leisure=garden", False),
        ("leisure=golf_course", False),
        ("leisure=nature_reserve", False),
        ("landuse=residential", False),
        ("landuse=retail", False),
        ("landuse=industrial", False),
        ("landuse=military", False),
        ("landuse=farmland", False),
        ("landuse=grass", False),
        ("amenity=parking", False),
        ("tourism=zoo", False),
    ],
)
def test_which_areas_are_grounds(text: str, expected: bool) -> None:
    assert is_grounds(tags(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("waterway=river", True),
        ("waterway=stream,tunnel=culvert", False),
        ("waterway=drain,covered=yes", False),
        ("waterway=stream,tunnel=no", True),
        ("waterway=weir", False),
        ("natural=water", True),
        ("natural=wood", False),
        ("railway=rail", True),
        ("railway=tram", False),
        ("railway=disused", False),
        ("highway=motorway", True),
        ("highway=trunk_link", True),
        ("highway=residential", False),
    ],
)
def test_what_nobody_crosses(text: str, expected: bool) -> None:
    assert is_wall(tags(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("barrier=gate", True),
        ("barrier=gate,access=private", True),
        ("barrier=gate,access=no", False),
        ("barrier=gate,access=no,foot=yes", True),
        ("barrier=gate,locked=yes", False),
        ("barrier=stile", True),
        ("barrier=wall", False),
        ("entrance=main", True),
        ("entrance=emergency", False),
    ],
)
def test_what_is_a_gate(text: str, expected: bool) -> None:
    assert is_gate(tags(text)) is expected


def test_of_what_the_extract_cuts_the_lines_are_kept_as_far_as_they_go(tmp_path: Path) -> None:
    # The school reaches into the next county, and so does the railway, of which two stretches are here; of the hedge none is.
    places = {1: at(0), 2: at(100), 3: at(200), 4: at(300)}
    ways = [
        ([1, 2, 9, 1], {"amenity": "school"}),
        ([1, 2, 9, 3, 4], {"railway": "rail"}),
        ([1, 9], {"barrier": "hedge"}),
        ([1, 2], {"barrier": "fence"}),
    ]
    land = read_land(extract(tmp_path, ways, places=places))
    assert [len(each) for each in land] == [0, 2, 1, 0, 0]
    assert shapely.get_coordinates(land.walls).tolist() == pytest.approx(np.array([at(0), at(100), at(200), at(300)]), abs=1e-7)


def test_a_line_without_length_is_no_obstacle(tmp_path: Path) -> None:
    ways = [([1, 2], {"barrier": "wall"}), ([1], {"waterway": "stream"})]
    assert [len(each) for each in read_land(extract(tmp_path, ways, places={1: at(0), 2: at(0)}))] == [0, 0, 0, 0, 0]


def test_a_file_that_is_no_extract_is_told(tmp_path: Path) -> None:
    path = tmp_path / "roads.osm.pbf"
    path.write_bytes(b"no extract")
    with pytest.raises(BadExtract, match="not an OpenStreetMap extract"):
        read_land(path)
