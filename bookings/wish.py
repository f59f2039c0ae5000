from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date as Date
from datetime import datetime, timedelta, tzinfo
from typing import Any

from bookings.party import Party
from routing.model import Point


@dataclass(frozen=True, slots=True)
class WayBack:
    """When somebody wants to go back: at one of `leave_at` and `arrive_by`, or with the last vehicle home where neither is given.

    Raises ValueError where both are given, or where one has no UTC offset.
    """

    leave_at: datetime | None = None
    arrive_by: datetime | None = None

    def __post_init__(self) -> None:
        if self.leave_at and self.arrive_by:
            raise ValueError("give at most one of leave_at and arrive_by for the way back")
        if self.at and self.at.tzinfo is None:
            raise ValueError("the time of the way back needs a UTC offset")

    @property
    def at(self) -> datetime | None:
        """The instant that was asked for; None with the last vehicle."""
        return self.leave_at or self.arrive_by

    def later(self, days: timedelta, zone: tzinfo) -> WayBack:
        """The same so many days later, by the clocks of a zone."""
        leave_at, arrive_by = (at and at.astimezone(zone) + days for at in (self.leave_at, self.arrive_by))
        return WayBack(leave_at, arrive_by)

    def as_json(self) -> dict[str, Any]:
        return {name: at.isoformat() if at else None for name, at in (("leave_at", self.leave_at), ("arrive_by", self.arrive_by))}


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
    back: WayBack | None = None
    code: str = ""
    """Of a promotion."""

    def __post_init__(self) -> None:
        if (self.leave_at is None) == (self.arrive_by is None):
            raise ValueError("give exactly one of leave_at and arrive_by")
        if self.at.tzinfo is None:
            raise ValueError("the time needs a UTC offset")

    @property
    def is_open(self) -> bool:
        """Whether the way back is to be the last one, until the passenger says when."""
        return self.back is not None and self.back.at is None

    @property
    def at(self) -> datetime:
        """The instant that was asked for, whichever end it's about."""
        at = self.leave_at or self.arrive_by
        assert at is not None
        return at

    def days(self, tz: tzinfo) -> set[Date]:
        """The days on which one would travel, by the clocks there."""
        back = self.back.at if self.back else None
        return {at.astimezone(tz).date() for at in (self.at, back) if at}

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
            "back": self.back.as_json() if self.back else None,
            "code": self.code,
        }

    def at_other_times(self, *, leave_at: datetime | None, arrive_by: datetime | None, back: WayBack | None) -> RideWish:
        """The same journey at other times."""
        return replace(self, leave_at=leave_at, arrive_by=arrive_by, back=back)

    def reversed(self, *, leave_at: datetime | None = None, arrive_by: datetime | None = None) -> RideWish:
        """The way back as a wish of its own."""
        return replace(
            self,
            origin=self.destination,
            destination=self.origin,
            origin_name=self.destination_name,
            destination_name=self.origin_name,
            leave_at=leave_at,
            arrive_by=arrive_by,
            back=None,
        )


def wish_from_json(data: dict[str, Any]) -> RideWish:
    """The inverse of `RideWish.as_json`; wishes from before there were doors don't tell of them."""
    back = data.get("back")
    return RideWish(
        origin=Point(*data["origin"]),
        destination=Point(*data["destination"]),
        party=Party(**data["party"]),
        **_times(data),
        door_to_door=data.get("door_to_door"),
        origin_name=data.get("origin_name", ""),
        destination_name=data.get("destination_name", ""),
        back=None if back is None else WayBack(**_times(back)),
        code=data.get("code", ""),
    )


def _times(data: dict[str, Any]) -> dict[str, datetime | None]:
    return {name: datetime.fromisoformat(data[name]) if data[name] else None for name in ("leave_at", "arrive_by")}
