"""What passengers are told of their bookings, once, in order, in their language, and not at night."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from bookings import events, migrations
from bookings.actions.ask_reoptimise import ask_reoptimise
from bookings.kinds import KINDS
from bookings.models import Event, Message, State
from tests.backend.messenger import RIDE, Messenger, cancel, open_messenger, states

pytestmark = pytest.mark.django_db

MIGRATIONS = Path(next(iter(migrations.__path__)))


@pytest.fixture
def town() -> Messenger:
    """Nine in the morning, the day before; ann has a mobile telephone."""
    town = open_messenger()
    town.passenger("ann")
    return town


def test_a_booking_is_confirmed_once_however_often_it_is_looked_at(town: Messenger) -> None:
    booking = town.desk.book("ann", RIDE)
    assert town.deliver() == {State.SENT: 1}
    (letter,) = town.sms.taken
    assert letter.to == "+447700900000"
    assert letter.text == (
        "Your bus is booked for Wednesday 2 June. Pick-up: Mill, 10:00 to 10:10. Drop-off: Station, by 10:21. "
        f"Fare: £2.00. Reference {booking.reference}. Town"
    )
    assert town.wait(1) == {}
    Event.objects.all().update(sent_at=None)  # somebody looks at it again
    assert town.wait(1) == {}
    assert states() == [("confirmed", "sms", "sent")]
    assert Message.objects.get().provider_id == "id-1"


def test_a_welsh_speaker_is_told_in_welsh(town: Messenger) -> None:
    bob = town.passenger("bob", language="cy", email="bob@example.org", preferred_channel="email")
    booking = town.desk.book("bob", RIDE)
    town.deliver()
    (letter,) = town.email.taken
    assert (letter.to, letter.language, letter.title) == (
        bob.email,
        "cy",
        "Mae eich bws ar gyfer dydd Mercher 2 Mehefin wedi'i archebu",
    )
    assert "Man codi: Mill, 10:00-10:10\nMan gollwng: Station, erbyn 10:21\nPris: £2.00" in letter.text
    assert f"Cyfeirnod: {booking.reference}" in letter.text


def test_times_are_those_on_the_clocks_of_the_service() -> None:
    town = open_messenger(now="9:00")
    town.desk.service.zone = "Europe/Berlin"  # an hour ahead of London
    town.desk.service.save()
    town.passenger("ann")
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    assert f"{booking.pickup_from_at.astimezone(town.desk.service.tz):%H:%M} to" in town.sms.texts[0]


@pytest.mark.parametrize(
    ("who", "how", "kind", "said"),
    [
        ("ann", {}, "cancelled", "is cancelled, as you asked. Reference"),
        ("dora", {}, "cancelled_for_you", "is cancelled, as you asked us. If you did not ask, ring 01632 960100."),
        (None, {}, "cancelled_by_operator", "Town has cancelled your bus on Wednesday 2 June at 10:00"),
        ("dora", {"for_operator": True}, "cancelled_by_operator", "Reason: the bridge is closed. Questions? Ring 01632 960100."),
    ],
)
def test_a_cancellation_says_by_whom(town: Messenger, who: str | None, how: dict[str, bool], kind: str, said: str) -> None:
    town.desk.service.operator.phone = "01632 960100"
    town.desk.service.operator.save()
    town.passenger("dora")
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    cancel(town, booking, who, why="the bridge is closed.", **how)
    town.deliver()
    assert states() == [("confirmed", "sms", "sent"), (kind, "sms", "sent")]
    assert said in town.sms.texts[1]


def test_whoever_does_not_want_reminders_gets_none_and_is_told_of_a_cancellation_all_the_same(town: Messenger) -> None:
    ann = town.desk.passenger("ann")
    ann.opted_out = {"sms": ["confirmations", "reminders", "delays", "offers"]}
    ann.save()
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    row = Message.objects.get()
    assert (row.state, row.reason) == (State.SUPPRESSED, "opted out of confirmations")
    cancel(town, booking, None)
    town.deliver()
    assert [letter.key for letter in town.sms.taken] == [Message.objects.get(kind="cancelled_by_operator").key]


def test_opted_out_of_in_one_channel_it_comes_by_another(town: Messenger) -> None:
    town.passenger("bob", email="bob@example.org", opted_out={"sms": ["confirmations"]})
    town.desk.book("bob", RIDE)
    town.deliver()
    assert states() == [("confirmed", "email", "sent")]


def test_opting_out_counts_for_what_is_on_its_way(town: Messenger) -> None:
    town.sms.fail()
    town.desk.book("ann", RIDE)
    town.deliver()
    ann = town.desk.passenger("ann")
    ann.opted_out = {"sms": ["confirmations"]}
    ann.save()
    town.sms.recover()
    town.wait(5)
    assert states() == [("confirmed", "sms", "suppressed")]
    assert town.sms.taken == []


@pytest.mark.parametrize(
    ("contact", "off", "why"),
    [
        ({"phone": "01632 960100"}, (), "there is no mobile number, e-mail address or device of theirs"),
        ({"phone": "secret"}, (), "there is no mobile number, e-mail address or device of theirs"),
        ({}, ("sms",), "no provider is set up for the ways in which they can be reached"),
    ],
)
def test_that_somebody_could_not_be_told_can_be_read(contact: dict[str, str], off: tuple[str, ...], why: str) -> None:
    town = open_messenger()
    town.off = off
    town.passenger("ann", **contact)
    town.desk.book("ann", RIDE)
    town.deliver()
    assert [(row.state, row.reason) for row in Message.objects.all()] == [(State.SUPPRESSED, why)]


# --- What is not true any more


def test_a_reminder_is_not_sent_of_what_was_cancelled_meanwhile(town: Messenger) -> None:
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    town.sms.fail()
    town.desk.now = town.desk.at("8:10")
    events.record("booking.due_soon", service=booking.service, date=booking.date, at=town.desk.now, booking=booking)
    town.deliver()
    cancel(town, booking, None)
    town.sms.recover()
    town.wait(1)
    assert states(booking) == [
        ("confirmed", "sms", "sent"),
        ("reminder_soon", "sms", "suppressed"),
        ("cancelled_by_operator", "sms", "sent"),
    ]


def test_whoever_is_aboard_need_not_be_told_that_the_bus_is_late(town: Messenger) -> None:
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    town.sms.fail()
    town.desk.now = town.desk.at("10:05")
    data = {"expected_pickup_at": town.desk.at("10:20").isoformat()}
    events.record("booking.delayed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking, data=data)
    town.deliver()
    town.desk.report("boarded", booking)
    town.sms.recover()
    town.wait(1)
    assert Message.objects.get(kind="delayed").reason == "the booking is aboard by now"


def test_of_two_delays_the_later_is_told(town: Messenger) -> None:
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    town.sms.fail()
    town.desk.now = town.desk.at("10:00")
    for expected in ("10:20", "10:40"):
        data = {"expected_pickup_at": town.desk.at(expected).isoformat()}
        events.record("booking.delayed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking, data=data)
        town.wait(1)
    town.sms.recover()
    town.wait(2)
    assert states(booking)[1:] == [("delayed", "sms", "suppressed"), ("delayed", "sms", "sent")]
    assert "about 10:40" in town.sms.texts[-1]
    assert Message.objects.filter(kind="delayed").first().reason == "booking.delayed came after it"


def test_what_is_recorded_as_silent_is_told_to_nobody(town: Messenger) -> None:
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    events.record(
        "booking.changed",
        service=booking.service,
        date=booking.date,
        at=town.desk.now,
        booking=booking,
        data={"silent": True},
    )
    assert town.deliver() == {}


def test_an_event_that_cannot_be_told_keeps_no_other_from_it(town: Messenger, caplog: pytest.LogCaptureFixture) -> None:
    booking = town.desk.book("ann", RIDE)
    town.deliver()
    wrong = {"expected_pickup_at": "soon, says Ann of 07700 900000"}
    events.record("booking.delayed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking, data=wrong)
    events.record("booking.changed", service=booking.service, date=booking.date, at=town.desk.now, booking=booking)
    town.deliver()
    assert states(booking)[-1] == ("changed", "sms", "sent")
    assert "can't be told: ValueError" in caplog.text
    assert "07700" not in caplog.text


def test_a_waiting_passenger_is_told_of_an_offer(town: Messenger) -> None:
    offer = town.desk.offers("ann", RIDE)[0]
    data = {"offer": str(offer.pk), "until": town.desk.at("9:30", on=town.desk.now.date()).isoformat()}
    events.record("waitlist.offered", service=offer.service, date=offer.date, at=town.desk.now, data=data)
    town.deliver()
    assert states() == [("waitlist_offer", "sms", "sent")]
    assert "There is room for you on Wednesday 2 June." in town.sms.texts[0]
    assert "Say yes by 09:30" in town.sms.texts[0]


def test_kinds_go_by_names_of_their_own() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) == len(set(names))
    assert all(kind.replaces <= set(names) for kind in KINDS)


def test_what_happened_before_there_were_messages_is_told_to_nobody(town: Messenger) -> None:
    town.desk.book("ann", RIDE)
    asked = ask_reoptimise(town.desk.service, town.desk.date, by=None, now=town.desk.now)
    migration = next(import_module(f"bookings.migrations.{path.stem}") for path in MIGRATIONS.glob("*_messages.py"))
    migration.tell_nobody_of_the_past(apps, None)
    assert town.deliver() == {}
    asked.refresh_from_db()
    assert asked.sent_at is None, "which has a way of its own"
