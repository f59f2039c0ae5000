"""What the demo prints: each shift's manifest as a table, the day's figures, and how to go on."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from backend.demo.ground import PASSWORD, Account, Accounts
from backend.demo.player import Tally

Json = dict[str, Any]

SIGNS = {"board": "+", "alight": "-", "missed": "!"}


def manifest_table(manifest: Json) -> Table:
    """A manifest as its driver reads it: one row a call, who boards (+) and alights (-), and the load when leaving."""
    shift = manifest["shift"]
    table = Table(
        title=f"{shift['name']} · {shift['vehicle']['name']} {shift['vehicle']['registration']} · {shift['driver']}",
        caption=f"{manifest['passengers']} passengers · {manifest['driven_m'] / 1000:.0f} km · "
        f"{_pounds(manifest['fares_pence'])} to collect · plan {manifest['revision']}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        pad_edge=False,
    )
    for name, justify in (("", "right"), ("Time", "left"), ("Place", "left"), ("Passengers", "left"), ("On board", "right")):
        table.add_column(name, justify=justify, no_wrap=name == "Time")  # type: ignore[arg-type]
    if shift["leaves"]:
        table.add_row("", clock(shift["leaves"]), f"[dim]leave {shift['start']}[/dim]", "", "")
    for number, visits in groupby(manifest["calls"], key=lambda call: call["number"]):
        table.add_row(*_row(number, list(visits)))
    if shift["returns"]:
        table.add_row("", clock(shift["returns"]), f"[dim]back at {shift['end']}[/dim]", "", "")
    return table


def print_figures(console: Console, tally: Tally, figures: Json, sound: str) -> None:
    """The day in figures."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", justify="right")
    table.add_column()
    table.add_row(
        str(tally.asked), f"wishes: {tally.by_app} booked by app, {tally.by_phone} by phone, {tally.cancelled} cancelled again"
    )
    for title, count in tally.refused.most_common():
        table.add_row(str(count), f"refused: {title}")
    table.add_row(str(figures["passengers"]), f"passengers in {figures['bookings']} journeys")
    table.add_row(_share(figures["shared_rides_share"]), "of the journeys shared with another party")
    table.add_row(
        _number(figures["passengers_per_vehicle_hour"]), f"passengers per vehicle hour, in {figures['vehicle_hours']:.1f} hours"
    )
    table.add_row(f"{figures['driven_km']:.0f}", "vehicle km")
    table.add_row(_minutes(figures["mean_wait_s"]), "mean wait after the time asked for")
    table.add_row(_minutes(figures["mean_detour_s"]), "mean detour for others")
    table.add_row(_share(figures["promises_kept_share"]), f"of promises kept; {sound}")
    console.print(table)


def print_addresses(console: Console, base_url: str, service: str, day: str, accounts: Accounts, shift: int) -> None:
    """Where to look, and as whom."""
    console.print("\n[bold]Pages[/bold]")
    for address, what in (
        ("/", "start, sign in"),
        (f"/dispatch/{service}/{day}/", "the dispatcher's day"),
        ("/drive/", "a driver's shifts"),
        (f"/shifts/{shift}/manifest/", "a manifest; prints on A4"),
        ("/api/v1/schema/", "the API as OpenAPI 3.1"),
    ):
        console.print(f"  {base_url}{address}  [dim]{what}[/dim]", soft_wrap=True)
    console.print(f"\n[bold]People[/bold], password [bold]{PASSWORD}[/bold] for each; tokens for the API, such as")
    console.print(f'  curl -H "{accounts.dispatcher.header}" {base_url}/api/v1/services/{service}/days/{day}\n', soft_wrap=True)
    driver, passenger = next(iter(accounts.drivers.values())), next(iter(accounts.passengers.values()))
    for account in (accounts.administrator, accounts.dispatcher, accounts.agent, driver, passenger):
        console.print(_person(account), soft_wrap=True, highlight=False)


def clock(at: str) -> str:
    """`HH:MM` on the clocks of the service, of an RFC 3339 time."""
    return f"{datetime.fromisoformat(at):%H:%M}"


def _row(number: int, visits: list[Json]) -> tuple[str, str, str, str, str]:
    first, last = visits[0], visits[-1]
    if first["action"] == "break":
        return str(number), clock(first["begin"]), first["place"], f"[italic]break, {first['duration_s'] // 60} min[/italic]", ""
    people = "\n".join(_visit(visit) for visit in sorted(visits, key=lambda visit: visit["action"]))
    return str(number), clock(first["begin"]), first["place"], people, _load(last["load"])


def _visit(visit: Json) -> str:
    who = visit["passenger"]
    count = sum(visit["party"][band] for band in ("adults", "children", "under5", "concessions", "companions"))
    words = f"{SIGNS[visit['action']]} {who['name']}" + (f" ×{count}" if count > 1 else "") + f" [dim]{visit['booking']}[/dim]"
    if visit["action"] == "board":
        words += "".join(f" [yellow]{need}[/yellow]" for need in who["needs"])
        words += f" {_pounds(visit['fare_pence'])}" if visit["fare_pence"] else ""
    return words


def _load(load: Json) -> str:
    return str(load["seats"]) + (f" + {load['wheelchairs']} wheelchair" if load["wheelchairs"] else "")


def _person(account: Account) -> str:
    return f"  {account.role:<14}{account.username:<18}{account.header}"


def _pounds(pence: int) -> str:
    return f"£{pence / 100:.2f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _minutes(value: int | None) -> str:
    return "-" if value is None else f"{value / 60:.0f} min"
