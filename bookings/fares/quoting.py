"""From a tariff to a fare with all that it's made up of. Pure: what was spent and which promotions there are is passed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bookings.fares.tables import Way
from bookings.fares.tariff import Band, Tariff
from bookings.party import Party

PERIODS = ("day", "week")


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a fare: people of a band, what a cap takes off, what a promotion takes off. What is left out is empty."""

    kind: str
    pence: int
    band: str = ""
    count: int = 0
    each_pence: int = 0
    rule: str = ""
    """Why a band pays other than usual: `england`, `free`, `except` or `as_adult`; of a cap: `day` or `week`."""
    name: str = ""
    """Of a promotion; why it was given back, of a refund."""

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value or name == "pence"}


class Discount(NamedTuple):
    """A promotion as it comes off a fare: a percentage, or an amount; `key` says which one it is."""

    key: int
    name: str
    percent: int = 0
    amount_pence: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """A fare. Its lines add up to `pence`; `own_pence` of that is for the passenger's own place, as caps count it."""

    lines: tuple[Line, ...]
    pence: int
    own_pence: int
    discount: Discount | None = None


@dataclass(frozen=True, slots=True)
class Riding:
    """Who travels where and when, as fares see it. `local` is by the clocks of the service."""

    party: Party
    way: Way
    local: datetime
    holiday: bool = False
    spent: Mapping[str, int] = field(default_factory=dict)
    """What the passenger has spent on their own place that `day` and that `week`."""


def quote(tariff: Tariff, riding: Riding, discounts: Sequence[Discount] = ()) -> Quote:
    """The fare of a party, with the discount that takes most off."""
    return finish(tuple(_band_lines(tariff, riding)), tariff, riding.spent, discounts)


def finish(bands: Sequence[Line], tariff: Tariff, spent: Mapping[str, int], discounts: Sequence[Discount] = ()) -> Quote:
    """The fare of what bands add up to: first a cap on the dearest place, taken for the passenger's own, then a discount.

    In this order more people never pay less.
    """
    whole = sum(line.pence for line in bands)
    own = max((line.each_pence for line in bands if line.count), default=0)
    left = {period: max(0, cap - spent.get(period, 0)) for period, cap in tariff.caps.items()}
    capped = min([own, *left.values()])
    lines = list(bands)
    if capped < own:
        binding = next(period for period in PERIODS if left.get(period) == capped)
        lines.append(Line("cap", capped - own, rule=binding))
    due = whole - own + capped
    # max() takes the first of equals.
    best = max(discounts, key=lambda each: _off(each, due, tariff), default=None)
    off = _off(best, due, tariff) if best else 0
    if best is None or not off:
        return Quote(tuple(lines), due, capped)
    lines.append(Line("promotion", -off, name=best.name))
    return Quote(tuple(lines), due - off, capped - off * capped // due, best)


def _off(discount: Discount, due: int, tariff: Tariff) -> int:
    """What a discount takes off; what is left is rounded down."""
    off = due * discount.percent // 100 if discount.percent else min(discount.amount_pence, due)
    return due - _rounded(due - off, tariff)


def _band_lines(tariff: Tariff, riding: Riding) -> list[Line]:
    party, bands = riding.party, tariff.bands
    free = _escorting(tariff, party)
    people = [
        (bands["adult"], party.adults, ""),
        (bands["child"], party.children, ""),
        (bands["under5"], party.under5, ""),
        (bands["concession"], party.concessions, ""),
        (bands["companion"], free, ""),
        (bands["adult"], party.companions - free, "as_adult"),
    ]
    return [_line(band, count, rule, tariff, riding) for band, count, rule in people if count]


def _escorting(tariff: Tariff, party: Party) -> int:
    """How many travel as companions: one with each person who may have one; others pay as adults do."""
    entitled = {
        "wheelchairs": party.wheelchairs,
        "concessions": party.concessions,
        "both": max(party.wheelchairs, party.concessions),  # somebody may be both
    }[tariff.companions_with]
    return min(party.companions, entitled)


def _line(band: Band, count: int, rule: str, tariff: Tariff, riding: Riding) -> Line:
    each, why = _each(band, tariff, riding)
    name = "companion" if rule else band.name
    return Line("band", each * count, name, count, each, rule or why)


def _each(band: Band, tariff: Tariff, riding: Riding) -> tuple[int, str]:
    """What one person of a band pays, and by which rule where it's not the usual."""
    if any(window.holds(riding.local, riding.holiday) for window in band.free):
        return 0, band.scheme or "free"
    for exception in band.exceptions:
        if exception.window.holds(riding.local, riding.holiday):
            return exception.fare_pence, "except"
    if band.fare_pence is not None:
        return band.fare_pence, ""
    assert band.percent is not None
    return _rounded(tariff.table.fare(riding.way) * band.percent // 100, tariff), ""


def _rounded(pence: int, tariff: Tariff) -> int:
    """Down, for the passenger."""
    return pence // tariff.round_to_pence * tariff.round_to_pence
