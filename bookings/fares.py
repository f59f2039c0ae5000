"""What a journey costs, in whole pence.

`Service.fares` is a list of bands, each {band, fare_pence, from_age?, to_age?, except?}; `except` is a list of
{days, before, fare_pence}: on these weekdays, for journeys that begin before that local time, another fare holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from bookings.models import Service
from bookings.party import Party

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BANDS = ("adult", "child", "under5", "concession", "companion")


class UnfitFares(ValueError):
    """Fares that can't be charged; the message says what to change."""


def check_fares(fares: object) -> None:
    """Raises UnfitFares unless `fares` names every band once, with whole pence from 0 on."""
    if not isinstance(fares, list) or sorted(str(one.get("band")) for one in fares if isinstance(one, dict)) != sorted(BANDS):
        raise UnfitFares(f"fares need each of {', '.join(BANDS)} exactly once")
    for one in fares:
        for rule in (one, *one.get("except", [])):
            if type(rule.get("fare_pence")) is not int or rule["fare_pence"] < 0:
                raise UnfitFares(f"fare_pence of {one['band']} must be a whole number of pence, 0 or more")
        for rule in one.get("except", []):
            if not rule.get("days") or not set(rule["days"]) <= set(DAYS):
                raise UnfitFares(f"days of {one['band']} must be among {', '.join(DAYS)}")
            try:
                time.fromisoformat(rule["before"])
            except (KeyError, TypeError, ValueError):
                raise UnfitFares(f"before of {one['band']} must be a time such as 09:30") from None


def fare_pence(service: Service, party: Party, pickup_at: datetime) -> int:
    """The fare of a whole party picked up at an aware instant.

    One companion travels at the companion's fare with each person in a wheelchair; others pay as adults do.
    """
    local = pickup_at.astimezone(service.tz)
    fare = {one["band"]: _fare(one, local) for one in service.fares}
    escorting = min(party.companions, party.wheelchairs)
    return (
        (party.adults + party.companions - escorting) * fare["adult"]
        + party.children * fare["child"]
        + party.under5 * fare["under5"]
        + party.concessions * fare["concession"]
        + escorting * fare["companion"]
    )


def _fare(band: Mapping[str, Any], local: datetime) -> int:
    exceptions: Sequence[Mapping[str, Any]] = band.get("except", ())
    for rule in exceptions:
        if DAYS[local.weekday()] in rule["days"] and local.time() < time.fromisoformat(rule["before"]):
            return int(rule["fare_pence"])
    return int(band["fare_pence"])
