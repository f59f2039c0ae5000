"""What is looked at all day: the day board, a driver's manifest, a booking."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from bookings.models import Shift
from tests.bench.bench_offers import ENTRY
from tests.bench.ground import Ground
from tests.bench.report import SPREAD, Table, spread
from tests.bench.steps import Steps

STEPS = ENTRY | {
    "bookings.plans.load": "loading the plan",
    "bookings.queries.boards.timetable": "timing rows",
    "bookings.queries.boards.kpis_of": "figures of the day",
    "bookings.planner.Planner.path": "lines on the map",
    "backend.api.days.day_json": "the day as JSON values",
    "backend.api.day_json._bookings": "bookings as JSON values",
    "backend.api.day_json._shift": "shifts as JSON values",
    "backend.api.day_json._optimised": "the latest re-optimisation",
}


def tables(ground: Ground) -> Iterator[Table]:
    """The reads, then where the time of the day board goes."""
    day, rounds = ground.day, ground.size.reads
    get = day.world.get
    shifts = list(Shift.objects.filter(service=day.world.service, date=day.date).select_related("driver"))
    manifests = [(shift.driver.code, f"shifts/{shift.pk}/manifest") for shift in shifts if shift.driver]
    calls: dict[str, list[Callable[[], Any]]] = {
        "GET day board": [lambda: get("dispatcher", day.path)] * len(manifests),
        "GET manifest, JSON": [lambda who=who, path=path: get(who, path) for who, path in manifests],  # type: ignore[misc]
        "GET manifest, HTML": [
            lambda who=who, path=path: get(who, path, HTTP_ACCEPT="text/html")  # type: ignore[misc]
            for who, path in manifests
        ],
        "GET booking": [lambda ref=ref: get("dispatcher", f"bookings/{ref}") for ref in day.references],  # type: ignore[misc]
        "GET bookings": [lambda: get("agent", f"bookings?date={day.date}")] * len(manifests),
    }
    table = Table(f"Reads, in process: {len(day.references)} booked, {len(shifts)} shifts", ("call, ms", *SPREAD))
    for name, each in calls.items():
        table.rows.append([name, *spread([[_timed(call) for call in each] for _ in range(rounds)])])
    yield table
    steps = Steps(STEPS)
    with steps.watching():
        for _ in range(rounds):
            steps.lap(lambda: get("dispatcher", day.path))
    yield steps.table("GET day board, by step", "Read as the steps of POST offers.")


def _timed(call: Callable[[], Any]) -> float:
    begun = perf_counter()
    answer = call()
    taken = perf_counter() - begun
    assert answer.status_code == 200, answer
    return taken
