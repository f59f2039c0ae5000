"""POST bookings with the busiest day booked: one more books, and cancels again so that the next finds the same day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from tests.bench.bench_offers import ENTRY
from tests.bench.busy_day import BusyDay, Json
from tests.bench.ground import Ground
from tests.bench.report import SPREAD, Table, spread
from tests.bench.steps import Steps

STEPS = ENTRY | {
    "backend.api.bookings.body_of": "checking the body",
    "backend.api.bookings._get_offer": "the offer and its passenger",
    "bookings.actions.accept_offer.get_offer": "the offer and its passenger",
    "bookings.actions.placing._claim": "the offer and its passenger",
    "bookings.plans.lock_day": "lock",
    "bookings.holds.sweep": "sweeping up holds",
    "bookings.plans.load": "loading the plan",
    "bookings.plans.load_route": "loading the plan",
    "bookings.planner.Planner.best": "insertion",
    "routing.check.violations": "check",
    "routing.check.new_or_worse": "check",
    "routing.check.frozen_moved": "check",
    "bookings.plans.publish": "publishing",
    "bookings.actions.placing._create": "writing the booking and its event",
    "bookings.actions.placing._record": "writing the booking and its event",
    "bookings.actions.accept_offer.place_all": "the rest of the transaction",
    "backend.api.bookings.answer_about": "the answer: booking, journey",
}


def tables(ground: Ground) -> Iterator[Table]:
    """Confirmed at once, and held then confirmed; then where the time of the first goes."""
    day, rounds = ground.day, ground.size.rounds
    taken: dict[str, list[list[float]]] = defaultdict(list)
    for _ in range(rounds):
        for name, values in _round(day).items():
            taken[name].append(values)
    table = Table(
        f"POST bookings, in process: {len(day.references)} booked",
        ("call, ms", *SPREAD),
        note="PostgreSQL runs with fsync off here, so no commit waits for the disk. Each leaves a cancelled booking and some "
        "revisions behind, in the end several times what a day has: where medians rise from round to round, that's why.",
    )
    table.rows.extend([name, *spread(values)] for name, values in taken.items())
    yield table
    yield _steps(day, rounds).table("POST bookings (confirmed at once), by step", "Read as the steps of POST offers.")


def _steps(day: BusyDay, rounds: int) -> Steps:
    steps = Steps(STEPS)
    for _ in range(rounds):
        for wish in day.wishes:
            if offers := day.ask(wish):
                who, body = day.asker(wish), {"offer": offers[0]["id"]}
                with steps.watching():
                    booked = steps.lap(lambda who=who, body=body: day.world.post(who, "bookings", body))  # type: ignore[misc]
                _post(day, wish, f"bookings/{booked.data['reference']}/cancel", {})
    return steps


def _round(day: BusyDay) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = defaultdict(list)
    for wish in day.wishes:
        for hold in (False, True):
            offers = day.ask(wish)
            if not offers:
                continue
            booked, seconds = _post(day, wish, "bookings", {"offer": offers[0]["id"], "hold": hold})
            taken["POST bookings, held" if hold else "POST bookings, confirmed at once"].append(seconds)
            path = f"bookings/{booked['reference']}"
            if hold:
                taken["POST bookings/{reference}/confirm"].append(_post(day, wish, f"{path}/confirm", {})[1])
            taken["POST bookings/{reference}/cancel"].append(_post(day, wish, f"{path}/cancel", {})[1])
    return taken


def _post(day: BusyDay, wish: Json, path: str, body: Json) -> tuple[Any, float]:
    begun = perf_counter()
    answer = day.world.post(day.asker(wish), path, body)
    seconds = perf_counter() - begun
    assert answer.status_code in (200, 201), answer.data
    return answer.data, seconds
