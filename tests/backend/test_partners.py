"""Partners: a hospital books for its own patients, by OAuth 2 client credentials, and sees nobody else."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_application_model

from backend import tasks
from backend.notify import codes
from backend.sessions import open_session
from bookings.models import Booking, Event, Partner, Passenger
from bookings.telling import by_passenger
from tests.backend.api_world import World
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db

PATIENT = {"name": "Pat Ient", "phone": "07700 900777"}


@dataclass
class Site:
    """The computer of a partner."""

    world: World
    name: str
    client_id: str
    secret: str
    token: str = ""

    def ask_token(self, secret: str | None = None, **more: Any) -> Any:
        pair = base64.b64encode(f"{self.client_id}:{secret or self.secret}".encode()).decode()
        sent = {"grant_type": "client_credentials", **more}
        return Client().post("/o/token/", sent, HTTP_AUTHORIZATION=f"Basic {pair}")

    def sign_in(self) -> Site:
        answer = self.ask_token()
        assert answer.status_code == 200, answer.content
        self.token = answer.json()["access_token"]
        return self

    def call(self, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        keys = {"HTTP_AUTHORIZATION": f"Bearer {self.token}", "HTTP_IDEMPOTENCY_KEY": uuid4().hex, "HTTP_IF_MATCH": "*"}
        call = getattr(self.world.client(None), method)
        return call(f"/api/v1/{path}", body or {}, **({} if method == "get" else {"format": "json"}), **(keys | headers))

    def book(self, **other: Any) -> dict[str, Any]:
        offers = self.call("post", "offers", self.world.wish(**({"passenger": PATIENT} | other))).json()["offers"]
        answer = self.call("post", "bookings", {"offer": offers[0]["id"]})
        assert answer.status_code == 201, answer.data
        booking: dict[str, Any] = answer.json()
        return booking


def create(world: World, name: str, operator: str = "") -> Site:
    out = StringIO()
    call_command("create_partner", name, operator=operator or world.service.operator.slug, stdout=out)
    found = dict(re.findall(r"(client_id|client_secret) (\S+)", out.getvalue()))
    return Site(world, name, found["client_id"], found["client_secret"])


@pytest.fixture
def hospital(world: World) -> Site:
    return create(world, "Hospital").sign_in()


def test_a_partner_books_changes_and_cancels_for_a_patient_of_its_own(world: World, hospital: Site) -> None:
    booking = hospital.book()
    assert (booking["channel"], booking["passenger"]["name"]) == ("partner", "Pat Ient")
    kept = Booking.objects.get(reference=booking["reference"])
    assert kept.booked_by == Partner.objects.get(name="Hospital").user
    where = f"bookings/{booking['reference']}"
    assert [each["reference"] for each in hospital.call("get", "bookings").json()["results"]] == [booking["reference"]]

    patient = booking["passenger"]["id"]
    wish = world.wish(passenger=patient, leave_at=world.at(15), instead_of=booking["reference"])
    offer = hospital.call("post", "offers", wish).json()["offers"][0]["id"]
    changed = hospital.call("post", f"{where}/change", {"offer": offer})
    assert changed.status_code == 201, changed.data

    cancelled = hospital.call("post", f"bookings/{changed.json()['reference']}/cancel")
    assert cancelled.json()["status"] == "cancelled"
    assert by_passenger(Event.objects.filter(kind="booking.cancelled").latest("pk"))  # so they aren't told that the operator did


def test_the_desk_sees_what_a_partner_has_booked(world: World, hospital: Site) -> None:
    booking = hospital.book()
    assert world.get("agent", f"bookings/{booking['reference']}").json()["channel"] == "partner"
    assert world.get("otto", f"bookings/{booking['reference']}").status_code == 404


def test_a_partner_has_nothing_to_do_with_anybody_else(world: World, hospital: Site) -> None:
    anns = world.book("ann", leave_at=world.at(11))
    offer = world.offers("ann", leave_at=world.at(14))[0]["id"]
    clinic = create(world, "Clinic").sign_in()
    patients = clinic.book(leave_at=world.at(12))
    for booking in (anns, patients):
        for method, path in (("get", ""), ("post", "/cancel"), ("post", "/confirm")):
            assert hospital.call(method, f"bookings/{booking['reference']}{path}").status_code == 404
        passenger = booking["passenger"]["id"]
        assert hospital.call("get", f"passengers/{passenger}").status_code == 404
        assert hospital.call("patch", f"passengers/{passenger}", {"needs": "None"}).status_code == 404
        refused = hospital.call("post", "offers", world.wish(passenger=passenger))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "#/passenger")
    assert hospital.call("post", "bookings", {"offer": offer}).status_code == 404
    assert hospital.call("get", "bookings").json()["results"] == []


def test_a_name_and_number_that_others_know_are_another_record(world: World, hospital: Site) -> None:
    known = world.post("agent", "passengers", PATIENT).json()
    made = hospital.call("post", "passengers", PATIENT).json()
    again = hospital.call("post", "passengers", PATIENT | {"phone": "+447700900777"}).json()
    assert known["id"] != made["id"] == again["id"]
    assert world.post("agent", "passengers", PATIENT).json()["id"] == known["id"]


def test_a_partner_has_to_say_for_whom(world: World, hospital: Site) -> None:
    asked = hospital.call("post", "offers", world.wish())
    assert (asked.status_code, asked.json()["type"]) == (422, "/api/v1/problems/passenger-needed")


def test_a_partner_says_what_a_patient_needs_and_not_to_what_they_are_entitled(world: World, hospital: Site) -> None:
    patient = hospital.call("post", "passengers", PATIENT).json()["id"]
    assert hospital.call("patch", f"passengers/{patient}", {"needs": "Walks with a frame"}).status_code == 200
    assert hospital.call("patch", f"passengers/{patient}", {"door_to_door": True}).status_code == 403
    assert not Passenger.objects.get(pk=patient).door_to_door


def test_what_is_the_desks_is_not_a_partners(world: World, hospital: Site) -> None:
    day = f"services/ripon/days/{world.now.date()}"
    for path in (day, f"{day}/refusals", "shifts", "tablets"):
        assert hospital.call("get", path).status_code == 403
    assert hospital.call("post", "enrolments", {"driver": "x", "name": "x"}).status_code == 403
    answer = hospital.call("post", f"bookings/{hospital.book()['reference']}/cancel", {"for_operator": True})
    assert answer.status_code == 403


def test_a_passenger_who_signs_in_by_code_does_not_get_a_partners_record(
    world: World, hospital: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Else the hospital would go on seeing all that they book.
    hospital.book()
    provider = Provider()
    monkeypatch.setattr(codes, "chosen_ports", lambda: {"sms": provider})
    ticket = world.post(None, "sign-in/codes", {"service": "ripon", "phone": PATIENT["phone"]}).json()["ticket"]
    sent = {"ticket": ticket, "code": provider.taken[-1].text.partition(" is ")[0]}
    assert world.post(None, "sign-in", sent).status_code == 409
    assert world.post(None, "sign-in", sent | {"name": PATIENT["name"]}).status_code == 200
    assert Passenger.objects.filter(name=PATIENT["name"], partner=None).count() == 1


# --- Tokens


def test_a_token_says_nothing_lasts_an_hour_and_is_kept_as_a_digest(world: World, hospital: Site) -> None:
    answer = hospital.ask_token().json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3600)
    assert re.fullmatch(r"[A-Za-z0-9]{30,}", answer["access_token"])
    assert "refresh_token" not in answer
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM oauth2_provider_accesstoken")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT client_secret FROM oauth2_provider_application")
        kept += str(cursor.fetchall())
    assert answer["access_token"] not in kept
    assert hospital.secret not in kept

    get_access_token_model().objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert hospital.call("get", "bookings").status_code == 401


def test_tokens_and_sessions_that_are_over_are_forgotten(world: World, hospital: Site) -> None:
    opened = open_session(HttpRequest(), world.users["ann"])
    for over in (False, True):
        if over:
            get_access_token_model().objects.update(expires=timezone.now() - timedelta(seconds=1))
            Session.objects.filter(pk=opened.token).update(expire_date=timezone.now() - timedelta(seconds=1))
        tasks.sweep_keys()
        assert get_access_token_model().objects.exists() != over
        assert Session.objects.filter(pk=opened.token).exists() != over


def test_a_token_counts_in_the_header_alone(world: World, hospital: Site) -> None:
    assert world.client(None).get(f"/api/v1/bookings?access_token={hospital.token}").status_code == 401
    assert hospital.call("get", "bookings", HTTP_AUTHORIZATION="Bearer made-up").status_code == 401


@pytest.mark.parametrize("how", ["signed out", "revoked", "closed", "removed"])
def test_a_token_is_out_at_once(world: World, hospital: Site, how: str) -> None:
    if how == "signed out":
        assert hospital.call("delete", "sign-in").status_code == 204
    elif how == "revoked":
        sent = {"token": hospital.token, "client_id": hospital.client_id, "client_secret": hospital.secret}
        assert Client().post("/o/revoke_token/", sent).status_code == 200
    elif how == "closed":
        User.objects.filter(partner__name="Hospital").update(is_active=False)
    else:
        get_application_model().objects.all().delete()
    assert hospital.call("get", "bookings").status_code == 401


def test_a_wrong_secret_gets_no_token_and_can_be_tried_ten_times(world: World, hospital: Site) -> None:
    hospital.world.set_clock(world.now + timedelta(hours=1))
    tried = [hospital.ask_token("wrong").status_code for _ in range(11)]
    assert tried == [401] * 10 + [429]
    assert hospital.ask_token().status_code == 429


def test_no_other_way_leads_to_a_token(world: World, hospital: Site) -> None:
    user = User.objects.get(partner__name="Hospital")
    assert not user.has_usable_password()
    tried = hospital.ask_token(grant_type="password", username="ann", password="ann")
    assert tried.status_code == 400
    assert Client().get("/o/authorize/").status_code == 404
