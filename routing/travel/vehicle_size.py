"""How large and how heavy a vehicle is: what decides which roads it may take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import NamedTuple


class BadSize(ValueError):
    """A measure that no vehicle has; the message says what to write instead."""


class Measure(NamedTuple):
    """What is measured, as it is said of a vehicle; its unit; and between what the vehicles of a service lie."""

    what: str
    said: str
    unit: str
    least: float
    most: float


MEASURES: Mapping[str, Measure] = {
    "width_m": Measure("width", "{} m wide", "metres", 1.2, 3.5),
    "height_m": Measure("height", "{} m high", "metres", 1.2, 5.0),
    "length_m": Measure("length", "{} m long", "metres", 2.0, 25.0),
    "weight_t": Measure("weight", "{} t heavy", "tonnes", 0.4, 40.0),
    "axle_t": Measure("axle load", "{} t on an axle", "tonnes", 0.2, 13.0),
}
OTHER_UNITS = {
    "metres": {"millimetres": 0.001, "centimetres": 0.01, "feet": 0.3048},
    "tonnes": {"kilograms": 0.001},
}
"""What people write instead, as a share of the unit."""


@dataclass(frozen=True, slots=True)
class VehicleSize:
    """Metres with mirrors and what is on the roof; tonnes fully loaded, of the whole and of the axle that bears most.

    The default is a minibus of 16 seats.
    """

    width_m: float = 2.3
    height_m: float = 2.9
    length_m: float = 7.5
    weight_t: float = 5.0
    axle_t: float = 3.5

    def __str__(self) -> str:
        return self.said(MEASURES)

    @property
    def mark(self) -> str:
        """The same in a name of a file, different for every size."""
        return "{}x{}x{}m-{}t-{}t".format(*astuple(self))

    def said(self, names: Iterable[str]) -> str:
        """Some of the measures, as one says them: `2.55 m wide, 7.5 t heavy`."""
        return ", ".join(MEASURES[name].said.format(f"{getattr(self, name):g}") for name in names)

    def beyond(self, other: VehicleSize) -> list[str]:
        """The measures in which it is larger than another."""
        return [name for name in MEASURES if getattr(self, name) > getattr(other, name)]


MINIBUS_SIZE = VehicleSize()


def known_size(measures: Mapping[str, float | None]) -> VehicleSize:
    """The size of a vehicle of which some measures are known; where one is not, that of a minibus counts."""
    return VehicleSize(**{name: measures[name] for name in MEASURES if measures.get(name) is not None})  # type: ignore[arg-type]


def largest(sizes: Iterable[VehicleSize]) -> VehicleSize:
    """The largest of each measure: where that fits, all fit. That of a minibus where there are none."""
    found = [astuple(size) for size in sizes]
    return VehicleSize(*map(max, zip(*found, strict=True))) if found else MINIBUS_SIZE


def check_measure(name: str, value: float) -> None:
    """Raises BadSize for a number that is not a measure of a vehicle in its unit."""
    measure = MEASURES[name]
    if measure.least <= value <= measure.most:
        return
    for unit, share in OTHER_UNITS[measure.unit].items():
        if measure.least <= value * share <= measure.most:
            raise BadSize(f"{value:g} is in {unit}: write it in {measure.unit}, {round(value * share, 2):g}")
    raise BadSize(f"{value:g} can't be: write {measure.unit} from {measure.least:g} to {measure.most:g}")


def check_names(names: Iterable[str]) -> None:
    """Raises BadSize for a name that means a measure and is not what we call it: what it holds would be passed over."""
    for name in names:
        meant = next((known for known in MEASURES if name.lower().startswith(known.partition("_")[0])), name)
        if meant != name:
            raise BadSize(f"call {name!r} {meant}, and write {MEASURES[meant].unit}")


def check_together(measures: Mapping[str, float | None]) -> None:
    """Raises BadSize where measures that are known can't be those of one vehicle."""
    weight_t, axle_t = measures.get("weight_t"), measures.get("axle_t")
    if weight_t is not None and axle_t is not None and axle_t > weight_t:
        raise BadSize(f"axle_t {axle_t:g} can't be more than weight_t {weight_t:g}, of which an axle bears a part")
