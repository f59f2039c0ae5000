"""Whoever asks for a better plan gets an answer, whatever becomes of the message to the workers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import asked, plans
from bookings.actions.ask_reoptimise import ask_reoptimise
from bookings.actions.chase_reoptimisations import chase_reoptimisations
from bookings.actions.reoptimise import Outcome, reoptimise
from bookings.models import Event
from routing.model import Problem
from routing.optimise.protocol import Limit
from routing.plan import Plan
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db

LOST_AFTER = timedelta(minutes=5)


class Solver:
    """An optimiser that finds nothing better; the first time it thinks, a second worker has the same request, and is faster."""

    def __init__(self, desk: Desk, request: str, others: bool) -> None:
        self.desk, self.request, self.others = desk, request, others

    def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
        if self.others:
            self.others = False
            solve(self.desk, self.request)
        return plan


def ask(desk: Desk) -> str:
    return str(ask_reoptimise(desk.service, desk.date, by=None, now=desk.now).data["request"])


def solve(desk: Desk, request: str, others: bool = False) -> Outcome:
    return reoptimise(
        desk.service,
        desk.date,
        optimiser=Solver(desk, request, others),
        limit=Limit(1),
        planner=desk.planner,
        clock=lambda: desk.now,
        request=request,
    )


def chase(desk: Desk, after: timedelta) -> list[str]:
    """The requests that are to be queued again, some time later."""
    desk.now += after
    return [event.data["request"] for event in chase_reoptimisations(lost_after=LOST_AFTER, now=desk.now)]


def answers(desk: Desk) -> list[Event]:
    return list(asked.answers(desk.service, desk.date))


@pytest.fixture
def desk() -> Desk:
    """Ann has booked for tomorrow."""
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:00")
    return desk


def test_what_was_never_queued_is_queued_soon_and_again_when_no_answer_comes(desk: Desk) -> None:
    request = ask(desk)
    assert chase(desk, timedelta(seconds=10)) == [], "whoever asked may be about to queue it"
    assert chase(desk, timedelta(minutes=1)) == [request]
    assert chase(desk, timedelta(minutes=1)) == [], "it is on its way"
    assert chase(desk, LOST_AFTER) == [request]


def test_what_has_an_answer_is_left_alone(desk: Desk) -> None:
    first, second = ask(desk), ask(desk)
    solve(desk, first)
    assert chase(desk, timedelta(minutes=1)) == [second]


def test_of_two_who_chase_at_once_one_queues_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    request = ask(desk)
    (seen_by_both,) = asked.unanswered(desk.service, now=desk.now)
    assert chase(desk, timedelta(minutes=1)) == [request]
    monkeypatch.setattr(asked, "unanswered", lambda service, *, now: [seen_by_both])
    assert chase(desk, timedelta(0)) == []


def test_two_workers_with_the_same_request_give_one_answer(desk: Desk) -> None:
    request = ask(desk)
    slower = solve(desk, request, others=True)
    (event,) = answers(desk)
    assert (slower.why, slower.revision) == (event.data["why"], event.data["revision"])


def test_after_hours_without_an_answer_the_reason_is_recorded(desk: Desk) -> None:
    request = ask(desk)
    assert chase(desk, timedelta(hours=2)) == [request]
    assert chase(desk, timedelta(hours=2)) == []
    (event,) = answers(desk)
    assert (event.kind, event.data["request"], event.data["revision"]) == (asked.KEPT, request, 1)
    assert event.data["why"] == "no worker got to it within 3 hours"
    assert chase(desk, timedelta(hours=2)) == []
    solve(desk, request)  # the message comes in the end
    assert answers(desk) == [event]


def test_when_the_day_is_over_nobody_tries_any_more(desk: Desk) -> None:
    desk.now = desk.at("23:50")
    ask(desk)
    assert chase(desk, timedelta(minutes=20)) == []
    assert [event.data["why"] for event in answers(desk)] == ["the day was over before a worker got to it"]


def test_a_busy_day_is_given_up_the_next_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(desk)

    def never(*_: object) -> None:
        raise plans.DayBusy("others are at it")

    with monkeypatch.context() as patch:
        patch.setattr(plans, "writing", never)
        assert chase(desk, timedelta(hours=4)) == []
    assert answers(desk) == []
    chase(desk, timedelta(minutes=1))
    assert len(answers(desk)) == 1
