"""Administrators are on record as everybody else, and so is who signs in by a code."""

from __future__ import annotations

from typing import Any

import pytest

from backend.admin.site import site
from backend.admin.watched import Watched
from bookings.models import Account, Audit, Booking, Passenger, Receipt
from tests.backend.api_world import World
from tests.backend.code_post import MOBILE, STRANGER, ask, enter, signed_in
from tests.backend.messenger import Provider
from tests.backend.test_audit import trail

pytestmark = pytest.mark.django_db


def test_administrators_are_on_record_as_well(world: World, client: Any, django_user_model: Any) -> None:
    ann = Passenger.objects.get(user=world.users["ann"])
    client.force_login(django_user_model.objects.create_superuser("root"))
    page = f"/admin/bookings/passenger/{ann.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.get("/admin/bookings/passenger/").status_code == 200
    changed = {"name": "Ann", "phone": "1", "extra_boarding_s": 0, "language": "en", "opted_out": "{}", "user": ann.user_id}
    assert client.post(page, changed).status_code == 302
    assert trail(world, ann.pk) == [
        ("root", "administrator", "admin changes passenger"),
        ("root", "administrator", "admin looks passenger"),
    ]
    assert Audit.objects.filter(operation="admin lists passenger").count() == 1


RIGHTS = {"user", "staffmember", "driver", "account", "ledgerentry", "refund", "receipt"}
PEOPLE = {"passenger", "booking", "event", "message", "refusal"}
THINGS = {
    *("operator", "service", "closure", "zone", "promotion", "stop", "vehicle", "shiftpattern", "shift"),
    *("webhook", "webhookdelivery"),  # ids of events
    "audit",  # itself
}


def test_what_is_about_people_or_their_rights_is_watched() -> None:
    watched = {model._meta.model_name: isinstance(admin, Watched) for model, admin in site._registry.items()}
    assert {name for name, is_watched in watched.items() if is_watched} == PEOPLE | RIGHTS
    assert {name for name, is_watched in watched.items() if not is_watched} == THINGS, "Watched, or here"


def by_administrators() -> list[tuple[str, str, int | None, int | None]]:
    rows = Audit.objects.filter(role="administrator").order_by("pk")
    return [(row.operation, row.key, row.passenger_id, row.operator_id) for row in rows]


@pytest.fixture
def admin(world: World, client: Any, django_user_model: Any) -> Any:
    client.force_login(django_user_model.objects.create_superuser("root"))
    return client


def test_what_was_owed_and_paid_is_not_looked_at_unseen(world: World, admin: Any) -> None:
    booking = Booking.objects.get(reference=world.book("ann")["reference"])
    world.post("ann", f"bookings/{booking.reference}/cancel")
    ann, operator = booking.passenger_id, booking.service.operator_id
    entry = booking.ledger.earliest("pk")
    paid = {"booking": booking, "pence": 200, "pay_by": "on_board", "lines": [], "issued_at": world.now}
    receipt = Receipt.objects.create(operator_id=operator, number=1, **paid)
    account = Account.objects.create(operator_id=operator, name="School")
    for name, row in (("ledgerentry", entry), ("receipt", receipt), ("account", account)):
        assert admin.get(f"/admin/bookings/{name}/").status_code == 200
        assert admin.get(f"/admin/bookings/{name}/{row.pk}/change/").status_code == 200
    assert admin.get("/admin/bookings/refund/").status_code == 200
    changed = {"name": "High School", "email": "", "reference": "", "address": "", "active": "on"}
    assert admin.post(f"/admin/bookings/account/{account.pk}/change/", changed).status_code == 302
    assert by_administrators() == [
        ("admin lists ledgerentry", "", None, None),
        ("admin looks ledgerentry", str(entry.pk), ann, operator),
        ("admin lists receipt", "", None, None),
        ("admin looks receipt", str(receipt.pk), ann, operator),
        ("admin lists account", "", None, None),
        ("admin looks account", str(account.pk), None, operator),
        ("admin lists refund", "", None, None),
        ("admin changes account", str(account.pk), None, operator),
    ]


def test_who_gets_which_rights_is_on_record(world: World, admin: Any) -> None:
    agent, operator = world.users["agent"], world.service.operator_id
    ann = Passenger.objects.get(name="Ann")
    member, users = agent.staff_member, "/admin/auth/user/"
    assert admin.get(f"{users}?q=nobody").status_code == 200
    assert admin.get(f"{users}{ann.user_id}/change/").status_code == 200
    rights = {"username": "agent", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    assert admin.post(f"{users}{agent.pk}/change/", rights).status_code == 302
    word = {"password1": "quite-long-and-odd", "password2": "quite-long-and-odd", "usable_password": "true"}
    assert admin.post(f"{users}{agent.pk}/password/", word).status_code == 302
    role = {"user": agent.pk, "operator": operator, "role": "dispatcher"}
    assert admin.post(f"/admin/bookings/staffmember/{member.pk}/change/", role).status_code == 302
    assert admin.post(f"/admin/bookings/staffmember/{member.pk}/delete/", {"post": "yes"}).status_code == 302
    assert by_administrators() == [
        ("admin lists user", "", None, None),
        ("admin looks user", str(ann.user_id), ann.pk, operator),
        ("admin changes user", str(agent.pk), None, operator),
        ("admin changes user", str(agent.pk), None, operator),
        ("admin changes staffmember", str(member.pk), None, operator),
        ("admin removes staffmember", str(member.pk), None, operator),
    ]


# --- Who signs in by a code


def test_who_makes_or_claims_a_record_by_a_code_is_on_record(world: World, post: Provider) -> None:
    rang = world.book("agent", passenger={"name": "Moss Vale", "phone": MOBILE})["passenger"]["id"]
    assert signed_in(world, post, phone=MOBILE).status_code == 200  # the record that the desk has made
    assert signed_in(world, post, phone=MOBILE).status_code == 200
    assert signed_in(world, post, phone=STRANGER, name="Fern").status_code == 200
    fern = Passenger.objects.get(name="Fern").pk
    rows = Audit.objects.filter(operation__startswith="POST sign-in").order_by("pk")
    assert [(row.operation, row.role, row.passenger_id, row.user.passenger.pk) for row in rows if row.user] == [
        ("POST sign-in, claimed", "passenger", rang, rang),
        ("POST sign-in", "passenger", rang, rang),
        ("POST sign-in, new", "passenger", fern, fern),
    ]
    assert ("Moss Vale", "passenger", "POST sign-in, claimed") in trail(world, rang)


def test_who_has_a_wrong_code_is_nobody(world: World, post: Provider) -> None:
    assert enter(world, ask(world, phone=STRANGER).json()["ticket"], "000-000").status_code == 422
    assert not Audit.objects.filter(operation__startswith="POST sign-in").exists()
