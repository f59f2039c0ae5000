"""Nobody is woken up for what can wait: the quiet hours of a service, here from 21:00 to 8:00."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookings import events
from bookings.models import Booking, Event, Message, State
from tests.backend.messenger import RIDE, cancel, open_messenger, states

pytestmark = pytest.mark.django_db


def test_at_night_what_can_wait_waits_until_the_morning() -> None:
    town = open_messenger(now="22:30", days_before=2)
    town.passenger("ann")
    town.desk.book("ann", RIDE)
    town.deliver()
    row = Message.objects.get()
    assert (row.state, row.reason, row.attempts) == (State.QUEUED, "quiet hours", 0)
    assert row.due_at == town.desk.at("8:00", on=town.desk.now.date() + timedelta(days=1))
    assert town.wait(60 * 9) == {}  # 7:30
    assert town.wait(31) == {State.SENT: 1}


def test_whoever_books_at_night_is_awake() -> None:
    town = open_messenger(now="22:30", days_before=2)
    ann = town.passenger("ann")
    booking = town.desk.book("ann", RIDE)
    Event.objects.filter(booking=booking).update(sent_at=town.desk.now)
    events.record("booking.confirmed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking, by=ann.user)
    assert town.deliver() == {State.SENT: 1}


def test_a_cancellation_breaks_the_quiet_where_the_morning_is_too_late_and_only_there() -> None:
    town = open_messenger(now="15:00")
    town.passenger("ann")
    town.passenger("bob")
    early, late = town.desk.book("ann", "Mill->Station leave 8:20"), town.desk.book("bob", "Mill->Station leave 12:00")
    town.deliver()
    town.desk.now += timedelta(hours=7)
    cancel(town, early, None)
    cancel(town, late, None)
    town.deliver()
    assert states(early)[-1] == ("cancelled_by_operator", "sms", "sent")
    assert states(late)[-1] == ("cancelled_by_operator", "sms", "queued")


def test_what_would_come_too_late_after_the_night_is_dropped() -> None:
    town = open_messenger(now="15:00")
    town.passenger("ann")
    booking = town.desk.book("ann", "Mill->Station leave 8:00")
    town.deliver()
    town.desk.now = town.desk.at("6:00")
    ann = Booking.objects.get(pk=booking.pk)
    ann.pickup_until_at = town.desk.at("7:50")  # as by a bus that drives at night
    ann.save()
    events.record("booking.due_soon", service=booking.service, date=booking.date, at=town.desk.now, booking=booking)
    town.deliver()
    row = Message.objects.get(kind="reminder_soon")
    assert (row.state, row.reason) == (State.SUPPRESSED, "after the quiet hours it would be too late")


def test_quiet_hours_that_go_by_day_are_kept_too() -> None:
    town = open_messenger()
    town.passenger("ann")
    service = town.desk.service
    service.quiet_from, service.quiet_until = town.desk.at("8:30").time(), town.desk.at("12:15").time()
    service.save()
    town.desk.book("ann", RIDE)
    assert town.deliver() == {State.QUEUED: 1}
    assert town.wait(194) == {}
    assert town.wait(1) == {State.SENT: 1}
