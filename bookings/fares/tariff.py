"""The fares of a service as values, read from `Service.fares`; `README.md` has the format.

Raises UnfitFares, whose message says what to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookings.fares.tables import Flat, Table, UnfitFares, Zones, pence_of, read_table, within
from bookings.fares.windows import OtherFare, Window, read_exceptions, read_windows

BANDS = ("adult", "child", "under5", "concession", "companion")
COMPANIONS = ("wheelchairs", "concessions", "both")


@dataclass(frozen=True, slots=True)
class Band:
    """What people of a kind pay: an amount, or a percentage of the table's fare; nothing, or another fare, in some windows."""

    name: str
    fare_pence: int | None = None
    percent: int | None = None
    free: tuple[Window, ...] = ()
    scheme: str = ""
    exceptions: tuple[OtherFare, ...] = ()


@dataclass(frozen=True, slots=True)
class Tariff:
    """How a fare is made up. `caps` are the most that a passenger pays for their own place in a day and in a week."""

    bands: Mapping[str, Band]
    table: Table = field(default_factory=lambda: Flat(0))
    round_to_pence: int = 1
    companions_with: str = "wheelchairs"
    caps: Mapping[str, int] = field(default_factory=dict)


def read_tariff(told: object) -> Tariff:
    """Fares as a list of bands, or as an object with a table. Raises UnfitFares."""
    if isinstance(told, list):
        return Tariff(_read_bands(told, with_table=False))
    if not isinstance(told, dict):
        raise UnfitFares("fares are a list of bands, or an object with table and bands")
    within(told, ("table", "bands", "round_to_pence", "companions_with", "caps"), "fares")
    companions = told.get("companions_with", COMPANIONS[0])
    if companions not in COMPANIONS:
        raise UnfitFares(f"companions_with must be one of {', '.join(COMPANIONS)}")
    caps = told.get("caps", {})
    if not isinstance(caps, dict):
        raise UnfitFares("caps are an object with day_pence and week_pence")
    within(caps, ("day_pence", "week_pence"), "caps")
    round_to = pence_of(told, "round_to_pence", "fares") if "round_to_pence" in told else 1
    if round_to < 1:
        raise UnfitFares("round_to_pence must be 1 or more")
    return Tariff(
        _read_bands(told.get("bands"), with_table="table" in told),
        read_table(told["table"]) if "table" in told else Flat(0),
        round_to,
        companions,
        {name.removesuffix("_pence"): pence_of(caps, name, "caps") for name in caps},
    )


def unknown_zones(tariff: Tariff, codes: Iterable[str]) -> list[str]:
    """The codes in a table of zones that no zone has."""
    named = {code for pair in tariff.table.pairs for code in pair} if isinstance(tariff.table, Zones) else set()
    return sorted(named - set(codes))


def _read_bands(told: object, *, with_table: bool) -> dict[str, Band]:
    rows: Sequence[Any] = told if isinstance(told, list) else []
    names = [str(one.get("band")) for one in rows if isinstance(one, dict)]
    if not isinstance(told, list) or sorted(names) != sorted(BANDS) or len(names) != len(told):
        raise UnfitFares(f"fares need each of {', '.join(BANDS)} exactly once")
    return {one["band"]: _read_band(one, with_table) for one in rows}


def _read_band(told: Mapping[str, Any], with_table: bool) -> Band:
    name = told["band"]
    within(told, ("band", "from_age", "to_age", "fare_pence", "percent", "free", "except"), name)
    if ("percent" in told) == ("fare_pence" in told):
        raise UnfitFares(f"{name} needs fare_pence, a whole number of pence, or percent of the table's fare")
    percent = told.get("percent")
    if percent is not None and not with_table:
        raise UnfitFares(f"percent of {name} needs a table to be a percentage of")
    if percent is not None and (type(percent) is not int or not 0 <= percent <= 100):
        raise UnfitFares(f"percent of {name} must be a whole number from 0 to 100")
    free = told.get("free", [])
    return Band(
        name,
        pence_of(told, "fare_pence", name) if percent is None else None,
        percent,
        read_windows(free, name),
        free if isinstance(free, str) else "",
        read_exceptions(told.get("except", []), name),
    )
