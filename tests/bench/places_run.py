"""Searches a county of places through the API on the database of the settings, and prints times and answers as JSON.

In a process of its own for each kind of database: `python -m tests.bench.places_run PLACES SEARCHES ROUNDS`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import django

django.setup()

from django.contrib.gis.geos import MultiPolygon, Point, Polygon  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bookings.actions.put_places import put_places  # noqa: E402
from bookings.models import Place  # noqa: E402
from tests.backend.api_world import World, build_world  # noqa: E402
from tests.bench.place_names import EAST, NORTH, SOUTH, WEST, Made, Typed, county, typed  # noqa: E402


def main(places: int, searches: int, rounds: int) -> None:
    call_command("migrate", verbosity=0)
    world, made = build_world(), county(places)
    begun = perf_counter()
    put_places(world.service, [_row(each) for each in made])
    put_s = perf_counter() - begun
    world.service.area = MultiPolygon(Polygon.from_bbox((WEST, SOUTH, EAST, NORTH)), srid=4326)
    world.service.touch()
    world.service.save()
    asked = typed(made, searches)
    worked = _processor()
    answers = [_search(world, each, worked)[2] for each in asked]  # what is made once for a service is made by now
    times = [[each.how, *_search(world, each, worked)[:2]] for _ in range(rounds) for each in asked]
    codes = [[each.q, each.near, [place["code"] for place in answer]] for each, answer in zip(asked, answers, strict=True)]
    print(json.dumps({"database": connection.vendor, "put_s": put_s, "times": times, "answers": codes}))


def _row(made: Made) -> Place:
    position = Point(made.lon, made.lat, srid=4326)
    return Place(kind=made.kind, name=made.name, detail=made.detail, code=made.code, position=position)


def _processor() -> Callable[[], float]:
    """Seconds of processor in this process and, where Linux tells, in that of PostgreSQL that serves it."""
    if connection.vendor != "postgresql":
        return process_time
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return lambda: process_time() + (int(told.read_text().split()[0]) / 1e9 if told.exists() else 0.0)


def _search(world: World, asked: Typed, worked: Callable[[], float]) -> tuple[float, float, list[dict[str, Any]]]:
    """Seconds by the clock, seconds of processor, and the places."""
    query = {"service": world.service.slug, "q": asked.q} | ({"near": asked.near} if asked.near else {})
    client = world.client("ann")
    begun, before = perf_counter(), worked()
    response = client.get("/api/v1/places", query)
    taken = perf_counter() - begun, worked() - before
    assert response.status_code == 200, response.content
    return *taken, response.json()["places"]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
