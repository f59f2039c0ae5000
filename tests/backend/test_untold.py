"""Mr Vale is 80 and has no mobile telephone. Somebody at the desk rings him, while it helps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.notify.breaker import Breaker
from backend.notify.letter import Refused, Unavailable
from backend.notify.outbox import queue_untold
from backend.notify.sending import send_due
from bookings import events
from bookings.models import Booking, Event, Message, Passenger, Refusal, Waiting
from tests.backend.api_world import World
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db

LANDLINE = "01765 600111"


@pytest.fixture
def vale(world: World) -> Passenger:
    return Passenger.objects.create(operator=world.service.operator, name="Mr Vale", phone=LANDLINE, language="cy")


def deliver(world: World, sms: Provider | None = None, **ports: Provider) -> None:
    """What beat has done every few seconds."""
    found: dict[str, Any] = {"sms": sms or Provider(), **ports}
    queue_untold(usable=found.keys(), now=world.now)
    send_due(found, clock=lambda: world.now, seconds=60, breaker=Breaker(failures=10**6))


def held_for(world: World, whom: Passenger, **other: Any) -> Booking:
    """A place that the waitlist has found for somebody, held for half an hour."""
    booking = Booking.objects.get(reference=world.book("agent", passenger=whom.pk, hold=True, **other)["reference"])
    Event.objects.filter(booking=booking).update(sent_at=world.now)
    until = world.now + timedelta(minutes=30)
    Booking.objects.filter(pk=booking.pk).update(held_until=until)
    data = {"until": until.isoformat()}
    events.record("waitlist.offered", service=world.service, date=booking.date, at=world.now, booking=booking, data=data)
    return booking


def tell(world: World, kind: str, booking: Booking, by: Any = None, **data: Any) -> None:
    events.record(kind, service=world.service, date=booking.date, at=world.now, booking=booking, by=by, data=data)


def untold(world: World, who: str = "agent", query: str = "") -> list[dict[str, Any]]:
    answer = world.get(who, f"untold{query}")
    assert answer.status_code == 200, answer.data
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def kinds(world: World, who: str = "agent") -> list[tuple[str, str]]:
    return [(each["kind"], each["passenger"]["name"]) for each in untold(world, who)]


def test_a_place_held_for_who_has_no_mobile_telephone_is_on_the_list_until_it_is_gone(world: World, vale: Passenger) -> None:
    booking = held_for(world, vale)
    deliver(world)
    (found,) = untold(world)
    message = Message.objects.get()
    assert found == {
        "id": message.pk,
        "kind": "waitlist_offer",
        "urgent": True,
        "service": "ripon",
        "service_date": "2027-06-07",
        "booking": booking.reference,
        "passenger": {"id": vale.pk, "name": "Mr Vale", "phone": LANDLINE, "language": "cy"},
        "channel": "sms",
        "state": "suppressed",
        "reason": "there is no mobile number, e-mail address or device of theirs",
        "at": world.at(7),
        "until": world.at(7, 30),
        "text": found["text"],
        "english": found["english"],
    }
    assert found["text"].startswith("Mae lle i chi")
    assert found["english"].startswith("There is room for you on Monday 7 June. Pick-up: ")
    assert "07:30" in found["english"]
    world.set_clock(world.now + timedelta(minutes=31))
    assert untold(world) == []


def test_who_was_rung_is_off_the_list_and_it_is_on_record_who_rang(world: World, vale: Passenger) -> None:
    booking = held_for(world, vale)
    deliver(world)
    (found,) = untold(world)
    assert world.post("agent", f"untold/{found['id']}/told", HTTP_IDEMPOTENCY_KEY=None).status_code == 400
    told = world.post("agent", f"untold/{found['id']}/told")
    assert (told.status_code, told.json()) == (200, {"id": found["id"], "told_at": world.at(7), "told_by": "Agent"})
    assert untold(world) == []

    world.set_clock(world.now + timedelta(minutes=5))
    again = world.post("dispatcher", f"untold/{found['id']}/told")  # who rings a second time changes nothing
    assert again.json() == told.json()
    read = world.get("agent", f"bookings/{booking.reference}").json()
    assert [each["told_at"] for each in read["messages"]] == [world.at(7)]
    assert [(each["kind"], each["by_name"]) for each in read["history"]][-1] == ("passenger.told", "Agent")
    assert len([each for each in read["history"] if each["kind"] == "passenger.told"]) == 1
    trail = world.get("dispatcher", f"passengers/{vale.pk}/audit").json()["results"]
    done = [(row["who"], row["operation"], row["key"]) for row in trail if "untold" in row["operation"]]
    key = str(found["id"])
    assert done == [
        ("Dispatcher", "POST untold/<int:pk>/told", key),
        ("Agent", "POST untold/<int:pk>/told", key),
        ("Agent", "GET untold", key),
    ]


def test_who_waited_in_vain_and_has_no_mobile_telephone_is_rung(world: World, vale: Passenger) -> None:
    assert world.post("agent", "offers", world.wish(passenger=vale.pk, party={"adults": 16})).status_code == 422
    wish = {"refusal": Refusal.objects.get(), "service": world.service, "date": world.now.date(), "passenger": vale}
    waiting = Waiting.objects.create(**wish, channel="phone", created_at=world.now)
    data = {"waiting": waiting.pk, "passenger": vale.pk}
    events.record("waitlist.too_late", service=world.service, date=waiting.date, at=world.now, data=data)
    deliver(world)
    (found,) = untold(world, query="?service=ripon")
    assert (found["kind"], found["booking"], found["service"], found["service_date"]) == ("no_place", None, "ripon", "2027-06-07")
    assert "no place came free for your journey on Monday 7 June at 10:00." in found["english"]
    assert untold(world, "otto") == []
    assert world.post("agent", f"untold/{found['id']}/told").status_code == 200
    assert untold(world) == []


def test_what_staff_have_changed_with_the_caller_on_the_telephone_is_known(world: World, vale: Passenger) -> None:
    booking = Booking.objects.get(reference=world.book("agent", passenger=vale.pk)["reference"])
    Event.objects.filter(booking=booking).update(sent_at=world.now)
    tell(world, "booking.changed", booking, by=world.users["agent"])
    deliver(world)
    assert kinds(world) == []
    tell(world, "booking.changed", booking)
    deliver(world)
    assert kinds(world) == [("changed", "Mr Vale")]


def test_another_operator_sees_and_says_nothing(world: World, vale: Passenger) -> None:
    held_for(world, vale)
    deliver(world)
    (found,) = untold(world)
    assert untold(world, "otto") == []
    assert world.post("otto", f"untold/{found['id']}/told").status_code == 404
    assert world.post("ann", f"untold/{found['id']}/told").status_code == 403
    assert len(untold(world)) == 1


def test_a_place_that_was_taken_or_given_back_is_no_call_any_more(world: World, vale: Passenger) -> None:
    taken, back = held_for(world, vale), held_for(world, vale, leave_at=world.at(14))
    deliver(world)
    assert len(untold(world)) == 2
    world.post("agent", f"bookings/{taken.reference}/confirm")
    world.post("agent", f"bookings/{back.reference}/cancel")
    assert [each for each in untold(world) if each["kind"] == "waitlist_offer"] == []


def test_what_nothing_newer_has_made_needless_is_listed_once(world: World, vale: Passenger) -> None:
    booking = Booking.objects.get(reference=world.book("agent", passenger=vale.pk)["reference"])
    late = [{"expected_pickup_at": world.at(10, minute)} for minute in (20, 40)]
    for each in late:
        tell(world, "booking.delayed", booking, **each)
    deliver(world)
    (found,) = untold(world)
    assert "10:40" in found["english"]
    tell(world, "booking.cancelled", booking, by=world.users["dispatcher"], why="no driver", for_operator=True)
    Booking.objects.filter(pk=booking.pk).update(status="cancelled")
    deliver(world)
    assert kinds(world) == [("cancelled_by_operator", "Mr Vale")]
    assert "no driver" in untold(world)[0]["english"]


def test_what_is_over_is_no_call_any_more(world: World, vale: Passenger) -> None:
    booking = Booking.objects.get(reference=world.book("agent", passenger=vale.pk)["reference"])
    tell(world, "booking.delayed", booking, expected_pickup_at=world.at(10, 20))
    deliver(world)
    assert kinds(world) == [("delayed", "Mr Vale")]
    for status in ("aboard", "completed", "no_show"):
        Booking.objects.filter(pk=booking.pk).update(status=status)
        assert untold(world) == []
    Booking.objects.filter(pk=booking.pk).update(status="confirmed")
    assert untold(world)
    world.set_clock(booking.pickup_until_at + timedelta(minutes=20))
    assert untold(world) == []
    Booking.objects.filter(pk=booking.pk).update(status="no_show")
    tell(world, "driver.no_show", booking)
    deliver(world)
    assert Message.objects.get(kind="no_show").state == "suppressed"
    assert untold(world) == []


def test_what_somebody_has_heard_at_the_desk_or_done_themselves_is_no_news(world: World, vale: Passenger) -> None:
    world.book("agent", passenger=vale.pk)
    Passenger.objects.filter(name="Ann").update(phone=LANDLINE)
    reference = world.book("ann", leave_at=world.at(14))["reference"]
    instead = world.offers("ann", leave_at=world.at(16), instead_of=reference)[0]["id"]
    assert world.post("ann", f"bookings/{reference}/change", {"offer": instead}).status_code == 201
    deliver(world)
    assert set(Message.objects.values_list("kind", "state")) == {("confirmed", "suppressed"), ("changed", "suppressed")}
    assert untold(world) == []


def test_what_somebody_does_not_want_to_hear_of_is_left_alone_unless_it_is_urgent(world: World, vale: Passenger) -> None:
    vale.phone, vale.opted_out = "07700 900111", {"sms": ["reminders", "delays"]}
    vale.save()
    booking = Booking.objects.get(reference=world.book("agent", passenger=vale.pk)["reference"])
    deliver(world)
    tell(world, "booking.due_soon", booking, expected_pickup_at=world.at(10))
    deliver(world)
    assert Message.objects.get(kind="reminder_soon").reason == "opted out of reminders"
    assert untold(world) == []
    tell(world, "booking.delayed", booking, expected_pickup_at=world.at(10, 20))
    deliver(world)
    assert [(each["kind"], each["reason"]) for each in untold(world)] == [("delayed", "opted out of delays")]


def test_whom_the_provider_refuses_is_rung_once_no_other_way_is_left(world: World, vale: Passenger) -> None:
    vale.phone, vale.email = "07700 900111", "vale@example.org"
    vale.save()
    held_for(world, vale)
    mail = Provider(trouble=Unavailable("503"))
    deliver(world, Provider(trouble=Refused("no such number")), email=mail)
    assert set(Message.objects.values_list("channel", "state")) == {("sms", "failed"), ("email", "queued")}
    assert untold(world) == []  # there is the e-mail yet
    mail.trouble = Refused("mailbox full")
    world.set_clock(world.now + timedelta(minutes=1))
    deliver(world, email=mail)
    assert [(each["channel"], each["reason"]) for each in untold(world)] == [("email", "mailbox full")]


def test_what_a_provider_that_is_down_has_not_taken_is_rung_and_then_not_sent(world: World, vale: Passenger) -> None:
    vale.phone = "07700 900111"
    vale.save()
    held_for(world, vale)
    down = Provider(trouble=Unavailable("503"))
    counts = []
    for _ in range(3):
        deliver(world, down)
        counts.append(len(untold(world)))
        world.set_clock(world.now + timedelta(minutes=3))
    assert counts == [0, 0, 1]  # after the third try, with two thirds of the half hour left
    (found,) = untold(world)
    assert world.post("agent", f"untold/{found['id']}/told").status_code == 200
    down.trouble = None
    deliver(world, down)
    assert down.taken == []
    assert Message.objects.get().reason == "told by telephone"


def test_the_list_is_narrowed_by_service_and_passenger_and_comes_in_pages(world: World, vale: Passenger) -> None:
    fern = Passenger.objects.create(operator=world.service.operator, name="Fern", phone=LANDLINE)
    held_for(world, vale)
    held_for(world, fern, leave_at=world.at(14))
    deliver(world)
    assert kinds(world) == [("waitlist_offer", "Fern"), ("waitlist_offer", "Mr Vale")]
    assert [each["passenger"]["name"] for each in untold(world, query=f"?passenger={vale.pk}")] == ["Mr Vale"]
    assert untold(world, query="?service=away") == []
    assert [each["passenger"]["name"] for each in untold(world, query="?limit=1&service=ripon")] == ["Fern"]


def test_long_lists_take_few_queries(world: World, vale: Passenger, django_assert_max_num_queries: Any) -> None:
    for hour in (10, 14, 17):
        held_for(world, vale, leave_at=world.at(hour))
    deliver(world)
    world.get("agent", "untold")
    with django_assert_max_num_queries(8):
        assert len(untold(world)) == 3
