"""Replays of whole days: what they come to, and what knowing all wishes before would have been worth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from fixtures.ripon.generate_wishes import PROFILES, wishes
from routing.command.replay import HEAD, row
from routing.cost import Weights
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Limit
from routing.replay.clairvoyant import Search, clairvoyant
from routing.replay.engine import replay
from routing.replay.events import Accepted, Event, Refused, WishArrived
from routing.replay.noise import Noise
from routing.replay.plain_town import PlainTown, town_day
from routing.replay.report import Report, report, total
from routing.replay.values import Conduct, Demand
from tests.bench.ground import Ground
from tests.bench.report import Table, percentile
from tests.bench.ripon_day import FOLDER, demand_of
from tests.bench.size import Size

WEIGHTS = Weights()
NOISES = (0.0, 0.1, 0.2)
"""Standard deviations of the logarithm of what a leg takes; a dwell twice that."""
EMERGENCY_S = 600
"""Searches end by their number of solutions: the clock must not cut in."""


def tables(ground: Ground) -> Iterator[Table]:
    """Two modelled days of Ripon, a month of others, late drivers, and larger fleets in a plain town."""
    size = ground.size
    yield _two_days(size)
    yield _month(size)
    yield _late(size)
    yield _towns(size)


def conduct(size: Size) -> Conduct:
    """A small service: solved anew each quarter of an hour, after each promise and before anybody is refused."""
    limit = Limit(EMERGENCY_S, size.searched)
    return Conduct(LargeNeighbourhoodSearch(WEIGHTS), limit, second_look=limit, after_each=True)


def _two_days(size: Size) -> Table:
    table = Table(
        "Replay of a day in Ripon",
        HEAD,
        note="Known before: all wishes are heard before anybody is answered, see `routing/replay/clairvoyant.py`. By insertion "
        "alone: never solved anew, and nobody asked to make room. Who is left out differs: the kilometres of the same passengers "
        "are those of the last two rows of each day.",
    )
    for profile in ("usual", "busiest"):
        day = demand_of(json.loads((FOLDER / f"wishes_{profile}.json").read_text())["wishes"][: size.wishes], WEIGHTS)
        table.rows.append(row(f"{profile}, by insertion alone", *_lived(day, Conduct(explain=False))[1:]))
        events, lived, took = _lived(day, replace(conduct(size), explain=True))
        refused = ", ".join(f"{number} {why}" for why, number in sorted(lived.refused.items())) or "nobody"
        table.rows.append(row(f"{profile} (refused: {refused})", lived, took))
        known, took = _known(day, size, events, size.replay_starts)
        table.rows.append(row(f"{profile}, known before", known, took))
        table.rows.append(_price(profile, lived, known))
        promised = {event.promise.id for event in events if isinstance(event, Accepted)}
        same = replace(day, asked=tuple(each for each in day.asked if each.id in promised))
        known, took = _known(same, size, events)
        table.rows.append(row(f"{profile}, the same passengers known before", known, took))
        theirs = [event for event in events if not isinstance(event, WishArrived | Refused) or event.id in promised]
        table.rows.append(_price(f"{profile}, the same passengers", report(theirs, same), known))
    return table


def _month(size: Size) -> Table:
    """Usual and busiest weekdays in turn, of seeds that nothing was tuned to."""
    table = Table(
        f"Replay of {size.replayed} other days in Ripon, usual and busiest in turn",
        HEAD,
        note="The generator's next seeds, as they come; the fixture's own days were picked, these were not.",
    )
    lived, known, spans = [], [], [0.0, 0.0]
    for day in _other_days(size):
        events, figures, took = _lived(day, conduct(size))
        hindsight, searched = _known(day, size, events)
        lived.append(figures)
        known.append(hindsight)
        spans = [spans[0] + took, spans[1] + searched]
    table.rows.append(row("together", total(lived), spans[0]))
    table.rows.append(row("known before", total(known), spans[1]))
    table.rows.append(_price("together", total(lived), total(known)))
    return table


def _late(size: Size) -> Table:
    table = Table(
        "Late drivers, busiest day",
        ("noise", "served", "promises kept", "late, of those late: p50, min", "p95", "took, s"),
        note=f"Standard deviation of a leg, twice that of a dwell; seeds {', '.join(map(str, size.seeds))} together.",
    )
    day = demand_of(json.loads((FOLDER / "wishes_busiest.json").read_text())["wishes"][: size.wishes], WEIGHTS)
    for noise in NOISES:
        runs = [_lived(day, replace(conduct(size), noise=Noise(noise, 2 * noise, seed), explain=False)) for seed in size.seeds]
        found = total(figures for _, figures, _ in runs)
        late = [late_s / 60 for late_s in found.lates_s if late_s] or [0.0]
        shares = [f"{100 * found.served_share:.1f} %", f"{100 * found.kept_share:.1f} %"]
        ends = [f"{percentile(late, 50):.1f}", f"{percentile(late, 95):.1f}"]
        table.rows.append([f"{100 * noise:.0f} %", *shares, *ends, f"{sum(took for *_, took in runs):.1f}"])
    return table


def _towns(size: Size) -> Table:
    table = Table(
        "Larger fleets in a plain town",
        (*HEAD, "ms per wish"),
        note=f"See `routing/replay/plain_town.py`. Solved anew each 10 minutes by 50 shifts: {size.town_searched} solutions.",
    )
    for vehicles, hours in size.towns:
        day = town_day(PlainTown(vehicles, hours))
        solved = Conduct(LargeNeighbourhoodSearch(WEIGHTS), Limit(EMERGENCY_S, size.town_searched), every_s=600, explain=False)
        for name, way in (("insertion alone", Conduct(explain=False)), ("solved anew", solved)):
            _, figures, took = _lived(day, way)
            title = f"{vehicles} vans, {hours:g} h, {len(day.asked)} wishes, {name}"
            table.rows.append([*row(title, figures, took), f"{1000 * took / len(day.asked):.1f}"])
    return table


def _lived(day: Demand, way: Conduct) -> tuple[list[Event], Report, float]:
    begun = perf_counter()
    events = list(replay(day, way))
    return events, report(events, day), perf_counter() - begun


def _known(day: Demand, size: Size, lived: Iterable[Event], starts: int = 1) -> tuple[Report, float]:
    begun = perf_counter()
    hindsight = clairvoyant(day, Search(conduct(size), rounds=size.replay_rounds, starts=starts), lived)
    return report(hindsight.events(day), day), perf_counter() - begun


def _other_days(size: Size) -> Iterator[Demand]:
    seed = found = 0
    while found < size.replayed:
        seed += 1
        asked = _modelled(PROFILES[found % len(PROFILES)].name, seed)
        if asked is not None:
            found += 1
            yield demand_of(asked[: size.wishes], WEIGHTS)


def _modelled(profile: str, seed: int) -> Sequence[Mapping[str, Any]] | None:
    """The wishes of a day; None of a seed that the generator can make none of."""
    try:
        return wishes(next(each for each in PROFILES if each.name == profile)._replace(seed=seed))
    except ValueError:
        return None


def _price(name: str, lived: Report, known: Report) -> list[str]:
    """What not knowing cost."""
    share = 100 * (known.served_share - lived.served_share)
    km = 100 * (lived.vehicle_m / known.vehicle_m - 1) if known.vehicle_m else 0.0
    return [f"{name}: the price of not knowing", f"{share:.1f} points fewer", "", "", "", "", f"{km:+.1f} %", "", ""]
