"""What the readers of this package give, wherever it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from routing.model import Point


class Why(StrEnum):
    """Why a stop of a file is not a stop of the service."""

    INACTIVE = "inactive"
    NO_BUS_STOP = "no bus stop"
    NO_POSITION = "no position"
    NO_SENSE = "its row makes no sense"
    TWICE = "the same stop again"
    OUTSIDE = "outside the area"
    NO_ROAD = "too far from any drivable road"
    CUT_OFF = "not reached by road from the rest"
    TOO_LARGE = "reached by a minibus, and not by vehicles as large as these"


@dataclass(frozen=True, slots=True)
class OpenStop:
    """A bus stop: `code` is unique and stays the same from one extract to the next."""

    code: str
    name: str
    settlement: str
    point: Point
    atco_code: str = ""
    bearing: int | None = None
    """Which way a bus faces there, in degrees from north; None where buses stop on either side."""
    wheelchair: bool | None = None
    """None where nobody said."""
    public_code: str = ""
    """What stands on the flag; a stop that belongs to several has a semicolon between them."""

    def __str__(self) -> str:
        return f"{self.code} {self.settlement}, {self.name}" if self.settlement else f"{self.code} {self.name}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stop that was not taken: `what` names it, `detail` tells what about it. It may stand for a `count` of them."""

    what: str
    why: Why
    detail: str = ""
    count: int = 1
