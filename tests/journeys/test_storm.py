"""The busiest hour: people book, hold, confirm and cancel all at once, while the optimiser keeps publishing better plans."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from queue import Empty, SimpleQueue
from typing import Any

import pytest
from django.db import connections

from backend.wiring import optimiser, planner_for
from bookings import clock
from bookings.actions import reoptimise as reoptimising
from bookings.actions.reoptimise import Outcome, reoptimise
from bookings.models import Shift
from bookings.planner import Planner
from routing.cost import Weights
from routing.insertion import Insertion, insertions
from routing.model import Problem, Request
from routing.optimise.protocol import Limit
from routing.plan import Plan
from routing.warm import warm_up
from tests.backend.api_world import World
from tests.journeys import judge
from tests.journeys.callers import ask, wishes

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("storms")]

BEFORE = 24
"""Wishes of the busiest day that are booked when the storm begins."""
BOOKERS = 3
SOLVE_S = 0.5
PER_SOLVE = 15
"""So many wishes at most are taken while one plan is being solved, however fast people book here."""
PATIENCE_S = 20


@dataclass
class Storm:
    """What went on: every answer to a booking, and every outcome of the optimiser."""

    booked: dict[str, dict[str, Any]] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    outcomes: list[Outcome] = field(default_factory=list)
    snapshots: list[int] = field(default_factory=list)
    looks: Counter[int] = field(default_factory=Counter)
    taken: int = 0
    """Wishes that the bookers have begun with."""
    solves: int = 0
    """Solves that have begun."""
    bookers: int = 0
    """How many have booked all they wanted."""
    over: threading.Event = field(default_factory=threading.Event)

    def bookers_wait(self) -> None:
        """Nobody books everything before the optimiser has got its turns."""
        self.taken += 1
        wait_until(lambda: self.solves * PER_SOLVE >= self.taken)

    def solver_waits(self, booked: int) -> None:
        """No plan is ready before somebody has booked meanwhile, as long as anybody books."""
        wait_until(lambda: len(self.booked) > booked or self.bookers == BOOKERS)


def wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.01)


@pytest.fixture
def world(ripon: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ripon at a desk that puts everybody where they cost most, so that each solve has something to win back."""

    def worst(planner: Planner, plan: Plan, request: Request, problem: Problem) -> Insertion | None:
        found = insertions(plan, request, problem, planner.weights)
        return max(found, key=lambda insertion: insertion.added, default=None)

    monkeypatch.setattr(Planner, "best", worst)
    warm_up()  # or all have booked before the first solve is compiled
    return ripon


@pytest.fixture
def day(world: World) -> date:
    """The Tuesday that everybody books for."""
    return world.now.date() + timedelta(days=1)


def take(world: World, wish: dict[str, Any], storm: Storm) -> None:
    """Ask for a wish and take the first offer: half of the callers hold it first; every ninth changes their mind.

    Every third one is fetched and brought at the door.
    """
    number = int(wish["id"][1:])
    if number % 3 == 0:
        caller = world.post("agent", "passengers", wish["passenger"]).json()
        known = world.patch("agent", f"passengers/{caller['id']}", {"door_to_door": True})
        assert known.status_code == 200
    offer = ask(world, wish)
    if offer is None:
        return
    answer = world.post("agent", "bookings", {"offer": offer, "hold": number % 2 == 0})
    if answer.status_code == 409:
        return
    assert answer.status_code == 201, answer.json()
    booking = answer.json()
    storm.booked[booking["reference"]] = booking
    if booking["status"] == "held":
        confirmed = world.post("agent", f"bookings/{booking['reference']}/confirm")
        assert confirmed.status_code == 200, "a held booking can always be confirmed"
    if number % 9 == 0:
        cancelled = world.post("agent", f"bookings/{booking['reference']}/cancel", {"why": "storm"})
        assert cancelled.status_code == 200
        storm.cancelled.add(booking["reference"])


class Watched:
    """The real optimiser; notes on which revision it worked."""

    def __init__(self, storm: Storm) -> None:
        self.storm = storm
        self.optimiser = optimiser()

    def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
        self.storm.solves += 1
        booked = len(self.storm.booked)
        better = self.optimiser.improve(plan, problem, limit)
        self.storm.solver_waits(booked)
        self.storm.snapshots.append(plan.revision)
        return better


def rage(world: World, day: date, busiest: Sequence[dict[str, Any]]) -> Storm:
    """The storm: three people booking as fast as they can, and one optimiser solving one plan after the other."""
    storm = Storm()
    for wish in busiest[:BEFORE]:
        take(world, wish, storm)
    waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()
    for wish in busiest[BEFORE:]:
        waiting.put(wish)

    def book() -> None:
        try:
            while True:
                wish = waiting.get_nowait()
                storm.bookers_wait()
                take(world, wish, storm)
        except Empty:
            return
        finally:
            storm.bookers += 1
            connections.close_all()

    def solve() -> None:
        optimiser, planner = Watched(storm), planner_for(world.service)
        try:
            while storm.bookers < BOOKERS:
                storm.outcomes.append(
                    reoptimise(
                        world.service,
                        day,
                        optimiser=optimiser,
                        limit=Limit(seconds=SOLVE_S),
                        planner=planner,
                        clock=clock.database_now,
                    )
                )
        finally:
            connections.close_all()

    def look() -> None:
        client = world.client("dispatcher")
        client.raise_request_exception = False
        paths = [f"services/ripon/days/{day}", *(f"shifts/{shift.pk}/manifest" for shift in Shift.objects.filter(date=day))]
        try:
            while not storm.over.wait(0.2):
                storm.looks.update(client.get(f"/api/v1/{path}").status_code for path in paths)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(BOOKERS + 2) as pool:
        watcher = pool.submit(look)
        try:
            for done in [pool.submit(each) for each in [book] * BOOKERS + [solve]]:
                done.result()
        finally:
            storm.over.set()
        watcher.result()
    return storm


def test_no_booking_is_lost_none_oversold_no_promise_moved_and_most_solves_are_published(world: World, day: date) -> None:
    storm = rage(world, day, wishes("busiest"))

    assert len(storm.booked) > BEFORE, "nobody booked during the storm"
    assert judge.seated(world.service, day) == judge.expected(world.service, day)
    assert judge.faults(world.service, day) == []
    kept = judge.promises(world.service, day)
    for reference, told in storm.booked.items():
        now = world.get("agent", f"bookings/{reference}").json()
        assert now["status"] == ("cancelled" if reference in storm.cancelled else "confirmed")
        for end, facts in (("pickup", ("stop", "position", "from", "until")), ("dropoff", ("stop", "position", "arrive_by"))):
            assert [now[end][fact] for fact in facts] == [told[end][fact] for fact in facts]
    assert set(kept) == set(storm.booked)
    assert any(told["pickup"]["stop"] is None for told in storm.booked.values()), "nobody was fetched at the door"

    assert set(storm.looks) == {200}, "whoever looks at the day sees one plan whole, without waiting"

    published = sum(outcome.published for outcome in storm.outcomes)
    assert published * 2 > len(storm.outcomes) > 3, [outcome.why for outcome in storm.outcomes]
    assert overtaken(storm), "every plan was published before anybody booked: nothing was rebased"


def overtaken(storm: Storm) -> int:
    """How many solves were published although others had changed the plan since their snapshot."""
    pairs = zip(storm.snapshots, storm.outcomes, strict=True)
    return sum(outcome.published and outcome.revision > snapshot + 1 for snapshot, outcome in pairs)


def test_control_discarding_on_conflict_publishes_nothing_that_was_overtaken(
    world: World, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the storm does to an optimiser that gives up when somebody has booked meanwhile."""

    def give_up(improved: Plan, snapshot: Plan, current: Plan, problem: Problem, weights: Weights) -> Plan | None:
        return improved if current.revision == snapshot.revision else None

    monkeypatch.setattr(reoptimising, "rebase", give_up)
    storm = rage(world, day, wishes("busiest")[: 2 * BEFORE])
    assert overtaken(storm) == 0
    assert not all(outcome.published for outcome in storm.outcomes), "nobody booked while it solved: the storm is none"
