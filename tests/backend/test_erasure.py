"""Somebody wants to be forgotten, and is: everywhere, for good, and also after a backup was restored."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bookings.erasures import digest_of
from bookings.models import Booking, Device, Erasure, Event, Message, Passenger, Refusal, SignInCode, Status, Vehicle
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db

NAME, PHONE, EMAIL = "Gwenllian Ap-Rhys", "07700 900654", "gwen@example.org"
HOUSE = {"type": "Point", "coordinates": [-1.52437, 54.13605], "name": "Ty Hafan"}
SIGNS = ("Gwenllian", "gwenllian", "Rhys", "900654", "456009", "gwen@", "Hafan", "1.52437", "54.13605", "dialysis", "gwenphone")
"""Of her, wherever they stand: names, numbers (also backwards), addresses, and what somebody wrote."""


def everything() -> dict[str, str]:
    """Every column of every row of the database, as text, by where it stands."""
    found: dict[str, str] = {}
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.concrete_fields
        for row in model._base_manager.all():
            for field in fields:
                found[f"{model._meta.label}.{field.name} of {row.pk}"] = as_text(field.value_from_object(row))
    return found


def as_text(value: Any) -> str:
    if isinstance(value, GEOSGeometry):
        return str(value.coords)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("latin-1")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text


def traces() -> set[str]:
    """The tables and columns in which there is something of her."""
    return {place.partition(" of ")[0] for place, text in everything().items() if any(sign in text for sign in SIGNS)}


@pytest.fixture
def gwen(world: World) -> Passenger:
    """A passenger of her own app, after a busy time: doors, a change, a cancellation, a series, a waitlist, messages."""
    user = world.user("gwenphone")
    user.email, user.first_name, user.last_name = EMAIL, "Gwenllian", "Ap-Rhys"
    user.save()
    gwen = Passenger.objects.create(
        operator=world.service.operator, user=user, name=NAME, phone=PHONE, email=EMAIL, needs="dialysis", door_to_door=True
    )
    Passenger.objects.filter(pk=gwen.pk).update(assistance=["walker"])
    log = {"user_id": user.pk, "action_flag": CHANGE, "object_id": str(gwen.pk), "object_repr": NAME}
    LogEntry.objects.create(content_type=ContentType.objects.get_for_model(Passenger), **log)
    about_user = {"object_id": str(user.pk), "object_repr": "gwenphone"}
    LogEntry.objects.create(content_type=ContentType.objects.get_for_model(type(user)), **log | about_user)
    world.post(
        "gwenphone", "saved-places", {"label": "Hafan", "position": {"type": "Point", "coordinates": HOUSE["coordinates"]}}
    )
    keys = {"endpoint": "https://push.example/gwenphone", "p256dh": "x", "auth": "y"}
    Device.objects.create(passenger=gwen, created_at=world.now, **keys)
    door = {"origin": HOUSE, "door_to_door": True}
    world.offers("gwenphone", **door, leave_at=world.at(16))  # and she took none
    first = world.book("gwenphone", **door)
    assert first["pickup"]["stop"] is None
    instead = world.offers("gwenphone", **door, leave_at=world.at(13), instead_of=first["reference"])[0]["id"]
    changed = world.post("gwenphone", f"bookings/{first['reference']}/change", {"offer": instead}).json()
    cancelled = world.post("agent", f"bookings/{changed['reference']}/cancel", {"why": "dialysis is put off"})
    assert cancelled.status_code == 200, cancelled.data
    world.book("agent", passenger=gwen.pk, origin={**HOUSE}, leave_at=world.at(15))
    weekly = world.wish(**door, leave_at=world.at(11), passenger=gwen.pk) | {"repeat": {"weekdays": ["mon"]}}
    assert world.post("agent", "series", weekly).status_code == 201
    Vehicle.objects.update(layouts=[[8, 0]])
    world.service.touch()
    chair = world.wish(**door, leave_at=world.at(17), party={"adults": 1, "wheelchairs": 1}, passenger=gwen.pk)
    refusal = world.post("agent", "offers", chair).json()["refusal"]
    assert world.post("agent", "waitlist", {"refusal": refusal["id"]}).status_code == 201
    world.post("agent", "passengers", {"name": NAME, "phone": PHONE})
    world.post("agent", "passengers/search", {"q": NAME})
    world.patch("agent", f"passengers/{gwen.pk}", {"needs": "dialysis on Mondays"})
    event = Event.objects.filter(booking__passenger=gwen).first()
    times = {"created_at": world.now, "due_at": world.now, "expires_at": world.now}
    SignInCode.objects.create(
        operator=gwen.operator,
        ticket_digest="t",
        code_digest="c",
        channel="email",
        to=EMAIL,
        language="cy",
        tries_left=3,
        expires_at=world.now,
    )
    how = {"kind": "booked", "channel": "sms", "language": "cy", "provider_id": "gwenphone-1"}
    Message.objects.create(key="1", event=event, passenger=gwen, **how, **times)
    return gwen


def cancel_all(world: World, passenger: Passenger) -> None:
    world.post("agent", f"series/{passenger.series.get().pk}/end")
    ahead = Booking.objects.filter(passenger=passenger, status__in=(Status.CONFIRMED, Status.HELD))
    for reference in list(ahead.values_list("reference", flat=True)):
        world.post("agent", f"bookings/{reference}/cancel", {"why": "Gwenllian moves away"})


def test_of_somebody_who_was_erased_nothing_is_found_in_the_whole_database(world: World, gwen: Passenger) -> None:
    cancel_all(world, gwen)
    before = traces()
    # The control: the search finds her wherever she stands.
    assert before >= {
        *(f"bookings.Passenger.{name}" for name in ("name", "phone", "email", "needs")),
        *("bookings.SavedPlace.label", "bookings.SavedPlace.position", "bookings.PassengerWord.word", "bookings.Device.endpoint"),
        *("bookings.Booking.origin", "bookings.Booking.origin_name", "bookings.Booking.cancel_reason", "bookings.Event.data"),
        *(
            "bookings.Offer.wish",
            "bookings.Offer.origin",
            "bookings.Refusal.wish",
            "bookings.Series.wish",
            "bookings.PlanRevision.why",
        ),
        *("bookings.SignInCode.to", "bookings.IdempotencyKey.body", "bookings.Message.provider_id", "admin.LogEntry.object_repr"),
        *("auth.User.username", "auth.User.email", "auth.User.last_name"),
    }
    answer = world.post("dispatcher", f"passengers/{gwen.pk}/erase")
    assert answer.status_code == 204, answer.data
    assert traces() == set()


def test_her_refusals_are_forgotten_but_for_what_they_were(world: World, gwen: Passenger) -> None:
    wish = world.wish(origin=HOUSE, door_to_door=True, passenger=gwen.pk, leave_at=world.at(3))
    assert world.post("agent", "offers", wish).status_code == 422
    kind = Refusal.objects.filter(passenger=gwen).latest("pk").kind
    assert "bookings.Refusal.wish" in traces()
    cancel_all(world, gwen)
    call_command("erase_passenger", str(gwen.pk), stdout=StringIO())
    assert traces() == set()
    assert Refusal.objects.filter(passenger=gwen).latest("pk").kind == kind


def test_her_journeys_stay_from_stop_to_stop_with_what_was_promised(world: World, gwen: Passenger) -> None:
    def told() -> list[tuple[Any, ...]]:
        kept = ("reference", "date", "party", "pickup_from_at", "arrive_by_at", "fare_pence", "status", "pickup_stop")
        return list(Booking.objects.filter(passenger=gwen).order_by("pk").values_list(*kept))

    cancel_all(world, gwen)
    before = told()
    world.post("dispatcher", f"passengers/{gwen.pk}/erase")
    assert told() == before
    assert len(before) > 2
    door = Booking.objects.filter(passenger=gwen, pickup_stop=None).earliest("pk")
    assert door.origin_name.startswith("near ")
    assert world.get("dispatcher", f"services/ripon/days/{world.now.date()}").status_code == 200


def test_with_a_journey_ahead_nobody_is_erased(world: World, gwen: Passenger) -> None:
    refused = world.post("dispatcher", f"passengers/{gwen.pk}/erase")
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/still-travels")
    reference = Booking.objects.filter(passenger=gwen, status=Status.CONFIRMED).earliest("pk").reference
    assert reference in refused.json()["detail"]
    with pytest.raises(CommandError, match=reference):
        call_command("erase_passenger", str(gwen.pk))
    gwen.refresh_from_db()
    assert gwen.name == NAME


def test_who_is_erased_is_nobody_any_more(world: World, gwen: Passenger) -> None:
    cancel_all(world, gwen)
    for _ in range(2):  # twice changes nothing
        assert world.post("dispatcher", f"passengers/{gwen.pk}/erase").status_code == 204
    assert world.get("gwenphone", "bookings").status_code == 401
    assert world.get("agent", f"passengers/{gwen.pk}").status_code == 404
    assert world.patch("agent", f"passengers/{gwen.pk}", {"needs": "dialysis"}).status_code == 404
    assert world.post("agent", "offers", world.wish(passenger=gwen.pk)).status_code == 400
    assert world.post("agent", "passengers/search", {"q": "erased"}).json()["results"] == []
    assert Erasure.objects.count() == 1
    gwen.refresh_from_db()
    assert (gwen.assistance, gwen.needs, gwen.door_to_door, gwen.user) == ([], "", False, None)


def test_a_driver_who_also_travels_still_drives(world: World) -> None:
    hazel = Passenger.objects.create(
        operator=world.service.operator, user=world.users["hazel"], name="Hazel", phone="07700 900777"
    )
    world.post("dispatcher", f"passengers/{hazel.pk}/erase")
    hazel.refresh_from_db()
    assert (hazel.name, hazel.user) == ("Erased passenger", None)
    assert world.get("hazel", "shifts").status_code == 200


def test_others_keep_what_is_theirs(world: World, gwen: Passenger) -> None:
    booking = world.book("ann", origin=HOUSE | {"name": "Ann's"}, leave_at=world.at(14))
    cancel_all(world, gwen)
    world.post("dispatcher", f"passengers/{gwen.pk}/erase")
    ann = Booking.objects.get(reference=booking["reference"])
    assert list(ann.origin.coords) == HOUSE["coordinates"]
    assert ann.passenger.name == "Ann"


# --- A backup is restored


def rows_of(gwen: Passenger) -> list[tuple[Any, dict[str, Any]]]:
    """A backup: her rows and those of her user, bookings and places as they are now."""
    kept: list[Any] = [gwen, gwen.user, *gwen.saved_places.all(), *gwen.bookings.all()]
    return [(type(row), {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}) for row in kept]


def restore(backup: list[tuple[Any, dict[str, Any]]]) -> None:
    for model, columns in backup:
        pk = columns[model._meta.pk.attname]
        if not model._base_manager.filter(pk=pk).update(**columns):
            model._base_manager.create(**columns)


def test_after_a_backup_was_restored_she_is_erased_again(world: World, gwen: Passenger, tmp_path: Path) -> None:
    backup = rows_of(gwen)  # with journeys ahead
    cancel_all(world, gwen)
    world.post("dispatcher", f"passengers/{gwen.pk}/erase")
    register = tmp_path / "erasures.txt"
    with register.open("w") as file:
        call_command("erasure_register", stdout=file)
    assert not any(sign in register.read_text() for sign in SIGNS)

    Erasure.objects.all().delete()  # the backup has no such row
    restore(backup)
    someone = Passenger.objects.create(operator=world.service.operator, name="Someone New", phone="07700 900111")
    assert "bookings.Passenger.name" in traces()

    said = StringIO()
    call_command("erase_again", "--register", str(register), stdout=said)
    assert said.getvalue().strip() == "Erased again: 1, of 1 on the register."
    assert traces() == set()
    assert not Booking.objects.filter(passenger=gwen, status=Status.CONFIRMED, arrive_by_at__gt=world.now).exists()
    someone.refresh_from_db()
    assert someone.name == "Someone New"
    assert Erasure.objects.count() == 1


def test_somebody_new_under_an_old_number_is_not_taken_for_who_was_erased(world: World, tmp_path: Path) -> None:
    old = Passenger.objects.create(operator=world.service.operator, name="Old", phone="1")
    call_command("erase_passenger", str(old.pk), stdout=StringIO())
    register = tmp_path / "erasures.txt"
    with register.open("w") as file:
        call_command("erasure_register", stdout=file)
    number = old.pk
    old.words.all().delete()
    Passenger.objects.filter(pk=number)._raw_delete("default")  # a backup from before she came, and then
    new = Passenger.objects.create(pk=number, operator=world.service.operator, name="New", phone="2")
    call_command("erase_again", "--register", str(register), stdout=StringIO())
    new.refresh_from_db()
    assert new.name == "New"


def test_the_register_is_also_a_file_that_grows(
    world: World, settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.ERASURE_REGISTER = str(tmp_path / "register.txt")
    for name in ("One", "Two"):
        row = Passenger.objects.create(operator=world.service.operator, name=name, phone="1")
        with django_capture_on_commit_callbacks(execute=True):
            call_command("erase_passenger", str(row.pk), stdout=StringIO())
    assert (tmp_path / "register.txt").read_text().splitlines() == [str(row) for row in Erasure.objects.all()]


@pytest.mark.parametrize("text", ["Gwen", "0" * 63, "é"])
def test_a_file_that_is_no_register_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "list").write_text(text)
    with pytest.raises(CommandError):
        call_command("erase_again", "--register", str(tmp_path / "list"))


def test_nobody_can_tell_from_the_register_who_was_erased(world: World, settings: Settings) -> None:
    ann = Passenger.objects.get(user=world.users["ann"])
    first = digest_of(ann)
    settings.ERASURE_KEY = "another"
    assert digest_of(ann) != first
