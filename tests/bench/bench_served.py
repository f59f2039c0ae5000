"""POST offers through uvicorn on 127.0.0.1, by several clients at once."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx

from tests.bench.busy_day import BusyDay, Json
from tests.bench.ground import Ground
from tests.bench.report import SPREAD, Table, spread
from tests.servers import process


def tables(ground: Ground) -> Iterator[Table]:
    """One process of uvicorn; each client asks for its share of the day's journeys, one after the other."""
    day, rounds = ground.day, ground.size.rounds
    table = Table(
        f"POST offers, served by one uvicorn process: {len(day.references)} booked",
        ("clients at once, ms", *SPREAD, "answers per second"),
        note="Client, server and PostgreSQL share the machine.",
    )
    with _served() as address, httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        _ask_all(client, day, 1)  # the server makes its planner
        for clients in ground.size.clients:
            begun = perf_counter()
            taken = [_ask_all(client, day, clients) for _ in range(rounds)]
            rate = rounds * len(day.wishes) / (perf_counter() - begun)
            table.rows.append([str(clients), *spread(taken), f"{rate:.1f}"])
    yield table


def _ask_all(client: httpx.Client, day: BusyDay, clients: int) -> list[float]:
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda wish: _ask(client, day, wish), day.wishes))


def _ask(client: httpx.Client, day: BusyDay, wish: Json) -> float:
    token = {"Authorization": f"Token {day.world.tokens[day.asker(wish)]}"}
    begun = perf_counter()
    answer = client.post("/offers", json=day.question(wish), headers=token)
    taken = perf_counter() - begun
    assert answer.status_code in (200, 422), answer.text
    return taken


@contextmanager
def _served() -> Iterator[str]:
    port = process.free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "backend.asgi:application", "--port", str(port), "--log-level", "warning"]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "uvicorn.log"
        server = process.start(command, log=log)
        try:
            process.wait_until(lambda: _answers(address), server, log)
            yield address
        finally:
            process.stop(server, signal.SIGTERM)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz").status_code < 500
    except httpx.TransportError:
        return False
