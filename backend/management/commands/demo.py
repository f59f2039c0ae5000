"""`manage.py demo`: a day in Ripon from an empty database to printed manifests, through the HTTP API."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backend.demo import ground, show
from backend.demo.player import DemoFailed, Player
from backend.serving import check_port, running
from backend.wiring import planner_for
from bookings import plan_reasons, plans
from bookings.actions.load_service import load_service
from bookings.models import Service
from routing import check

HOST = "127.0.0.1"
RIPON = Path(settings.BASE_DIR) / "fixtures" / "ripon"


class Command(BaseCommand):
    help = "Play a day of the built-in service through the HTTP API, print the manifests, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--once", action="store_true", help="exit after the figures instead of serving on")

    def handle(self, *, port: int, once: bool, **_: Any) -> None:
        console = Console(width=None if Console().is_terminal else 110, highlight=False)
        began = time.monotonic()
        check_port(HOST, port)  # before anything is wiped: the demo that serves there may be using it
        ground.empty_database()
        service = load_service(RIPON)
        wishes = json.loads((RIPON / "wishes_usual.json").read_text())["wishes"]
        accounts = ground.open_accounts(service, wishes)
        day = ground.next_weekday(service, timezone.now().astimezone(service.tz).date())
        try:
            with running(HOST, port) as base_url:
                console.print(f"[bold]{service.name}[/bold], {day:%A %d %B %Y}: a usual day, played through {base_url}/api/v1/")
                player = Player(base_url, service.slug, day, service.tz, accounts)
                at_doors = player.register(wishes)
                console.print(f"{at_doors} passengers in wheelchairs are registered for being fetched and brought at the door.")
                _play(player, wishes, console)
                _improve(player, console)
                shift = _print_day(player, console)
                sound = _judge(service, player)
                board = player.call(accounts.dispatcher, "GET", f"/services/{service.slug}/days/{day}")
                show.print_figures(console, player.tally, board["figures"], sound)
                console.print(f"[dim]{time.monotonic() - began:.0f} s from an empty database[/dim]")
                if not once:
                    show.print_addresses(console, base_url, service.slug, day.isoformat(), accounts, shift)
                    _serve_on(console)
        except DemoFailed as error:
            raise CommandError(str(error)) from error


def _play(player: Player, wishes: list[dict[str, Any]], console: Console) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[so_far]}"),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("Asking and booking", total=len(wishes), so_far="")
        for _ in player.play(wishes):
            tally = player.tally
            progress.update(task, advance=1, so_far=f"{tally.booked} booked, {tally.refused.total()} refused")


def _improve(player: Player, console: Console) -> None:
    with console.status("Re-optimising"):
        outcome = player.reoptimise()
    if outcome["published"]:
        saved = 1 - outcome["after"] / outcome["before"]
        console.print(f"Re-optimised: the plan costs {saved:.0%} less, and every promise stands (plan {outcome['revision']})")
    else:
        console.print(f"Re-optimised: the plan stays as it is ({outcome['why']})")


def _print_day(player: Player, console: Console) -> int:
    """Print the manifest of each shift, as its driver gets it; gives the id of one of them."""
    ids = []
    for driver in player.accounts.drivers.values():
        for shift in player.call(driver, "GET", f"/shifts?date={player.day}")["results"]:
            console.print()
            console.print(show.manifest_table(player.call(driver, "GET", f"/shifts/{shift['id']}/manifest")))
            ids.append(int(shift["id"]))
    return ids[0]


def _judge(service: Service, player: Player) -> str:
    """Judge every plan of the day anew. Raises DemoFailed where one breaks a rule or a promise."""
    travel = planner_for(service).travel
    revisions = plan_reasons.history(service, player.day)
    for revision in revisions:
        plan, problem = plans.at(service, player.day, revision.number, travel=travel)
        if broken := check.violations(plan, problem):
            raise DemoFailed(f"plan {revision.number} breaks promises: " + "; ".join(map(str, broken)))
    return f"all {len(revisions)} plans of the day pass the judge"


def _serve_on(console: Console) -> None:
    console.print("\nServing until Ctrl-C.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Stopped.")
