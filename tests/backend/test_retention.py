"""What is kept for how long: after its days it's forgotten, by itself, and what plans and figures need stays."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from backend import privacy_settings
from bookings.actions.purge import STEPS, purge
from bookings.models import AUDIT_DAYS, Audit, Booking, Message, Offer, Passenger, Refusal, SavedPlace
from tests.backend.api_world import HOME, World

pytestmark = pytest.mark.django_db

DAYS = privacy_settings.USUAL


def forgotten(world: World, days: int) -> dict[str, int]:
    """What goes so many days after the story, by what it is."""
    found = purge(retention=DAYS, now=world.now + timedelta(days=days))
    return {what: count for what, count in found if count}


@pytest.fixture
def story(world: World) -> dict[str, Any]:
    """Ann, who lives at a door, has saved it, was refused once, and travelled once."""
    Passenger.objects.filter(user=world.users["ann"]).update(door_to_door=True, created_at=world.now)
    Passenger.objects.filter(user=world.users["bob"]).update(created_at=world.now)
    Passenger.objects.filter(name="Eve").update(created_at=world.now)
    world.post("ann", "saved-places", {"label": "Home", "position": HOME})
    door = {"origin": HOME | {"name": "1 Skellgate"}, "door_to_door": True}
    assert world.post("ann", "offers", world.wish(**door, leave_at=world.at(3))).status_code == 422
    return world.book("ann", **door)


def test_each_class_goes_when_its_days_are_over(world: World, story: dict[str, Any]) -> None:
    assert forgotten(world, 6) == {}
    spare = Offer.objects.filter(booking=None).count()
    assert forgotten(world, 8) == {"offers": spare}
    assert Offer.objects.count() == 1
    booking = Booking.objects.get()
    assert booking.origin_name == "1 Skellgate"
    assert forgotten(world, 179) == {}

    assert forgotten(world, 182) == {"refusals": 1, "journeys": 1}
    booking.refresh_from_db()
    assert booking.origin_name.startswith("near ")
    assert list(booking.origin.coords) != HOME["coordinates"]
    assert booking.passenger.name == "Ann"  # who still travels
    refusal = Refusal.objects.get()
    assert (refusal.detail, refusal.wish["origin_name"]) == ("", "")
    assert forgotten(world, 182) == {}  # twice changes nothing

    assert forgotten(world, 740) == {"saved_places": 1}
    assert not SavedPlace.objects.exists()
    assert forgotten(world, 1100) == {"people": 3}
    booking.refresh_from_db()
    assert booking.passenger.name == "Erased passenger"
    assert forgotten(world, 2200)["links"] == 2  # the journey, and the refusal


def test_who_travels_again_is_not_erased_but_old_journeys_are_theirs_no_more(world: World, story: dict[str, Any]) -> None:
    long_ago = Booking.objects.get()
    Booking.objects.filter(pk=long_ago.pk).update(
        date=world.now.date() - timedelta(days=2300), created_at=world.now - timedelta(days=2300)
    )
    world.set_clock(world.now + timedelta(days=2))
    again = world.book("ann")
    for model in (Booking, Offer, Refusal):  # she asked for it long ago: what counts is when she travels
        model.objects.update(created_at=world.now - timedelta(days=1200))
    Passenger.objects.update(created_at=world.now - timedelta(days=1200))
    Passenger.objects.exclude(user=world.users["ann"]).update(erased_at=world.now)
    gone = forgotten(world, 0)
    assert gone["links"] == 1
    assert "people" not in gone
    long_ago.refresh_from_db()
    assert long_ago.passenger.name == "Former passengers"
    assert Booking.objects.get(reference=again["reference"]).passenger.name == "Ann"
    assert [each["reference"] for each in world.get("ann", "bookings").json()["results"]] == [again["reference"]]


def test_messages_that_were_sent_go_and_those_to_be_sent_stay(world: World, story: dict[str, Any]) -> None:
    booking = Booking.objects.get()
    event, times = booking.events.first(), {"created_at": world.now, "due_at": world.now, "expires_at": world.now}
    how = {"event": event, "passenger": booking.passenger, "kind": "booked", "channel": "sms", "language": "en", **times}
    Message.objects.create(key="1", state="sent", **how)
    Message.objects.create(key="2", state="queued", **how)
    assert forgotten(world, 91)["messages"] == 1
    assert Message.objects.get().key == "2"


def test_old_rows_of_the_audit_go_and_young_ones_never(world: World) -> None:
    for days in (10, 729, 731):
        Audit.objects.create(operation="t", kind="t", status=200, role="agent", at=timezone.now() - timedelta(days=days))
    purge(retention=DAYS, now=timezone.now())
    assert Audit.objects.count() == 2


def test_a_dry_run_says_what_would_go_and_leaves_it(world: World, story: dict[str, Any]) -> None:
    world.set_clock(world.now + timedelta(days=1100))
    said = StringIO()
    call_command("purge", "--dry-run", stdout=said)
    table = {line[:20].strip(): line.split()[-1] for line in said.getvalue().splitlines()[1:]}
    assert table.keys() == {name.replace("_", " ") for name in STEPS}
    assert {name: count for name, count in table.items() if count != "0"} == {
        "offers": str(Offer.objects.filter(booking=None).count()),
        "refusals": "1",
        "journeys": "1",
        "saved places": "1",
        "people": "3",
    }
    assert Booking.objects.get().origin_name == "1 Skellgate"
    assert Passenger.objects.filter(name="Ann").exists()
    call_command("purge", stdout=StringIO())
    assert not Passenger.objects.filter(name="Ann").exists()


def test_how_long_is_for_the_operator_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    env = environ.Env()
    monkeypatch.setenv("RETENTION_DAYS", "messages=30,audit=365")
    assert privacy_settings.read(env) == DAYS | {"messages": 30, "audit": 365}
    for wrong in ("letters=3", "messages=soon", "messages=0", "audit=90"):
        monkeypatch.setenv("RETENTION_DAYS", wrong)
        with pytest.raises(ImproperlyConfigured, match="RETENTION_DAYS"):
            privacy_settings.read(env)


def test_all_that_is_kept_has_its_days() -> None:
    assert STEPS.keys() == DAYS.keys()
    assert privacy_settings.AUDIT_AT_LEAST == AUDIT_DAYS
