"""When somebody travels free, or at another fare: on which days, and at what local times a journey begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from bookings.fares.tables import UnfitFares, pence_of, within

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Window:
    """Days, and the times of these at which a journey begins: from `begins` on, before `ends`; None is from, or to, midnight."""

    days: frozenset[str]
    begins: time | None = None
    ends: time | None = None

    def holds(self, local: datetime, holiday: bool) -> bool:
        """Whether a journey that begins then, by the clocks of the service, is in it. A public holiday is its weekday as well."""
        if DAYS[local.weekday()] not in self.days and not (holiday and HOLIDAY in self.days):
            return False
        at = local.time()
        return (self.begins is None or at >= self.begins) and (self.ends is None or at < self.ends)


@dataclass(frozen=True, slots=True)
class OtherFare:
    """Another fare for journeys that begin in a window."""

    window: Window
    fare_pence: int


WEEKDAYS, EVERY_DAY = frozenset(DAYS[:5]), frozenset((*DAYS, HOLIDAY))
SCHEMES: Mapping[str, tuple[Window, ...]] = {
    # English National Concessionary Travel Scheme: Transport Act 2000, section 145A.
    "england": (Window(WEEKDAYS, time(9, 30), time(23)), Window(frozenset((*DAYS[5:], HOLIDAY)))),
    # Wales: all day, every day.
    "wales": (Window(EVERY_DAY),),
}
"""When passes of national schemes are valid."""


def read_windows(told: object, band: str) -> tuple[Window, ...]:
    """The windows of a scheme by its name, or of a list of {days, from?, to?}. Raises UnfitFares."""
    if isinstance(told, str):
        if told not in SCHEMES:
            raise UnfitFares(f"free of {band} must be a scheme ({', '.join(SCHEMES)}) or a list of windows")
        return SCHEMES[told]
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise UnfitFares(f"free of {band} must be a scheme ({', '.join(SCHEMES)}) or a list of windows")
    return tuple(_read_window(each, band) for each in told)


def read_exceptions(told: object, band: str) -> tuple[OtherFare, ...]:
    """A list of {days, before, fare_pence}. Raises UnfitFares."""
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        raise UnfitFares(f"except of {band} must be a list of days, before and fare_pence")
    found = []
    for each in told:
        within(each, ("days", "before", "fare_pence"), f"except of {band}")
        window = Window(_read_days(each, band), None, _read_time(each, "before", band))
        found.append(OtherFare(window, pence_of(each, "fare_pence", band)))
    return tuple(found)


def _read_window(told: Mapping[str, Any], band: str) -> Window:
    within(told, ("days", "from", "to"), f"free of {band}")
    begins, ends = (_read_time(told, name, band) if name in told else None for name in ("from", "to"))
    if begins is not None and ends is not None and begins >= ends:
        raise UnfitFares(f"free of {band}: from must be before to")
    return Window(_read_days(told, band), begins, ends)


def _read_days(told: Mapping[str, Any], band: str) -> frozenset[str]:
    days = told.get("days")
    if not isinstance(days, list) or not days or not {str(day) for day in days} <= EVERY_DAY:
        raise UnfitFares(f"days of {band} must be among {', '.join((*DAYS, HOLIDAY))}")
    return frozenset(days)


def _read_time(told: Mapping[str, Any], name: str, band: str) -> time:
    try:
        found = time.fromisoformat(told[name])
    except (KeyError, TypeError, ValueError):
        found = None
    if found is None or found.tzinfo:
        raise UnfitFares(f"{name} of {band} must be a time such as 09:30")
    return found
