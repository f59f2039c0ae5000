"""Who cancelled my booking, and who looked at my record? The audit knows, and nobody can make it forget."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backend.api.base import ApiView
from bookings.models import AppendOnly, Audit, Booking, Passenger
from tests.backend.api_world import HOME, World
from tests.backend.test_access import VIEWS, implemented
from tests.backend.test_spatialite import run
from tests.servers.embedded import put_database

pytestmark = pytest.mark.django_db

NOBODYS = {
    *(("GET", f"services{rest}") for rest in ("", "/<slug:slug>", "/<slug:slug>/stops", "/<slug:slug>/zones")),
    ("GET", "services/<slug:slug>/turned-away"),  # figures
    *(("GET", route) for route in ("shifts", "tablets", "accounts")),  # staff, and who pays for others
    *(("GET", f"webhooks{rest}") for rest in ("", "/<int:pk>", "/<int:pk>/deliveries")),  # partners and ids of events
    *(("POST", route) for route in ("sign-in/codes", "tablets")),  # by strangers
    ("DELETE", "sign-in"),
    ("GET", "open/services"),
    ("GET", "me"),  # one's own
    *(("GET", route) for route in ("problems", "problems/<slug:slug>", "schema/")),
}
"""Endpoints that show nothing of passengers to others."""
APART = {
    ("POST", "offers"): "an offer or a refusal says itself who asked when for whom",
    ("POST", "passengers/search"): "nothing is written",
    ("POST", "bookings/<reference:reference>/payment"): "it waits for the provider, and its row comes after it",
    ("POST", "sign-in/codes"): "nobody is signed in, and the code is a row",
    ("POST", "sign-in"): "the try that a wrong code takes must stay, and its row comes after it",
    ("DELETE", "sign-in"): "it's about a token",
    ("POST", "tablets"): "nobody is signed in, and the tablet is a row",
    ("POST", "services/<slug:slug>/days/<day:date>/reoptimise"): "the event that is written has who asked",
}


def undeclared() -> set[tuple[str, str]]:
    return {(method, route) for method, route in implemented() if method not in getattr(VIEWS[route], "about", {})}


def test_every_endpoint_says_what_of_people_it_shows_or_changes() -> None:
    assert undeclared() == NOBODYS, "say in `about` of the view what it shows of people, or here that it is nothing"


def test_control_an_endpoint_that_does_not_say_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class NewView(ApiView):
        def get(self, request: Any) -> None: ...

    monkeypatch.setitem(VIEWS, "new", NewView)
    assert undeclared() - NOBODYS == {("GET", "new")}


def test_what_is_written_and_its_row_are_one_transaction() -> None:
    writes = {(method, route) for method, route in implemented() if method != "GET"}
    apart = {each for each in writes if not getattr(getattr(VIEWS[each[1]], each[0].lower()), "on_record", False)}
    assert apart == set(APART)


def trail(world: World, passenger: int, who: str = "dispatcher") -> list[tuple[str, str, str]]:
    answer = world.get(who, f"passengers/{passenger}/audit")
    assert answer.status_code == 200, answer.data
    return [(row["who"], row["role"], row["operation"]) for row in answer.json()["results"]]


def test_ann_learns_who_cancelled_her_booking_and_who_looked_at_it(world: World) -> None:
    booking = world.book("ann")
    reference, ann = booking["reference"], booking["passenger"]["id"]
    world.get("ann", f"bookings/{reference}")  # her own look is nobody's business
    world.get("agent", f"bookings/{reference}")
    world.get("dispatcher", f"passengers/{ann}")
    world.post("agent", f"bookings/{reference}/cancel", {"why": "She telephoned"})

    assert trail(world, ann) == [
        ("Agent", "agent", "POST bookings/<reference:reference>/cancel"),
        ("Dispatcher", "dispatcher", "GET passengers/<int:pk>"),
        ("Agent", "agent", "GET bookings/<reference:reference>"),
        ("Ann", "passenger", "POST bookings"),
    ]
    assert trail(world, ann)[0] == ("Dispatcher", "dispatcher", "GET passengers/<int:pk>/audit")  # this as well
    kinds = world.get("dispatcher", f"passengers/{ann}/audit").json()["results"]
    assert {(row["kind"], row["key"]) for row in kinds if "cancel" in row["operation"]} == {("booking", reference)}


def test_whoever_comes_up_in_a_list_or_a_search_was_looked_at(world: World) -> None:
    ann, bob = world.book("ann")["passenger"]["id"], world.book("bob", leave_at=world.at(14))["passenger"]["id"]
    world.get("agent", "bookings")
    world.post("agent", "passengers/search", {"q": "ann"})
    assert [each[2] for each in trail(world, ann) if each[0] == "Agent"] == ["POST passengers/search", "GET bookings"]
    assert [each[2] for each in trail(world, bob) if each[0] == "Agent"] == ["GET bookings"]


def test_boards_and_manifests_of_a_day_count_for_all_who_travel_on_it(world: World) -> None:
    booking = world.book("ann")
    ann, shift, day = booking["passenger"]["id"], booking["shift"], world.now.date()
    for _ in range(3):  # a screen asks again and again
        world.get("dispatcher", f"services/ripon/days/{day}")
        world.get("dispatcher", f"shifts/{shift['id']}/manifest")
    seen = [each for each in trail(world, ann) if each[2].startswith("GET s")]
    assert seen == [
        ("Dispatcher", "dispatcher", "GET shifts/<int:pk>/manifest"),
        ("Dispatcher", "dispatcher", "GET services/<slug:slug>/days/<day:date>"),
    ]
    world.get("dispatcher", f"services/ripon/days/{day + timedelta(days=1)}")  # another day is about others
    assert len([each for each in trail(world, ann) if each[2].startswith("GET se")]) == 1


def test_saved_places_are_looked_at_too(world: World) -> None:
    ann = Passenger.objects.get(user=world.users["ann"]).pk
    saved = world.post("agent", "saved-places", {"label": "Home", "position": HOME, "passenger": ann}).json()
    world.get("agent", f"saved-places?passenger={ann}")
    world.get("agent", f"places?service=ripon&q=hom&passenger={ann}")
    world.get("agent", "places?service=ripon&q=hospital")  # about nobody
    world.client("agent").delete(f"/api/v1/saved-places/{saved['id']}")
    assert [each[2] for each in trail(world, ann)] == [
        "DELETE saved-places/<int:pk>",
        "GET places",
        "GET saved-places",
        "POST saved-places",
    ]
    assert Audit.objects.filter(operation="GET places").count() == 1


def test_who_was_sent_away_is_on_record_and_another_operator_sees_nothing(world: World) -> None:
    ann = Passenger.objects.get(user=world.users["ann"]).pk
    assert world.get("otto", f"passengers/{ann}").status_code == 404
    assert world.get("otto", f"passengers/{ann}/audit").status_code == 404
    tried = Audit.objects.filter(user=world.users["otto"])
    assert [(row.status, row.key, row.passenger_id) for row in tried] == [(404, str(ann), None), (404, str(ann), None)]
    assert trail(world, ann) == []


def test_a_call_that_is_refused_early_may_name_nobody_who_exists(world: World) -> None:
    ann = Passenger.objects.get(user=world.users["ann"]).pk
    for pk in (ann, 0):
        for needs in ("one", "another"):
            world.patch("agent", f"passengers/{pk}", {"needs": needs}, HTTP_IDEMPOTENCY_KEY="same", HTTP_IF_MATCH="*")
    connection.check_constraints()
    rows = Audit.objects.filter(operation__startswith="PATCH").order_by("pk")
    assert [(row.status, row.passenger_id) for row in rows] == [(200, ann), (422, ann), (422, None), (422, None)]


def test_offers_are_on_record_where_a_passenger_was_made_for_them(world: World) -> None:
    fern = {"name": "Fern", "phone": "07700 900123"}
    for _ in range(2):
        world.offers("agent", passenger=fern)
    row = Audit.objects.get(operation="POST offers")
    assert (row.passenger_id, row.user) == (Passenger.objects.get(name="Fern").pk, world.users["agent"])


def test_a_write_that_is_sent_twice_is_done_once_and_told_as_such(world: World) -> None:
    offer = world.offers("ann")[0]["id"]
    for _ in range(2):
        assert world.post("ann", "bookings", {"offer": offer}, HTTP_IDEMPOTENCY_KEY="once").status_code == 201
    rows = Audit.objects.filter(operation__startswith="POST bookings").order_by("pk")
    assert [row.operation for row in rows] == ["POST bookings", "POST bookings, replayed"]
    assert rows[0].key == Booking.objects.get().reference


def test_what_cannot_be_recorded_is_not_done(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = world.offers("ann")[0]["id"]

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Audit.objects, "bulk_create", full)
    with pytest.raises(OSError, match="disk full"):
        world.post("ann", "bookings", {"offer": offer})
    assert not Booking.objects.exists()


def test_a_request_keeps_its_name(world: World) -> None:
    given = world.get("agent", "bookings", HTTP_X_REQUEST_ID="desk-4711-a")
    assert given["X-Request-Id"] == "desk-4711-a"
    ours = world.get("agent", "bookings", HTTP_X_REQUEST_ID="Ann Llywelyn, 07700 900456")
    assert "Ann" not in ours["X-Request-Id"]
    assert list(Audit.objects.values_list("request_id", flat=True)) == [ours["X-Request-Id"], "desk-4711-a"]


def test_the_audit_names_nobody(world: World) -> None:
    name, phone = "Gwen Ap-Rhys", "07700 900654"
    gwen = world.post("agent", "passengers", {"name": name, "phone": phone}).json()["id"]
    world.book("agent", passenger=gwen)
    world.post("agent", "passengers/search", {"q": name})
    world.get("agent", f"bookings/{name.replace(' ', '-')}")
    world.get("dispatcher", f"passengers/{gwen}/audit")
    kept = serializers.serialize("json", Audit.objects.all())
    assert Audit.objects.count() >= 5
    for word in ("Gwen", "Rhys", "900654"):
        assert word not in kept


# --- It stays


def test_nobody_changes_or_removes_a_row(world: World) -> None:
    row = Audit.objects.create(operation="test", kind="test", status=200, role="agent")
    with pytest.raises(AppendOnly):
        Audit.objects.update(status=404)
    with pytest.raises(AppendOnly):
        Audit.objects.all().delete()
    with pytest.raises(AppendOnly):
        row.delete()
    row.status = 404
    with pytest.raises(AppendOnly):
        row.save()
    for statement in ("UPDATE bookings_audit SET status = 404", "DELETE FROM bookings_audit"):
        with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
            connection.cursor().execute(statement)


def test_rows_that_are_old_enough_can_be_removed(world: World) -> None:
    for days in (10, 179, 181):
        Audit.objects.create(operation="test", kind="test", status=200, role="agent", at=timezone.now() - timedelta(days=days))
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute("DELETE FROM bookings_audit")
    Audit.objects.filter(at__lt=timezone.now() - timedelta(days=180))._raw_delete("default")
    assert Audit.objects.count() == 2


def test_it_stays_in_the_built_in_database_too(tmp_path: Path) -> None:
    story = """
import django
django.setup()
from datetime import timedelta
from django.db import IntegrityError, connection
from django.utils import timezone
from bookings.models import Audit
for days in (0, 179, 181):
    Audit.objects.create(operation="t", kind="t", status=200, role="agent", at=timezone.now() - timedelta(days=days))
for statement in ("UPDATE bookings_audit SET status = 404", "DELETE FROM bookings_audit"):
    try:
        connection.cursor().execute(statement)
    except IntegrityError:
        print("refused")
Audit.objects.filter(at__lt=timezone.now() - timedelta(days=180))._raw_delete("default")
print(Audit.objects.count())
"""
    done = run("-c", story, DATABASE_URL="", DROVER_DATA=str(put_database(tmp_path)))
    assert done.stdout.split() == ["refused", "refused", "2"], done.stderr
