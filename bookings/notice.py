"""From when and until when a journey is booked, in the fields of GTFS-Flex (booking_rules.txt).

https://gtfs.org/documentation/schedule/reference/#booking_rulestxt. In place of `prior_notice_service_id`, which names a
calendar, `prior_notice_service_days` says whether days before travel are counted on which the service runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import IntEnum
from typing import Any, NamedTuple

MINUTE_S = 60
MOST_DAYS = 366
FIELDS = (
    *("booking_type", "prior_notice_duration_min", "prior_notice_duration_max"),
    *("prior_notice_last_day", "prior_notice_last_time", "prior_notice_start_day", "prior_notice_start_time"),
    "prior_notice_service_days",
)


class BookingType(IntEnum):
    REAL_TIME = 0
    SAME_DAY = 1
    PRIOR_DAY = 2


class UnfitNotice(ValueError):
    """Booking rules that can't be; the message names the field and says what to change."""


class Deadline(NamedTuple):
    """A time on a day, so many days before travel."""

    days: int
    at: time


@dataclass(frozen=True, slots=True)
class Notice:
    """When a journey can be booked: from `start` or `most_s` before it on, until `least_s` before it or `last`."""

    least_s: int = 0
    most_s: int | None = None
    last: Deadline | None = None
    start: Deadline | None = None
    counts_service_days: bool = False
    """Whether only days on which the service runs count as days before travel."""

    @property
    def booking_type(self) -> BookingType:
        if self.last:
            return BookingType.PRIOR_DAY
        return BookingType.SAME_DAY if self.least_s or self.most_s is not None or self.start else BookingType.REAL_TIME

    def as_gtfs(self) -> dict[str, Any]:
        """The fields that are set; durations in minutes, rounded so that whoever keeps to them is never refused."""
        found: dict[str, Any] = {"booking_type": int(self.booking_type)}
        if self.booking_type is BookingType.SAME_DAY:
            found["prior_notice_duration_min"] = -(-self.least_s // MINUTE_S)
        if self.most_s is not None:
            found["prior_notice_duration_max"] = self.most_s // MINUTE_S
        for name, deadline in (("last", self.last), ("start", self.start)):
            if deadline:
                found |= {f"prior_notice_{name}_day": deadline.days, f"prior_notice_{name}_time": f"{deadline.at:%H:%M:%S}"}
        return found | ({"prior_notice_service_days": True} if self.counts_service_days else {})


def read_notice(told: object) -> Notice:
    """Booking rules as a JSON object, with the conditions of GTFS on which field goes with which. Raises UnfitNotice."""
    if not isinstance(told, dict):
        raise UnfitNotice("booking rules are an object with booking_type and the prior_notice fields of GTFS")
    if unknown := sorted(told.keys() - set(FIELDS)):
        raise UnfitNotice(f"there is no field {unknown[0]}: use {', '.join(FIELDS)}")
    kind = told.get("booking_type")
    if type(kind) is not int or kind not in list(BookingType):
        raise UnfitNotice("booking_type must be 0 (real time), 1 (same day) or 2 (up to prior days)")
    _check_conditions(told, BookingType(kind))
    least, most = (_number(told, f"prior_notice_duration_{name}", MOST_DAYS * 1440) for name in ("min", "max"))
    last, start = _deadline(told, "last"), _deadline(told, "start")
    if most is not None and most < (least or 0):
        raise UnfitNotice("prior_notice_duration_max must not be less than prior_notice_duration_min")
    if last and last.days < 1:
        raise UnfitNotice("prior_notice_last_day must be 1 or more: for the day itself use booking_type 1")
    if last and start and (start.days, last.at) < (last.days, start.at):
        raise UnfitNotice("prior_notice_start_day and its time must not come after prior_notice_last_day and its time")
    counts = told.get("prior_notice_service_days", False)
    if type(counts) is not bool:
        raise UnfitNotice("prior_notice_service_days must be true or false")
    return Notice((least or 0) * MINUTE_S, None if most is None else most * MINUTE_S, last, start, counts)


def _check_conditions(told: Mapping[str, Any], kind: BookingType) -> None:
    """Raises UnfitNotice for what GTFS requires or forbids."""
    needed = {
        BookingType.REAL_TIME: (),
        BookingType.SAME_DAY: ("prior_notice_duration_min",),
        BookingType.PRIOR_DAY: ("prior_notice_last_day",),
    }[kind]
    forbidden = {
        BookingType.REAL_TIME: FIELDS[1:],
        BookingType.SAME_DAY: ("prior_notice_last_day", "prior_notice_last_time", "prior_notice_service_days"),
        BookingType.PRIOR_DAY: ("prior_notice_duration_min", "prior_notice_duration_max"),
    }[kind]
    for name in needed:
        if name not in told:
            raise UnfitNotice(f"booking_type {int(kind)} needs {name}")
    for name in forbidden:
        if name in told:
            raise UnfitNotice(f"{name} doesn't go with booking_type {int(kind)}")
    for name in ("last", "start"):
        if (f"prior_notice_{name}_day" in told) != (f"prior_notice_{name}_time" in told):
            raise UnfitNotice(f"prior_notice_{name}_day and prior_notice_{name}_time go together")
    if "prior_notice_start_day" in told and "prior_notice_duration_max" in told:
        raise UnfitNotice("give prior_notice_start_day or prior_notice_duration_max, not both")


def _deadline(told: Mapping[str, Any], name: str) -> Deadline | None:
    days = _number(told, f"prior_notice_{name}_day", MOST_DAYS)
    if days is None:
        return None
    text = told[f"prior_notice_{name}_time"]
    try:
        at = time.fromisoformat(text)
    except (TypeError, ValueError):
        at = None
    if at is None or at.tzinfo:
        raise UnfitNotice(f"prior_notice_{name}_time must be a time such as 17:00")
    return Deadline(days, at)


def _number(told: Mapping[str, Any], name: str, most: int) -> int | None:
    value = told.get(name)
    if value is not None and (type(value) is not int or not 0 <= value <= most):
        raise UnfitNotice(f"{name} must be a whole number from 0 to {most}")
    return value
