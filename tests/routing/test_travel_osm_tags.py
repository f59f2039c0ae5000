"""What a minibus may do on roads, and how fast it goes, by the tags that mappers in many countries write."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.travel.osm_profile import MINIBUS
from routing.travel.osm_speeds import IMPLIED_BY, duration_s, limit_along_kmh, limit_kmh, speed_kmh
from routing.travel.osm_tags import ACCESS_KEYS, ONEWAY_KEYS, TOLD_BY_NODES, blocks, directions, drivable, kerbside, node_s


def tags(text: str) -> dict[str, str]:
    return dict(tag.split("=", 1) for tag in text.split(","))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=residential", True),
        ("highway=footway", False),
        ("highway=service", True),
        ("highway=service,service=driveway", False),
        ("highway=service,service=parking_aisle", False),
        ("highway=service,service=parking_aisle,bus=designated", True),
        ("highway=unclassified,access=private", False),
        ("highway=unclassified,access=no,bus=yes", True),
        ("highway=unclassified,motor_vehicle=no,psv=yes", True),
        ("highway=unclassified,psv=yes,bus=no", False),
        ("highway=unclassified,access=no,bus=no,minibus=yes", True),
        ("highway=unclassified,access=yes,motor_vehicle=agricultural", False),
        ("highway=unclassified,motor_vehicle=agricultural;forestry", False),
        ("highway=unclassified,motor_vehicle=private;customers", True),
        ("highway=unclassified,access=destination", True),
        ("highway=service,access=customers", True),
        ("highway=unclassified,vehicle=permissive", True),
        ("highway=unclassified,access=unknown", True),
        ("highway=unclassified,motor_vehicle:forward=no,motor_vehicle:backward=no", False),
        ("highway=residential,access:conditional=no @ (Mo-Fr 08:00-09:00)", True),
        ("highway=residential,access=no,access:conditional=yes @ (18:00-22:00)", False),
        ("highway=track", False),
        ("highway=track,tracktype=grade1", False),
        ("highway=track,tracktype=grade1,motor_vehicle=yes", True),
        ("highway=track,tracktype=grade4,motor_vehicle=yes", False),
        ("highway=pedestrian", False),
        ("highway=pedestrian,bus=yes", True),
        ("highway=pedestrian,area=yes", False),
        ("highway=busway", True),
        ("highway=bus_guideway", False),
        ("highway=unclassified,smoothness=impassable", False),
        ("highway=construction", False),
        ("highway=unclassified,maxwidth=6'6\"", False),
        ("highway=unclassified,maxwidth=2.5", True),
        ("highway=unclassified,maxweight=3.5", False),
        ("highway=unclassified,maxweight=3.5,maxweight:bus=none", True),
        ("route=ferry", False),
        ("route=ferry,foot=yes", False),
        ("route=ferry,motor_vehicle=yes", True),
        ("route=ferry,motor_vehicle=yes,bus=no", False),
        ("route=shuttle_train,motorcar=yes", True),
        ("route=bicycle", False),
        ("waterway=river", False),
    ],
)
def test_where_a_minibus_may_drive(text: str, expected: bool) -> None:
    assert drivable(tags(text), MINIBUS) is expected


@pytest.mark.parametrize(
    ("text", "forward", "backward"),
    [
        ("highway=primary", True, True),
        ("highway=primary,oneway=yes", True, False),
        ("highway=primary,oneway=1", True, False),
        ("highway=primary,oneway=true", True, False),
        ("highway=primary,oneway=-1", False, True),
        ("highway=primary,oneway=reverse", False, True),
        ("highway=primary,oneway=no", True, True),
        ("highway=primary,oneway=alternating", True, True),
        ("highway=primary,oneway=reversible", False, False),
        ("highway=primary,oneway=perhaps", True, True),
        ("highway=motorway", True, False),
        ("highway=motorway,oneway=no", True, True),
        ("highway=primary,junction=roundabout", True, False),
        ("highway=primary,junction=circular", True, False),
        ("highway=residential,junction=mini_roundabout", True, False),
        ("highway=primary,oneway=yes,oneway:bus=no", True, True),
        ("highway=primary,oneway=yes,oneway:psv=no", True, True),
        ("highway=primary,oneway=yes,oneway:psv=no,oneway:bus=yes", True, False),
        ("highway=primary,oneway=yes,oneway:bicycle=no", True, False),
        ("highway=primary,oneway=yes,busway=opposite_lane", True, True),
        ("highway=primary,oneway=-1,busway:left=opposite_lane", True, True),
        ("highway=primary,oneway=yes,lanes:psv:backward=1", True, True),
        ("highway=primary,oneway=yes,bus:lanes:backward=designated", True, True),
        ("highway=primary,oneway=yes,bus:backward=yes", True, True),
        ("highway=primary,vehicle:backward=no", True, False),
        ("highway=primary,vehicle:backward=no,bus:backward=yes", True, True),
        ("highway=primary,motor_vehicle:forward=no", False, True),
    ],
)
def test_which_way_a_bus_goes(text: str, forward: bool, backward: bool) -> None:
    assert directions(tags(text)) == (forward, backward)


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        ("30 mph", 48.28),
        ("30mph", 48.28),
        ("50 km/h", 50),
        ("5 knots", 9.26),
        ("GB:nsl_single", 96.56),
        ("GB_nsl:single", 96.56),
        ("gb:national", 96.56),
        ("national", 96.56),
        ("GB:motorway", 112.65),
        ("GB:zone20", 32.19),
        ("GB-WLS:nsl_restricted", 32.19),
        ("DE:urban", 50),
        ("DE:rural", 100),
        ("DE:zone:30", 30),
        ("DE:zone30", 30),
        ("FR:30", 30),
        ("FR:rural", 80),
        ("BE-VLG:rural", 70),
        ("RU:urban", 60),
        ("XX:urban", 50),
        ("walk", 7),
        ("90;30;90", 30),
        ("signals", None),
        ("variable", None),
        ("DE:moon", None),
        ("", None),
        ("0", None),
    ],
)
def test_speed_limits_as_people_write_them(text: str, kmh: float | None) -> None:
    assert limit_kmh(text) == (None if kmh is None else pytest.approx(kmh, abs=0.01))


WRITTEN = "maxspeed maxspeed:forward maxwidth maxheight maxweight surface smoothness junction duration locked direction service"
KEYS = st.sampled_from([*ACCESS_KEYS, *ONEWAY_KEYS, *IMPLIED_BY, *TOLD_BY_NODES, *WRITTEN.split(), "lanes:psv:backward"])
VALUES = st.sampled_from(
    ["yes", "no", "private;yes", "-1", "GB:", ":", "30 mph", "0", "-5", "6'", "7'6", "99999999999", "٣", "1,5t", "@"]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(MINIBUS.kmh)), st.dictionaries(KEYS, VALUES | st.text(max_size=6), max_size=8))
def test_nothing_that_a_mapper_writes_stops_the_reader(kind: str, written: dict[str, str]) -> None:
    way = {**written, "highway": kind}
    assert drivable(way, MINIBUS) in (True, False)
    assert len(directions(way)) == 2
    assert blocks(way, MINIBUS) in (True, False)
    assert node_s(way, "backward", MINIBUS) >= 0
    assert 0 < speed_kmh(way, "forward", MINIBUS) <= 90
    assert (duration_s(written.get("duration", "")) or 1) > 0


def test_a_limit_in_one_direction_for_buses_or_told_by_its_reason() -> None:
    hill = tags("maxspeed=50,maxspeed:backward=30")
    assert (limit_along_kmh(hill, "forward"), limit_along_kmh(hill, "backward")) == (50, 30)
    assert limit_along_kmh(tags("maxspeed=100,maxspeed:bus=80"), "forward") == 80
    assert limit_along_kmh(tags("maxspeed=signals,source:maxspeed=DE:urban"), "forward") == 50
    assert limit_along_kmh(tags("source:maxspeed=survey"), "forward") is None


def test_a_low_limit_slows_the_bus_and_a_high_one_does_not_speed_it_up() -> None:
    main, lane = tags("highway=primary,maxspeed=20 mph"), tags("highway=unclassified,maxspeed=60 mph")
    assert speed_kmh(main, "forward", MINIBUS) == pytest.approx(0.85 * 32.19, abs=0.01)
    assert speed_kmh(lane, "forward", MINIBUS) == speed_kmh(tags("highway=unclassified"), "forward", MINIBUS)


def test_bad_ground_is_driven_slowly() -> None:
    paved, gravel = tags("highway=unclassified,surface=asphalt"), tags("highway=unclassified,surface=gravel")
    worse = tags("highway=unclassified,surface=gravel,smoothness=very_bad")
    speeds = [speed_kmh(way, "forward", MINIBUS) for way in (paved, gravel, worse)]
    assert speeds == sorted(speeds, reverse=True)
    assert len(set(speeds)) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("highway=crossing", False),
        ("barrier=gate", False),
        ("barrier=gate,locked=yes", True),
        ("barrier=gate,locked=yes,bus=yes", False),
        ("barrier=gate,access=private", True),
        ("barrier=bollard", True),
        ("barrier=bollard,bus=yes", False),
        ("barrier=bollard,maxwidth=2", True),
        ("barrier=lift_gate,maxwidth=2", True),
        ("barrier=height_restrictor", True),
        ("barrier=height_restrictor,maxheight=2.1", True),
        ("barrier=height_restrictor,maxheight=3.5", False),
        ("barrier=kerb", True),
        ("barrier=kerb,kerb=lowered", False),
        ("barrier=cattle_grid", False),
        ("barrier=toll_booth", False),
        ("barrier=yes", True),
    ],
)
def test_what_stands_in_the_way(text: str, expected: bool) -> None:
    assert blocks(tags(text), MINIBUS) is expected


def test_lights_and_gates_take_their_time() -> None:
    assert node_s(tags("highway=traffic_signals"), "forward", MINIBUS) > 0
    assert node_s(tags("highway=crossing"), "forward", MINIBUS) == 0
    assert node_s(tags("barrier=gate"), "backward", MINIBUS) > node_s(tags("barrier=cattle_grid"), "backward", MINIBUS)
    stop = tags("highway=stop,direction=forward")
    assert node_s(stop, "forward", MINIBUS) > 0 == node_s(stop, "backward", MINIBUS)


def test_nobody_waits_on_a_motorway_or_on_a_ferry() -> None:
    assert kerbside(tags("highway=primary"))
    assert not kerbside(tags("highway=motorway"))
    assert not kerbside(tags("highway=primary,motorroad=yes"))
    assert not kerbside(tags("route=ferry,motor_vehicle=yes"))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 5400),
        ("1:30", 5400),
        ("01:30", 5400),
        ("0:20:30", 1230),
        ("PT1H30M", 5400),
        ("PT20M", 1200),
        ("", None),
        ("soon", None),
    ],
)
def test_how_long_a_ferry_takes(text: str, seconds: float | None) -> None:
    assert duration_s(text) == seconds
