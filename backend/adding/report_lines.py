"""The report of add_service as text: what was read, what was left out and why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FEW = 5
STOPS = {
    **{what: what for what in ("new", "back", "moved", "renamed")},
    "turned": "that buses face another way at",
    "gone": "gone, inactive from now on",
    "by_hand": "kept as changed by hand",
}
FLEET = {
    "vehicles_changed": "vehicles changed, in all services of the operator",
    "drivers_changed": "drivers changed, in all services of the operator",
    "shifts_new": "new shifts",
    "shifts_changed": "shifts changed",
    "shifts_gone": "shifts gone",
    "shifts_by_hand": "shifts kept as changed by hand",
}


def lines(report: dict[str, Any]) -> Iterator[str]:
    """A report as `Report.as_dict` gives it, in lines to print."""
    yield f"{report['name']} ({report['service']}) of {report['operator']}, {report['zone']}: {report['done']}"
    yield ""
    roads = report["roads"]
    share = f"{roads['share_that_hangs_together']:.1%} hang together"
    yield f"Roads      {roads['km']:,.0f} km and {roads['junctions']:,} junctions in {roads['file']}; {share}"
    now, before = roads["all_for_a_minibus"]["km"], roads["all_for_a_minibus"]["km_before"]
    if before not in (None, now):
        yield f"           {now:,.0f} km for a minibus, where there were {before:,.0f} km"
    if large := roads["vehicles"]["larger_than_a_minibus"]:
        km, minibus_km = roads["vehicles"]["km"], roads["vehicles"]["km_of_a_minibus"]
        yield f"           {km:,.1f} km for vehicles {large}, where a minibus has {minibus_km:,.1f} km"
    yield from _stops(report["stops"])
    places = report["places"]
    counts = ", ".join(_many(places[f"{kind}s"], kind) for kind in ("postcode", "settlement", "street", "landmark"))
    yield f"Places     {counts} ({places['added']:,} new, {places['changed']:,} changed, {places['dropped']:,} gone)"
    if places["postcodes_as_they_were"]:
        yield "           postcodes stay as they were; others come with --postcodes"
    yield from _addresses(report["addresses"])
    fleet = report["fleet"]
    yield f"Fleet      {_many(fleet['vehicles'], 'vehicle')}, {_many(fleet['shifts'], 'pattern of shifts', 'patterns of shifts')}"
    for what, said in FLEET.items():
        if fleet[what]["count"]:
            yield from _told(said, fleet[what])
    for warning in report["warnings"]:
        yield f"Look at    {warning}"


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def _stops(stops: dict[str, Any]) -> Iterator[str]:
    if stops["as_they_were"]:
        yield f"Stops      {stops['kept']:,} stay as they were; others come with --stops"
        return
    yield f"Stops      {stops['kept']:,} kept"
    if stops["others"]:
        yield f"           {stops['others']:,} more, virtual or made by hand"
    for reason in stops["left_out"]:
        yield from _told(f"left out, {reason['why']}", reason)
    for what, said in STOPS.items():
        if stops[what]["count"] and not (what == "new" and stops["new"]["count"] == stops["kept"]):
            yield from _told(said, stops[what])


def _told(what: str, counted: dict[str, Any]) -> Iterator[str]:
    yield f"           {counted['count']:,} {what}"
    for example in counted["examples"][:FEW]:
        yield f"             {example}"
    if counted["count"] > FEW:
        yield f"             and {counted['count'] - FEW:,} more"


def _addresses(addresses: dict[str, Any]) -> Iterator[str]:
    share = f"{addresses['share']:.1%} ({addresses['with_a_stop']:,} of {addresses['all']:,})"
    yield f"Addresses  {share} of the {addresses['counted']} have a stop within a walk of {addresses['walk_limit_m']} m"
    settlements = addresses["without"]["settlements"]
    if settlements:
        most = ", ".join(f"{one['name'] or 'far from any settlement'} {one['addresses']}" for one in settlements[:8])
        yield f"           without one, most in: {most}"
