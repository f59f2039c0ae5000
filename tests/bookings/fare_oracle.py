"""What a fare comes to, worked out anew from the JSON of the fares, person by person, with nothing of `bookings.fares`."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def travellers(party: dict[str, int], companions_with: str) -> list[str]:
    """The band that each person pays by."""
    free = {
        "wheelchairs": party["wheelchairs"],
        "concessions": party["concessions"],
        "both": max(party["wheelchairs"], party["concessions"]),
    }[companions_with]
    found = ["adult"] * party["adults"] + ["child"] * party["children"] + ["under5"] * party["under5"]
    found += ["concession"] * party["concessions"]
    return found + ["companion" if number < free else "adult" for number in range(party["companions"])]


def table_fare(table: dict[str, Any], distance_m: float, zones: tuple[str, str] | None, passed: int | None) -> int:
    if table["kind"] == "flat":
        return int(table["fare_pence"])
    if table["kind"] == "distance":
        for band in table["bands"]:
            if "up_to_m" not in band or distance_m <= band["up_to_m"]:
                return int(band["fare_pence"])
    for pair in table.get("pairs", []):
        if zones and {pair["from"], pair["to"]} == set(zones):
            return int(pair["fare_pence"])
    counts = table.get("by_count", [])
    if zones and passed and counts:
        return int(counts[passed - 1] if passed <= len(counts) else counts[-1])
    return int(table["otherwise_pence"])


def one_pays(band: dict[str, Any], base: int | None, at: datetime, holiday: bool, round_to: int) -> int:
    minutes, day = at.hour * 60 + at.minute, WEEK[at.weekday()]
    free = band.get("free", [])
    if free == "wales":
        return 0
    if free == "england":
        return one_pays({**band, "free": []}, base, at, holiday, round_to) if _peak(minutes, day, holiday) else 0
    for window in free:
        days = window["days"]
        begins, ends = _minutes(window.get("from", "00:00")), _minutes(window.get("to", "24:00"))
        if (day in days or (holiday and "holiday" in days)) and begins <= minutes < ends:
            return 0
    for other in band.get("except", []):
        if day in other["days"] and minutes < _minutes(other["before"]):
            return int(other["fare_pence"])
    if "fare_pence" in band:
        return int(band["fare_pence"])
    assert base is not None
    exact = Fraction(base * band["percent"], 100)
    return int(exact // round_to) * round_to


def total(
    fares: dict[str, Any],
    party: dict[str, int],
    *,
    at: datetime,
    holiday: bool,
    distance_m: float,
    zones: tuple[str, str] | None,
    passed: int | None,
    spent: dict[str, int],
    discounts: list[tuple[str, int]],
) -> int:
    round_to = fares.get("round_to_pence", 1)
    base = table_fare(fares["table"], distance_m, zones, passed) if "table" in fares else None
    bands = {band["band"]: band for band in fares["bands"]}
    each = [
        one_pays(bands[band], base, at, holiday, round_to)
        for band in travellers(party, fares.get("companions_with", "wheelchairs"))
    ]
    each.sort(reverse=True)
    for name, cap in fares.get("caps", {}).items():
        each[0] = min(each[0], max(0, cap - spent.get(name.removesuffix("_pence"), 0)))
    due = sum(each)
    found = [due]
    for kind, amount in discounts:
        left = Fraction(due * (100 - amount), 100) if kind == "percent" else Fraction(max(0, due - amount))
        whole = -(-left.numerator // left.denominator)  # what comes off is whole pence
        found.append(whole // round_to * round_to)
    return min(found)


def _peak(minutes: int, day: str, holiday: bool) -> bool:
    return day in WEEK[:5] and not holiday and not 9 * 60 + 30 <= minutes < 23 * 60


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
