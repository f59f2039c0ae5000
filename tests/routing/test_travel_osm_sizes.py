"""Whether a minibus fits, by limits in any unit; and on which side of the road it drives."""

from __future__ import annotations

import numpy as np
import pytest

from routing.travel.osm_sizes import fits, metres, tonnes
from routing.travel.traffic_side import keeps_left, keeps_left_at
from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.1", 2.1),
        ("2.1 m", 2.1),
        ("2,1m", 2.1),
        ("210 cm", 2.1),
        ("6'6\"", 1.9812),
        ("6' 6\"", 1.9812),
        ("7'", 2.1336),
        ("7 ft", 2.1336),
        ("6ft 6in", 1.9812),
        ('78"', 1.9812),
        ("default", None),
        ("below_default", None),
        ("0", None),
    ],
)
def test_lengths_as_people_write_them(text: str, expected: float | None) -> None:
    assert metres(text) == (None if expected is None else pytest.approx(expected, abs=1e-4))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.5", 7.5),
        ("7.5t", 7.5),
        ("7500 kg", 7.5),
        ("8 st", 7.2575),
        ("3 tons", 2.7216),
        ("16000 lbs", 7.2575),
        ("5 lt", 5.0802),
        ("none", None),
        ("unsigned", None),
    ],
)
def test_weights_as_people_write_them(text: str, expected: float | None) -> None:
    assert tonnes(text) == (None if expected is None else pytest.approx(expected, abs=1e-4))


def test_what_stops_a_minibus_lets_a_smaller_one_by() -> None:
    small = VehicleSize(width_m=1.9, height_m=2.0, weight_t=3.0, length_m=5.0, axle_t=1.5)
    for limit in ("maxwidth=2", "maxheight=2.1", "maxlength=6", "maxweight=3.5", "maxaxleload=2", "maxweightrating=3.5"):
        assert not fits(dict([limit.split("=")]), MINIBUS_SIZE), limit
        assert fits(dict([limit.split("=")]), small), limit


RING = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)])


def test_roundabouts_tell_on_which_side_traffic_keeps() -> None:
    counter_clockwise, clockwise = RING, RING[::-1]
    assert keeps_left([clockwise] * 3, lon=2.3, lat=48.9)
    assert not keeps_left([counter_clockwise] * 3, lon=-1.5, lat=54.0)
    assert not keeps_left([counter_clockwise] * 6 + [clockwise], lon=-1.5, lat=54.0)


def test_without_roundabouts_the_place_tells() -> None:
    for left in [
        (-1.5, 54.1),
        (-4.1, 50.4),
        (1.3, 51.13),
        (-6.3, 53.3),
        (139.7, 35.7),
        (174.8, -36.9),
        (36.8, -1.3),
        (14.4, 35.9),
    ]:
        assert keeps_left([RING], *left), left
    for right in [(2.3, 48.9), (1.85, 50.95), (1.52, 42.5), (129.0, 35.2), (131.9, 43.1), (-74.0, 40.7), (-99.1, 19.4)]:
        assert not keeps_left([], *right), right
    assert keeps_left_at(-0.7, 52.7)
