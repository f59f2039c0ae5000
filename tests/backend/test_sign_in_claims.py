"""Whoever rang before and signs in finds it all; who shares a telephone is told apart by name, and nobody is named to them."""

from __future__ import annotations

import pytest

from bookings.models import Passenger
from tests.backend.api_world import World
from tests.backend.code_post import MOBILE, STRANGER, ask, bookings_of, code_in, enter, signed_in
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db

# --- Who rang first and takes the app later


def test_a_caller_who_signs_in_finds_what_they_booked_by_telephone(world: World, post: Provider) -> None:
    by_phone = world.book("agent", passenger={"name": "Ann Example", "phone": "(07700) 900-123"})

    answer = signed_in(world, post, phone="+44 7700 900123")

    assert answer.status_code == 200, answer.data
    token = answer.json()["session_token"]
    assert bookings_of(world, token) == [by_phone["reference"]]
    assert answer.json()["passenger"]["name"] == "Ann Example"
    assert Passenger.objects.get(name="Ann Example").user is not None
    # And the other way: what she books in the app, the agent sees under the same record, by channel and by whom.
    wished = world.client(None).post(
        "/api/v1/offers", world.wish(leave_at=world.at(14)), format="json", HTTP_X_SESSION_TOKEN=token
    )
    offer = wished.json()["offers"][0]["id"]
    headers = {"HTTP_X_SESSION_TOKEN": token, "HTTP_IDEMPOTENCY_KEY": "1"}
    by_app = world.client(None).post("/api/v1/bookings", {"offer": offer}, format="json", **headers).json()
    assert by_app["passenger"]["id"] == by_phone["passenger"]["id"]
    assert (by_phone["channel"], by_app["channel"]) == ("phone", "app")


def test_who_is_new_gives_a_name_and_becomes_a_passenger_of_the_operator(world: World, post: Provider) -> None:
    ticket = ask(world, phone=STRANGER, language="cy").json()["ticket"]
    assert "yw eich cod mewngofnodi" in post.taken[-1].text
    code = post.taken[-1].text.partition(" yw ")[0]

    asked = enter(world, ticket, code)
    assert (asked.status_code, asked.json()["type"]) == (409, "/api/v1/problems/name-needed")
    answer = enter(world, ticket, code, name="Fern Newcomer")

    assert answer.status_code == 200, answer.data
    made = Passenger.objects.get(name="Fern Newcomer")
    assert (made.operator, made.phone, made.language) == (world.service.operator, "+447700900999", "cy")
    assert made.user is not None
    assert not made.user.has_usable_password()


def test_signing_in_again_is_the_same_person(world: World, post: Provider) -> None:
    first = signed_in(world, post, "Fern Newcomer", phone=STRANGER).json()
    again = signed_in(world, post, phone=STRANGER).json()
    assert first["passenger"]["id"] == again["passenger"]["id"]
    assert first["session_token"] != again["session_token"]


def test_people_who_share_a_telephone_are_told_apart_by_name_and_nobody_is_named_to_them(world: World, post: Provider) -> None:
    hers = world.book("agent", passenger={"name": "Ann Example", "phone": MOBILE})
    his = world.book("agent", passenger={"name": "Bert Example", "phone": MOBILE})

    ticket = ask(world, phone=MOBILE).json()["ticket"]
    asked = enter(world, ticket, code_in(post))
    assert (asked.status_code, asked.json()["type"]) == (409, "/api/v1/problems/name-needed")
    assert "Ann" not in asked.content.decode()
    assert "Bert" not in asked.content.decode()

    both = enter(world, ticket, code_in(post), name="Example")
    assert both.status_code == 409  # two are called so
    token = enter(world, ticket, code_in(post), name="bert  example").json()["session_token"]
    assert bookings_of(world, token) == [his["reference"]]
    token = signed_in(world, post, "Ann", phone=MOBILE).json()["session_token"]
    assert bookings_of(world, token) == [hers["reference"]]


def test_another_name_at_a_known_telephone_is_somebody_else(world: World, post: Provider) -> None:
    world.book("agent", passenger={"name": "Ann Example", "phone": MOBILE})
    token = signed_in(world, post, "Carl Example", phone=MOBILE).json()["session_token"]
    assert bookings_of(world, token) == []
    assert Passenger.objects.get(name="Ann Example").user is None


def test_each_operator_has_its_own_record(world: World, post: Provider) -> None:
    # eve is a passenger of another operator; to Ripon's she is a stranger.
    ticket = ask(world, phone="07700 900002").json()["ticket"]
    assert enter(world, ticket, code_in(post)).status_code == 409


# --- By e-mail


def test_a_record_with_an_address_is_found_by_a_code_sent_there(world: World, post: Provider) -> None:
    booking = world.book("agent", passenger={"name": "Ann Example", "phone": MOBILE})
    where = f"passengers/{booking['passenger']['id']}"
    assert world.patch("agent", where, {"email": "ann@example.org"}).status_code == 200

    token = signed_in(world, post, email="Ann@Example.org").json()["session_token"]

    assert post.taken[-1].to == "ann@example.org"
    assert bookings_of(world, token) == [booking["reference"]]


def test_an_address_that_somebody_wrote_into_their_own_account_opens_it_to_nobody(world: World, post: Provider) -> None:
    # Else mallory could have victims sign in to an account that she reads as well.
    assert world.patch("ann", "me", {"email": "victim@example.org"}).status_code == 200
    asked = signed_in(world, post, email="victim@example.org")
    assert asked.json()["type"] == "/api/v1/problems/name-needed"
    found = signed_in(world, post, "Ann", email="victim@example.org").json()["passenger"]
    assert found["id"] != world.users["ann"].passenger.pk


def test_an_address_that_was_shown_to_be_theirs_opens_it_until_it_is_another(world: World, post: Provider) -> None:
    first = signed_in(world, post, "Fern", email="fern@example.org").json()["passenger"]["id"]
    assert signed_in(world, post, email="fern@example.org").json()["passenger"]["id"] == first
    assert world.patch("agent", f"passengers/{first}", {"email": "other@example.org"}).status_code == 200
    assert signed_in(world, post, email="other@example.org").status_code == 409
