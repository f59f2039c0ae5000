"""Background tasks only translate: they find the rows and call one action."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend import tasks, wiring
from bookings.models import Day, Event, Status
from routing.model import Problem
from routing.optimise.protocol import Limit
from routing.plan import Plan
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


class Idle:
    """An optimiser that finds nothing better."""

    def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
        return plan


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = open_desk()
    monkeypatch.setattr(wiring, "planner_for", lambda _: desk.planner)
    monkeypatch.setattr(wiring, "optimiser", Idle)
    monkeypatch.setattr(tasks, "database_now", lambda: desk.now)
    return desk


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    found: list[Any] = []
    monkeypatch.setattr(tasks.reoptimise, "delay", lambda *args: found.append(args))
    return found


def test_the_outcome_is_kept_under_the_id_of_the_task(desk: Desk) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    tasks.reoptimise.apply(args=["town", desk.date.isoformat()], task_id="asked-1", throw=True)
    event = Event.objects.get(kind="plan.kept")
    assert (event.data["request"], event.data["revision"]) == ("asked-1", 1)


def test_running_days_are_those_of_today_with_bookings(desk: Desk, queued: list[Any]) -> None:
    tasks.reoptimise_running_days()
    assert queued == []
    desk.book("ann", "Mill->Station leave 9:00")
    tasks.reoptimise_running_days()  # it's for tomorrow
    assert queued == []
    desk.now += timedelta(days=1)
    tasks.reoptimise_running_days()
    assert queued == [("town", desk.date.isoformat())]


def test_nightly_it_is_tomorrows_turn(desk: Desk, queued: list[Any]) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    tasks.reoptimise_tomorrow()
    assert queued == [("town", desk.date.isoformat())]
    assert Day.objects.get().revision == 1


def test_holds_that_are_over_are_swept_up(desk: Desk) -> None:
    held = desk.hold("ann", "Mill->Station leave 9:00")
    desk.now += timedelta(minutes=10)
    tasks.expire()
    held.refresh_from_db()
    assert held.status == Status.EXPIRED
