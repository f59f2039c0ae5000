"""`python -m routing replay`: a day of wishes under a fake clock, and what it comes to."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from routing.bench.tables import markdown
from routing.command.modelled_day import demand_of
from routing.command.numbers import positive, seed, whole
from routing.command.replay_progress import Heard
from routing.command.told import BadRequest, plainly
from routing.cost import Weights
from routing.optimise.protocol import Limit
from routing.replay.clairvoyant import Search, clairvoyant
from routing.replay.engine import replay
from routing.replay.events import Event
from routing.replay.noise import Noise
from routing.replay.plain_town import PlainTown, town_day
from routing.replay.report import Report, report, total
from routing.replay.values import Conduct, Demand
from routing.solvers import SOLVERS

DESCRIPTION = """Replay a day: wishes come in over time, are accepted or refused at once, promises are kept, the plan is solved
anew again and again. Prints what it comes to. The same arguments give the same figures, but for the seconds that it took."""

FOLDER = Path(__file__).parents[2] / "fixtures" / "ripon"
TOWN, RIPON = "town", ("ripon-usual", "ripon-busiest")
EMERGENCY_S = 600
"""Searches end by their number of solutions: the clock must not cut in."""
EXPLAINED = 50
"""With more vans than these, saying why each wish is refused takes longer than all the rest."""
HEAD = (
    *("day", "served", "promises kept", "away from wished time, min", "detour, min", "passengers per vehicle hour"),
    *("vehicle km", "empty", "took, s"),
)


@dataclass(frozen=True, slots=True)
class Played:
    """A day, or several together, and the seconds that it took."""

    name: str
    figures: Report
    took_s: float


@plainly
def main(argv: Sequence[str] | None = None) -> int:
    """0, or 2 for bad input."""
    asked = _parser().parse_args(argv)
    played, known = [], []
    demands = list(_demands(asked))
    with Heard(sum(len(demand.asked) for demand in demands)) as heard:
        for number, demand in enumerate(demands):
            name, way = f"{asked.day}, seed {asked.seed + number}", _conduct(asked, asked.seed + number, demand)
            begun, events = perf_counter(), list[Event]()
            for event in replay(demand, way):
                events.append(event)
                heard.report(name, event)
            played.append(Played(name, report(events, demand), perf_counter() - begun))
            if asked.hindsight:
                begun = perf_counter()
                best = clairvoyant(demand, Search(way), events).events(demand)
                known.append(Played(f"{name}, known before", report(best, demand), perf_counter() - begun))
    print(_as_json(asked, played, known) if asked.json else _as_text(asked, played, known))
    return 0


def _demands(asked: argparse.Namespace) -> Iterator[Demand]:
    """The days to replay. Raises BadRequest."""
    if asked.day == TOWN:
        town = PlainTown(asked.vans or 10, asked.hours or 12.0)
        if asked.wishes is not None:
            town = replace(town, asked_per_vehicle_hour=asked.wishes / (town.vehicles * town.hours))
        yield from (town_day(replace(town, seed=asked.seed + number)) for number in range(asked.days))
        return
    if asked.vans is not None or asked.hours is not None:
        raise BadRequest(f"--vans and --hours are for a {TOWN}: {asked.day} has the shifts of its service.json.")
    if asked.days > 1 and not asked.noise:
        raise BadRequest(f"{asked.day} is one day, the same each time: add --noise, which each of --days has its own of.")
    path = FOLDER / f"wishes_{asked.day.removeprefix('ripon-')}.json" if asked.day in RIPON else Path(asked.day)
    try:
        wishes = json.loads(path.read_text())["wishes"][: asked.wishes]
        demand = demand_of(path.parent, wishes, Weights())
    except OSError as problem:
        remedy = f"give {', '.join(RIPON)}, {TOWN}, or a file of wishes in the folder of its service"
        raise BadRequest(f"{problem.filename} can't be read ({problem.strerror}): {remedy}.") from None
    except (KeyError, TypeError, ValueError) as problem:
        raise BadRequest(f"{path} has no wishes such as {FOLDER.name}'s, or no such service around it: {problem!r}.") from None
    for _ in range(asked.days):
        yield demand


def _conduct(asked: argparse.Namespace, seed: int, demand: Demand) -> Conduct:
    """A small service is solved anew each quarter of an hour, after each promise and before refusals; a town each 10 minutes."""
    noise = Noise(asked.noise, 2 * asked.noise, seed)
    if asked.optimiser == "none":
        return Conduct(noise=noise, explain=len(demand.shifts) <= EXPLAINED)
    solver, limit = SOLVERS[asked.optimiser](demand.weights, asked.seed), Limit(EMERGENCY_S, asked.solutions)
    if asked.day == TOWN:
        return Conduct(solver, limit, every_s=600, noise=noise, explain=len(demand.shifts) <= EXPLAINED)
    return Conduct(solver, limit, second_look=limit, after_each=True, noise=noise)


def _together(played: Sequence[Played], name: str) -> list[Played]:
    """The days, and all of them together where there are several."""
    if len(played) < 2:
        return list(played)
    return [*played, Played(name, total(each.figures for each in played), sum(each.took_s for each in played))]


def _as_text(asked: argparse.Namespace, played: Sequence[Played], known: Sequence[Played]) -> str:
    rows = [*_together(played, "together"), *_together(known, "together, known before")]
    table = markdown(f"Replay of {asked.day}", [HEAD, *(row(each.name, each.figures, each.took_s) for each in rows)])
    refused = total(each.figures for each in played).refused
    why = ", ".join(f"{number} {slug}" for slug, number in sorted(refused.items(), key=lambda each: (-each[1], each[0])))
    return f"{table}\nRefused: {why or 'nobody'}."


def row(name: str, figures: Report, took_s: float) -> list[str]:
    """A day under `HEAD`."""
    return [
        name,
        f"{figures.served} of {figures.asked}, {100 * figures.served_share:.1f} %",
        f"{100 * figures.kept_share:.1f} %",
        f"{figures.wait_s / 60:.1f}",
        f"{figures.detour_s / 60:.1f}",
        f"{figures.passengers_per_vehicle_hour:.2f}",
        f"{figures.vehicle_m / 1000:.1f}",
        f"{100 * figures.empty_share:.0f} %",
        f"{took_s:.1f}",
    ]


def _as_json(asked: argparse.Namespace, played: Sequence[Played], known: Sequence[Played]) -> str:
    said = {name: getattr(asked, name) for name in ("day", "seed", "days", "optimiser", "solutions", "noise")}
    days = [_figures(each) for each in (*played, *known)]
    return json.dumps({**said, "replayed": days, "together": _figures(_together(played, "together")[-1])}, indent=2)


def _figures(each: Played) -> dict[str, Any]:
    figures = each.figures
    counts = ("asked", "accepted", "served", "kept", "people", "vehicle_s", "vehicle_m", "empty_m", "solved", "improved")
    means = ("served_share", "kept_share", "wait_s", "detour_s", "passengers_per_vehicle_hour", "empty_share")
    said: dict[str, Any] = {"name": each.name, "seconds": round(each.took_s, 2), "refused": dict(figures.refused)}
    return said | {name: getattr(figures, name) for name in counts} | {name: round(getattr(figures, name), 4) for name in means}


_number, _measure = whole("number", 1), positive("measure")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m routing replay", description=DESCRIPTION)
    add = parser.add_argument
    add("day", metavar="DAY", help=f"{', '.join(RIPON)}; {TOWN}, a plain one; or a file such as fixtures/ripon/wishes_usual.json")
    add("--vans", type=_number, metavar="N", help=f"how many the {TOWN} has (10)")
    add("--hours", type=_measure, metavar="H", help=f"for how long the {TOWN}'s vans are out (12)")
    add(
        "--wishes",
        type=_number,
        metavar="N",
        help="so many: the first of a file, or of a town's day (5 a van and hour)",
    )
    add("--days", type=_number, metavar="D", default=1, help="so many, with a seed each from --seed on (1)")
    add("--seed", type=seed, metavar="N", default=1, help="of the town, the noise and the search (1)")
    add("--noise", type=_measure, metavar="SHARE", nargs="?", const=0.1, default=0.0, help=_NOISE)
    add("--optimiser", choices=(*SOLVERS, "none"), default="lns", help="what solves the plan anew (lns); none: insertion alone")
    add("--solutions", type=_number, metavar="N", default=500, help="how many a search may try each time (500)")
    add("--hindsight", action="store_true", help="also the same day with all wishes known before: the price of not knowing")
    add("--json", action="store_true", help="print the figures as JSON")
    return parser


_NOISE = "how far driving is from its estimate, as a standard deviation; twice that at stops (without SHARE: 0.1; none: 0)"
