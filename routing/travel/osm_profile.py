"""A vehicle as roads see it, and how fast it goes on which kind of road."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.travel.vehicle_size import MINIBUS_SIZE, VehicleSize

MINIBUS_KMH = {
    "motorway": 90, "motorway_link": 55, "trunk": 75, "trunk_link": 50, "primary": 60, "primary_link": 45, "secondary": 54,
    "secondary_link": 42, "tertiary": 48, "tertiary_link": 38, "unclassified": 40, "residential": 26, "living_street": 10,
    "road": 30, "service": 15, "busway": 40, "track": 20, "pedestrian": 8, "footway": 8, "cycleway": 8, "path": 8,
}  # fmt: skip
"""Average speeds by class (the value of `highway`): with bends and unmarked junctions, not limits. The last five are driven only
where their tags say that buses are welcome."""

SURFACE = {
    "concrete:plates": 0.9, "concrete:lanes": 0.7, "paving_stones": 0.9, "sett": 0.75, "cobblestone": 0.6,
    "unhewn_cobblestone": 0.5,
    "compacted": 0.8, "fine_gravel": 0.75, "gravel": 0.6, "pebblestone": 0.5, "unpaved": 0.55, "ground": 0.45, "dirt": 0.45,
    "earth": 0.45, "grass": 0.35, "grass_paver": 0.6, "sand": 0.3, "mud": 0.2, "rock": 0.3, "wood": 0.6, "metal": 0.8,
    "metal_grid": 0.7,
}  # fmt: skip
TRACKTYPE = {"grade2": 0.75, "grade3": 0.6, "grade4": 0.45, "grade5": 0.35}
SMOOTHNESS = {"intermediate": 0.9, "bad": 0.65, "very_bad": 0.4, "horrible": 0.25}
"""Factors on the speed; 1 where a value is not in its table. Of several the least counts."""

NODE_S = {
    "highway=traffic_signals": 8, "highway=stop": 6, "highway=give_way": 2, "highway=toll_gantry": 0,
    "railway=level_crossing": 6, "ford=yes": 10, "barrier=gate": 30, "barrier=swing_gate": 20, "barrier=sliding_gate": 20,
    "barrier=lift_gate": 12, "barrier=hampshire_gate": 60, "barrier=cattle_grid": 2, "barrier=toll_booth": 20,
    "barrier=border_control": 60, "barrier=checkpoint": 60, "barrier=sally_port": 5,
}  # fmt: skip
"""Seconds that a node on the way costs on average. What every junction costs is in the class's speed."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Size and speeds of a vehicle. The default is a minibus of 16 seats."""

    size: VehicleSize = MINIBUS_SIZE
    kmh: Mapping[str, float] = field(default_factory=lambda: MINIBUS_KMH)
    limit_share: float = 0.85
    """Average speed over a speed limit that binds."""
    node_s: Mapping[str, float] = field(default_factory=lambda: NODE_S)
    ferry_kmh: float = 14.0
    """Of a ferry that does not tell how long it takes."""
    ferry_wait_s: float = 900.0
    """For the next ferry and for boarding it, where it does not tell how often it goes."""
    alternating_s: float = 40.0
    """For one's turn where a single lane serves both directions in turns."""


MINIBUS = Profile()
