from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.party import Party
from routing.model import Point


@dataclass(frozen=True, slots=True)
class RideWish:
    """A journey as somebody asks for it: at one of `leave_at` and `arrive_by`, both aware instants.

    Raises ValueError where both or neither are given, or where one has no UTC offset.
    """

    origin: Point
    destination: Point
    party: Party
    leave_at: datetime | None = None
    arrive_by: datetime | None = None
    door_to_door: bool | None = None
    """Whether to be fetched and brought at the door; None: if the passenger is entitled to it."""
    origin_name: str = ""
    """What people call the place, for a driver who is to find it."""
    destination_name: str = ""
    code: str = ""
    """Of a promotion."""

    def __post_init__(self) -> None:
        if (self.leave_at is None) == (self.arrive_by is None):
            raise ValueError("give exactly one of leave_at and arrive_by")
        if self.at.tzinfo is None:
            raise ValueError("the time needs a UTC offset")

    @property
    def at(self) -> datetime:
        """The instant that was asked for, whichever end it's about."""
        at = self.leave_at or self.arrive_by
        assert at is not None
        return at

    def as_json(self) -> dict[str, Any]:
        return {
            "origin": list(self.origin),
            "destination": list(self.destination),
            "leave_at": self.leave_at.isoformat() if self.leave_at else None,
            "arrive_by": self.arrive_by.isoformat() if self.arrive_by else None,
            "party": self.party.as_json(),
            "door_to_door": self.door_to_door,
            "origin_name": self.origin_name,
            "destination_name": self.destination_name,
            "code": self.code,
        }


def wish_from_json(data: dict[str, Any]) -> RideWish:
    """The inverse of `RideWish.as_json`; wishes from before there were doors don't tell of them."""
    leave_at, arrive_by = data["leave_at"], data["arrive_by"]
    return RideWish(
        origin=Point(*data["origin"]),
        destination=Point(*data["destination"]),
        party=Party(**data["party"]),
        leave_at=datetime.fromisoformat(leave_at) if leave_at else None,
        arrive_by=datetime.fromisoformat(arrive_by) if arrive_by else None,
        door_to_door=data.get("door_to_door"),
        origin_name=data.get("origin_name", ""),
        destination_name=data.get("destination_name", ""),
        code=data.get("code", ""),
    )
