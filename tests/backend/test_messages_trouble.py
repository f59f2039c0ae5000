"""Providers that are down, slow or unwilling: all is told once, in order, or by another way, or it is known that it was not."""

from __future__ import annotations

from collections import Counter

import pytest

from backend.notify.letter import Gone, Letter, Refused, Unavailable
from backend.notify.outbox import queue, queue_untold
from backend.notify.sending import send_due
from bookings import events
from bookings.models import Device, Event, Message, State
from tests.backend.messenger import RIDE, Messenger, cancel, open_messenger, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Messenger:
    """Nine in the morning, the day before; ann has a mobile telephone."""
    town = open_messenger()
    town.passenger("ann")
    return town


def test_a_provider_that_is_down_for_an_hour_gets_everything_afterwards_once_and_in_order(town: Messenger) -> None:
    town.passenger("bob")
    town.sms.fail()
    ann, bob = town.desk.book("ann", RIDE), town.desk.book("bob", "Mill->Station leave 12:00")
    town.deliver()
    events.record("booking.vehicle_changed", service=ann.service, date=ann.date, at=town.desk.now, booking=ann)
    tries = []
    for _ in range(60):
        before = town.sms.asked
        town.wait(1)
        tries.append(town.sms.asked - before)
    assert 10 < sum(tries) < 40, "at intervals that grow, up to a quarter of an hour"
    assert town.sms.taken == []
    town.sms.recover()
    for _ in range(20):
        town.wait(1)
    assert states() == [("confirmed", "sms", "sent"), ("confirmed", "sms", "sent"), ("vehicle_changed", "sms", "sent")]
    kinds = [Message.objects.get(key=letter.key).kind for letter in town.sms.taken if f"{ann.reference}" in letter.text]
    assert kinds == ["confirmed", "vehicle_changed"]
    assert len(town.sms.taken) == len({letter.key for letter in town.sms.taken}) == 3
    assert bob.reference in "".join(town.sms.texts)


def test_what_is_told_later_waits_for_what_does_not_get_through(town: Messenger, monkeypatch: pytest.MonkeyPatch) -> None:
    send = town.sms.send

    def not_the_first(letter: Letter) -> str:
        if "is booked" in letter.title:
            raise Unavailable("503")
        return send(letter)

    booking = town.desk.book("ann", RIDE)
    with monkeypatch.context() as patch:
        patch.setattr(town.sms, "send", not_the_first)
        town.deliver()
        events.record("booking.vehicle_changed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking)
        town.wait(10)
        assert town.sms.taken == []
    town.wait(16)
    assert ["is booked" in letter.title for letter in town.sms.taken] == [True, False]


def test_while_one_is_on_its_way_nobody_sends_the_next(town: Messenger) -> None:
    booking = town.desk.book("ann", RIDE)
    queue_untold(usable=["sms"], now=town.desk.now)
    events.record("booking.vehicle_changed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking)
    meanwhile: list[Counter[str]] = []

    def another_deliverer(letter: Letter) -> None:
        town.sms.after = lambda _: None
        meanwhile.append(town.deliver())

    town.sms.after = another_deliverer
    town.deliver()
    assert meanwhile == [{}]
    assert states(booking) == [("confirmed", "sms", "sent"), ("vehicle_changed", "sms", "sent")]


def test_what_another_deliverer_has_not_looked_at_yet_comes_first(town: Messenger) -> None:
    booking = town.desk.book("ann", RIDE)
    later = events.record(
        "booking.vehicle_changed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking
    )
    queue(later, usable=["sms"], now=town.desk.now)
    Event.objects.filter(pk=later.pk).update(sent_at=town.desk.now)
    assert send_due(town.ports, clock=lambda: town.desk.now, seconds=60, breaker=town.breaker) == {}
    town.deliver()
    assert ["is booked" in letter.title for letter in town.sms.taken] == [True, False]


def test_a_provider_that_asks_for_time_is_given_it(town: Messenger) -> None:
    town.sms.trouble = Unavailable("429", retry_after_s=600)
    town.desk.book("ann", RIDE)
    town.deliver()
    town.sms.recover()
    assert town.wait(9.9) == {}
    assert town.wait(0.2) == {State.SENT: 1}


def test_when_it_is_too_late_it_is_given_up(town: Messenger) -> None:
    town.sms.fail()
    town.desk.book("ann", RIDE)
    town.deliver()
    town.sms.recover()
    town.desk.now = town.desk.at("10:30")
    assert town.deliver() == {}
    row = Message.objects.get()
    assert (row.state, row.reason, row.attempts) == (State.GIVEN_UP, "503", 1)
    assert town.sms.taken == []


def test_what_a_provider_refuses_comes_by_another_way(town: Messenger) -> None:
    town.passenger("bob", email="bob@example.org")
    town.sms.trouble = Refused("21614")
    town.desk.book("bob", RIDE)
    town.deliver()
    assert states() == [("confirmed", "sms", "failed"), ("confirmed", "email", "sent")]
    assert Message.objects.get(channel="sms").reason == "21614"


def test_what_is_urgent_comes_by_another_way_before_a_provider_is_up_again_and_not_by_both(town: Messenger) -> None:
    town.passenger("bob", email="bob@example.org")
    booking = town.desk.book("bob", RIDE)
    town.deliver()
    town.sms.fail()
    cancel(town, booking, None)
    town.deliver()
    for _ in range(3):
        town.wait(1)
    assert states(booking)[1:] == [("cancelled_by_operator", "sms", "queued"), ("cancelled_by_operator", "email", "sent")]
    town.sms.recover()
    town.wait(15)
    assert states(booking)[1] == ("cancelled_by_operator", "sms", "suppressed")
    assert Message.objects.get(kind="cancelled_by_operator", channel="sms").reason == "told by e-mail"


def test_a_device_that_is_gone_is_forgotten(town: Messenger) -> None:
    bob = town.passenger("bob", preferred_channel="push")
    for number in (1, 2):
        Device.objects.create(
            passenger=bob, endpoint=f"https://push.example/{number}", p256dh="p", auth="a", created_at=town.desk.now
        )
    town.push.trouble = Gone("410")
    town.desk.book("bob", RIDE)
    town.deliver()
    assert Device.objects.count() == 0
    assert states() == [("confirmed", "push", "failed"), ("confirmed", "push", "failed"), ("confirmed", "sms", "sent")]


def test_every_device_of_somebody_is_told(town: Messenger) -> None:
    bob = town.passenger("bob", preferred_channel="push")
    for number in (1, 2):
        Device.objects.create(
            passenger=bob, endpoint=f"https://push.example/{number}", p256dh="p", auth="a", created_at=town.desk.now
        )
    town.desk.book("bob", RIDE)
    town.deliver()
    assert {letter.to for letter in town.push.taken} == {"https://push.example/1", "https://push.example/2"}


def test_after_failures_in_a_row_a_provider_is_left_in_peace_for_a_minute(town: Messenger) -> None:
    town.breaker.failures = 3
    town.sms.fail()
    for number in range(6):
        town.passenger(f"rider {number}")
        town.desk.book(f"rider {number}", f"Mill->Station leave {9 + number}:00")
    town.deliver()
    assert town.sms.asked == 3, "and not six times the time-out"
    assert Message.objects.filter(attempts=0).count() == 3
    town.sms.recover()
    assert town.wait(0.5) == {}
    assert town.wait(0.6)[State.SENT] == 6
