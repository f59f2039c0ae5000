"""What is kept of me? Everything is told, and of others nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, Model

from bookings.models import Audit, Event, Message, Passenger
from bookings.queries.exports import HIDDEN, LEFT_OUT, SECTIONS
from tests.backend.api_world import HOME, World

pytestmark = pytest.mark.django_db

OWN_SECTIONS = {Passenger, Event, Audit}


def leading_to_passengers() -> set[type[Model]]:
    """The models with a foreign key to a passenger, or to one of these."""
    found: set[type[Model]] = {Passenger}
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in found
            and any(isinstance(field, ForeignKey) and field.related_model in found for field in model._meta.concrete_fields)
        }
        if not more:
            return found
        found |= more


def missing(sections: Mapping[str, Any] = SECTIONS) -> set[str]:
    told = {model for model, _ in sections.values()} | OWN_SECTIONS | LEFT_OUT.keys()
    return {model.__name__ for model in leading_to_passengers() - told}


def test_every_model_that_leads_to_a_passenger_is_told_or_has_a_reason() -> None:
    assert missing() == set(), "put it into bookings/queries/exports.py: SECTIONS, or LEFT_OUT with the reason"
    assert {"Booking", "Strike", "SeriesDay", "Message"} <= {model.__name__ for model in leading_to_passengers()}


def test_control_a_model_that_is_forgotten_is_found() -> None:
    assert missing({name: section for name, section in SECTIONS.items() if name != "series_days"}) == {"SeriesDay"}


@pytest.fixture
def ann(world: World) -> dict[str, Any]:
    """What she's told, after a booking at a door, a cancellation by an agent, a series and a refusal."""
    Passenger.objects.filter(user=world.users["ann"]).update(
        door_to_door=True, email="ann@example.org", needs="Walks with a frame"
    )
    ann = Passenger.objects.get(user=world.users["ann"])
    door = {"origin": HOME | {"name": "1 Skellgate"}, "door_to_door": True}
    world.post("ann", "saved-places", {"label": "Home", "position": HOME})
    world.post("ann", "offers", world.wish(**door, leave_at=world.at(3)))
    booking = world.book("ann", **door)
    world.post("agent", f"bookings/{booking['reference']}/cancel", {"why": "She is unwell"})
    world.post("ann", "series", world.wish(leave_at=world.at(11)) | {"repeat": {"weekdays": ["mon"]}})
    event = Event.objects.filter(booking__passenger=ann).first()
    times = {"created_at": world.now, "due_at": world.now, "expires_at": world.now}
    Message.objects.create(key="1", event=event, passenger=ann, kind="booked", channel="sms", language="en", **times)
    answer = world.get("dispatcher", f"passengers/{ann.pk}/export")
    assert answer.status_code == 200, answer.data
    found: dict[str, Any] = answer.json()
    return found


def test_ann_is_told_what_is_kept_of_her(world: World, ann: dict[str, Any]) -> None:
    assert ann["passenger"]["name"] == "Ann"
    assert ann["passenger"]["needs"] == "Walks with a frame"
    assert ann["user"]["username"] == "ann"
    first = ann["bookings"][0]
    assert (first["origin"], first["origin_name"]) == ({"type": "Point", "coordinates": HOME["coordinates"]}, "1 Skellgate")
    assert (first["status"], first["cancel_reason"]) == ("cancelled", "She is unwell")
    assert first["arrive_by_at"] > first["pickup_from_at"]
    for section in ("saved_places", "offers", "refusals", "series", "series_days", "messages", "events", "audit"):
        assert ann[section], section
    assert {"booking.confirmed", "booking.cancelled"} <= {event["kind"] for event in ann["events"]}
    assert ("agent", "POST bookings/<reference:reference>/cancel") in {(row["role"], row["operation"]) for row in ann["audit"]}


def test_all_columns_are_told_but_those_that_are_named(world: World, ann: dict[str, Any]) -> None:
    models = {section: model for section, (model, _) in SECTIONS.items()} | {"passenger": Passenger, "events": Event}
    for section, model in models.items():
        rows = ann[section] if section != "passenger" else [ann[section]]
        for row in rows:
            assert row.keys() == {field.name for field in model._meta.concrete_fields} - HIDDEN.get(section, set()), section


def test_of_others_nothing_is_told(world: World, ann: dict[str, Any]) -> None:
    text = json.dumps(ann)
    assert (ann["bookings"][0]["booked_by"], ann["bookings"][0]["cancelled_by"]) == ("the passenger", "somebody else")
    for name in ("Agent", "Dispatcher", "Bob"):
        assert f'"{name}' not in text
    for secret in ("leeway", "password", '"look"'):
        assert secret not in text


def test_asking_is_on_record_from_the_command_as_well(world: World, ann: dict[str, Any]) -> None:
    said = StringIO()
    call_command("export_passenger", str(ann["passenger"]["id"]), stdout=said)
    assert json.loads(said.getvalue())["bookings"] == ann["bookings"]
    operations = list(Audit.objects.order_by("-pk").values_list("operation", flat=True)[:2])
    assert operations == ["manage.py export_passenger", "GET passengers/<int:pk>/export"]
