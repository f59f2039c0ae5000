"""Two deliverers at once, and one that is killed: nothing is told twice, and nothing is lost."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from backend.notify import claiming, outbox
from backend.notify.claiming import LEASE
from backend.notify.letter import Letter
from bookings import watching
from bookings.models import Event, Message, State
from bookings.watching import watch_day
from tests.backend.messenger import RIDE, Messenger, open_messenger, states
from tests.journeys.storm import Meeting, all_at_once, all_get_to

at_once = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]

CROWD = 12
DELIVERERS = 4


class Killed(BaseException):
    """The end of a process, which runs no handlers of errors."""


def booked(town: Messenger, count: int = CROWD) -> None:
    for number in range(count):
        town.passenger(f"rider {number}")
        town.desk.book(f"rider {number}", f"Mill->Station leave {8 + number % 9}:30")


def together(count: int, work: Callable[[], Any]) -> list[Any]:
    """The same work by several at once, each with a connection of their own."""
    return all_at_once([work] * count)


class TestTogether:
    pytestmark = at_once

    def test_deliverers_share_the_work_and_nobody_is_told_twice(self) -> None:
        town = open_messenger()
        booked(town)
        together(DELIVERERS, town.deliver)
        assert Message.objects.count() == CROWD
        assert Counter(letter.key for letter in town.sms.taken) == Counter(Message.objects.values_list("key", flat=True))
        assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
        assert not Event.objects.filter(sent_at=None).exists()

    def test_control_without_lock_and_key_there_are_two_rows_of_one_event(self, monkeypatch: pytest.MonkeyPatch) -> None:
        numbers = itertools.count()
        monkeypatch.setattr(outbox, "locked", _unlocked)
        monkeypatch.setattr(outbox, "key_of", lambda *_: str(next(numbers)))
        town = open_messenger()
        booked(town)
        all_get_to(monkeypatch, outbox, "queue", DELIVERERS)
        together(DELIVERERS, lambda: outbox.queue_untold(usable=["sms"], now=town.desk.now))
        assert Message.objects.count() > CROWD

    def test_control_without_the_lock_one_message_is_sent_by_two(self, monkeypatch: pytest.MonkeyPatch) -> None:
        town = open_messenger()
        booked(town)
        while outbox.queue_untold(usable=["sms"], now=town.desk.now):
            pass
        monkeypatch.setattr(claiming, "locked", _read_by_all())
        together(DELIVERERS, town.deliver)
        assert max(Counter(letter.key for letter in town.sms.taken).values()) > 1

    def test_of_several_who_watch_a_day_one_records_what_there_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert sorted(self.watched(monkeypatch)) == [0] * (DELIVERERS - 1) + [1]
        assert Event.objects.filter(kind="booking.due_soon").count() == 1

    def test_control_without_deciding_again_all_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(watching, "told_of", lambda _: [])
        assert self.watched(monkeypatch) == [1] * DELIVERERS
        assert Event.objects.filter(kind="booking.due_soon").count() == DELIVERERS

    def watched(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """What each recorded of several who all look at a day before any of them records: one after the other, since whoever
        comes at the very same moment steps aside.
        """
        town = open_messenger(now="8:10", days_before=0)
        town.passenger("ann")
        town.desk.book("ann", RIDE)
        all_get_to(monkeypatch, watching, "_record", DELIVERERS, in_turn=True)
        return together(
            DELIVERERS, lambda: watch_day(town.desk.service, town.desk.date, planner=town.desk.planner, now=town.desk.now)
        )


def _unlocked(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


def _read_by_all() -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    """In place of a lock: the first row, and at the first time nobody goes on before all have read it."""
    waited = Meeting(DELIVERERS)

    def unlocked(rows: QuerySet[Any]) -> QuerySet[Any]:
        found = list(rows[:1])
        waited.wait()
        return _Found(found)  # type: ignore[return-value]

    return unlocked


class _Found(list[Any]):
    def first(self) -> Any:
        return self[0] if self else None


# --- Killed


@pytest.fixture
def town(db: None) -> Messenger:
    town = open_messenger()
    town.passenger("ann")
    town.desk.book("ann", RIDE)
    return town


def killed(town: Messenger, when: str) -> None:
    """A deliverer that dies before the provider has taken the letter, or after it has and nobody has noted it."""

    def die(letter: Letter) -> None:
        raise Killed

    if when == "before":
        send, town.sms.send = town.sms.send, die  # type: ignore[method-assign,assignment]
    else:
        town.sms.after = die
    with pytest.raises(Killed):
        town.deliver()
    if when == "before":
        town.sms.send = send  # type: ignore[method-assign]
    town.sms.after = lambda _: None


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_killed_deliverer_had_claimed_is_sent_by_another_once_its_time_is_over(town: Messenger, when: str) -> None:
    killed(town, when)
    row = Message.objects.get()
    assert (row.state, row.attempts) == (State.QUEUED, 1)
    assert row.claimed_until == town.desk.now + LEASE
    assert town.wait(1) == {}, "somebody may be at it"
    assert town.wait(1.1) == {State.SENT: 1}
    assert len(town.sms.taken) == 1, "the provider was asked first whether it has it"
    assert states() == [("confirmed", "sms", "sent")]


def test_a_provider_that_cannot_tell_may_get_it_twice_under_one_key(town: Messenger) -> None:
    # What at least once means; see backend/notify/sending.py.
    town.sms.remembers = False
    killed(town, "after")
    town.wait(3)
    assert len(town.sms.taken) == 2
    assert len({letter.key for letter in town.sms.taken}) == 1


def test_one_killed_while_it_looks_at_events_leaves_them_untold(town: Messenger, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "queue_webhooks", die)
        with pytest.raises(Killed):
            town.deliver()
    assert Message.objects.count() == 0
    assert Event.objects.filter(sent_at=None).count() == 1
    assert town.deliver() == {State.SENT: 1}


def test_one_that_was_only_slow_does_not_undo_what_another_did(town: Messenger) -> None:
    def meanwhile(letter: Letter) -> None:
        town.sms.after = lambda _: None
        town.desk.now += LEASE + timedelta(seconds=1)
        town.deliver()

    town.sms.after = meanwhile
    town.deliver()
    row = Message.objects.get()
    assert (row.state, row.attempts, len(town.sms.taken)) == (State.SENT, 2, 1)
