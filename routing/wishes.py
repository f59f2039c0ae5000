"""What is asked for, and what a service is willing to promise."""

from __future__ import annotations

from dataclasses import dataclass

from routing.model import Load, Point
from routing.units import ServiceTime


@dataclass(frozen=True, slots=True)
class Access:
    """A stop and the walk between it and where somebody is or wants to be."""

    point: Point
    walk_s: int
    walk_m: int
    stop: str
    extra_s: int = 0
    """How much longer boarding and alighting take there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: from the door not before `leave_at`, or at the door not after `arrive_by`, or both.

    Raises ValueError where neither is given.
    """

    origins: tuple[Access, ...]
    destinations: tuple[Access, ...]
    load: Load
    leave_at: ServiceTime | None = None
    arrive_by: ServiceTime | None = None
    boarding_s: int = 0
    alighting_s: int = 0

    def __post_init__(self) -> None:
        if self.leave_at is None and self.arrive_by is None:
            raise ValueError("a wish says when to leave or when to arrive")


@dataclass(frozen=True, slots=True)
class OfferRules:
    """What may be promised, and how hard to look for it."""

    notice_s: int = 0
    """No pick-up is promised sooner than this after now."""
    pickup_before_s: int = 5 * 60
    """The pick-up window begins this long before the planned boarding,"""
    pickup_after_s: int = 10 * 60
    """and ends this long after it."""
    arrival_slack_s: int = 10 * 60
    """The arrive-by time is this long after the planned arrival."""
    max_detour_s: int = 30 * 60
    detour_alpha: float = 1.5
    detour_beta_s: int = 10 * 60
    min_detour_s: int = 10 * 60
    """A ride is at most min(direct + max_detour_s, alpha * direct + beta_s), but never less than direct + min_detour_s."""
    search_before_s: int = 60 * 60
    """How far back from the time to arrive by to look,"""
    search_after_s: int = 60 * 60
    """and how far on from the time to leave at,"""
    step_s: int = 10 * 60
    """and how far the anchors lie apart."""
    differs_s: int = 10 * 60
    """Two offers with the same stops differ by at least this."""
    max_stops: int = 3
    """Stops tried at either end, those with the shortest walks."""
    max_offers: int = 5
    max_alternatives: int = 3
    """Offered instead where nothing near the wished time fits."""
    displacement: int = 5
    """Cost units per person for each second away from the wished time."""
    walking: int = 4
    """Cost units per person for each second on foot."""


def max_ride_s(direct_s: int, rules: OfferRules) -> int:
    """The longest ride that may be promised where the direct one takes `direct_s`."""
    longest = min(direct_s + rules.max_detour_s, int(rules.detour_alpha * direct_s) + rules.detour_beta_s)
    return max(direct_s + rules.min_detour_s, longest)
