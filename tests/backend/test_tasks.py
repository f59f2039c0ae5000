"""Background tasks only translate: they find the rows and call one action."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from pytest_django import Settings

from backend import tasks, wiring
from backend.celery import app
from backend.message_settings import MessageSettings
from bookings import asked, plans
from bookings.actions.add_webhook import add_webhook
from bookings.actions.ask_reoptimise import ask_reoptimise
from bookings.models import Booking, Day, Event, Service, Status
from routing.model import Problem
from routing.optimise.protocol import Limit
from routing.plan import Plan
from tests.backend.provider_stubs import partner, serving
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db


def test_whatever_beat_sends_is_a_task() -> None:
    sent = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert len(sent) > 8
    assert sent <= app.tasks.keys()


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
    monkeypatch.setattr(tasks.reoptimise, "apply_async", lambda args, kwargs=None, **_: found.append(tuple(args)))
    return found


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that were given to the optimiser."""
    found: list[Plan] = []

    class Noting(Idle):
        def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
            found.append(plan)
            return plan

    monkeypatch.setattr(wiring, "optimiser", Noting)
    return found


def solve(desk: Desk, request: str) -> None:
    """A worker gets the message."""
    tasks.reoptimise.apply(args=["town", desk.date.isoformat()], task_id=request)


def test_the_outcome_is_kept_under_the_id_of_the_task(desk: Desk) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    tasks.reoptimise.apply(args=["town", desk.date.isoformat()], task_id="asked-1", throw=True)
    event = Event.objects.get(kind="plan.kept")
    assert (event.data["request"], event.data["revision"]) == ("asked-1", 1)


def test_a_message_that_is_delivered_twice_is_solved_once(desk: Desk, solved: list[Plan]) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    solve(desk, "asked-1")
    solve(desk, "asked-1")
    assert len(solved) == 1
    assert [event.data["request"] for event in asked.answers(desk.service, desk.date)] == ["asked-1"]
    solve(desk, "asked-2")  # the control: another request is another matter
    assert len(solved) == 2


@pytest.mark.parametrize("trouble", [plans.DayBusy("others are at it"), OperationalError("the database starts")], ids=type)
def test_what_passes_is_waited_for(desk: Desk, solved: list[Plan], monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    troubles = [trouble, trouble]
    writing = plans.writing

    @contextmanager
    def at_times(service: Service, date: Any) -> Iterator[Day]:
        if troubles:
            raise troubles.pop()
        with writing(service, date) as day:
            yield day

    monkeypatch.setattr(plans, "writing", at_times)
    solve(desk, "asked-1")
    assert len(solved) == 3
    assert [event.data["request"] for event in asked.answers(desk.service, desk.date)] == ["asked-1"]


def test_what_does_not_pass_ends_without_an_answer(desk: Desk, solved: list[Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    desk.book("ann", "Mill->Station leave 9:00")

    def never(service: Service, date: Any) -> None:
        raise plans.DayBusy("others are at it")

    monkeypatch.setattr(plans, "writing", never)
    solve(desk, "asked-1")
    assert len(solved) == 6, "six tries"
    assert asked.answer_to("asked-1", desk.service, desk.date) is None


def test_what_nobody_answered_is_queued_again_under_its_own_id(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(tasks.reoptimise, "apply_async", lambda *call, task_id: sent.append((*call, task_id)))
    desk.book("ann", "Mill->Station leave 9:00")
    request = ask_reoptimise(desk.service, desk.date, by=None, now=desk.now).data["request"]
    desk.now += timedelta(minutes=1)
    tasks.chase()
    assert sent == [(("town", "2027-06-02"), {"who": None}, request)]
    solve(desk, request)
    desk.now += timedelta(minutes=10)
    tasks.chase()
    assert len(sent) == 1


def test_running_days_are_those_of_today_with_bookings(desk: Desk, queued: list[Any]) -> None:
    tasks.reoptimise_running_days()
    assert queued == []
    desk.book("ann", "Mill->Station leave 9:00")
    tasks.reoptimise_running_days()  # it's for tomorrow
    assert queued == []
    desk.now += timedelta(days=1)
    tasks.reoptimise_running_days()
    assert queued == [("town", desk.date.isoformat())]


def test_nightly_it_is_tomorrows_turn_on_record(desk: Desk, queued: list[Any]) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    tasks.reoptimise_tomorrow()
    assert queued == [("town", desk.date.isoformat())]
    (event,) = asked.unanswered(desk.service, now=desk.now)
    assert event.by is None
    desk.now += timedelta(minutes=2)
    tasks.chase()
    assert len(queued) == 1, "it is on its way"
    desk.now += timedelta(minutes=5)
    tasks.chase()
    assert len(queued) == 2
    assert Day.objects.get().revision == 1


def test_holds_that_are_over_are_swept_up(desk: Desk) -> None:
    held = desk.hold("ann", "Mill->Station leave 9:00")
    desk.now += timedelta(minutes=10)
    tasks.expire()
    held.refresh_from_db()
    assert held.status == Status.EXPIRED


def test_what_happens_is_told_and_written_where_the_console_writes(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.MESSAGES = tmp_path, MessageSettings(sms="console")
    booking = desk.book("ann", "Mill->Station leave 9:00")
    desk.now += timedelta(hours=1)  # past the quiet hours
    tasks.deliver()
    (line,) = (tmp_path / "messages.log").read_text().splitlines()
    assert booking.reference in json.loads(line)["text"]
    tasks.deliver()
    assert len((tmp_path / "messages.log").read_text().splitlines()) == 1


def test_running_days_are_watched_and_so_are_holds_and_tomorrow_in_the_evening(desk: Desk) -> None:
    desk.book("ann", "Mill->Station leave 9:00")
    desk.now += timedelta(hours=11)
    held = desk.hold("bob", "Mill->Station leave 10:00")
    Booking.objects.filter(pk=held.pk).update(channel="app")
    desk.now += timedelta(minutes=8)
    tasks.watch()
    kinds = ["booking.hold_expiring", "booking.due_tomorrow"]
    assert list(Event.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True)) == kinds
    desk.now = desk.at("7:30")
    tasks.watch()
    assert Event.objects.filter(kind="booking.due_soon").count() == 1


def test_partners_are_told(desk: Desk, settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
    with serving(partner) as stub:
        add_webhook(desk.service.operator, url=stub.url, description="", events=[], by=None, now=desk.now)
        desk.book("ann", "Mill->Station leave 9:00")
        tasks.deliver()
        tasks.deliver_to_partners()
        assert [asked.json["type"] for asked in stub.asked] == ["booking.confirmed"]
