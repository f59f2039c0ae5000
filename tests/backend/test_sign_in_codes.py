"""Passengers sign in by a code: one answer for everybody, three tries, ten minutes, once."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import serializers
from pytest_django import DjangoAssertNumQueries, Settings

from backend import limits
from backend.message_settings import MessageSettings
from backend.notify import segments
from backend.notify.letter import Unavailable
from bookings.actions.sweep_keys import sweep_keys
from bookings.models import Driver, Passenger, Role, SignInCode, StaffMember
from tests.backend.api_world import World
from tests.backend.code_post import MOBILE, STRANGER, ask, code_in, enter, signed_in
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db

WRONG = "This code doesn't work: it may be mistyped, used or too old. After three tries ask for a new one."


# --- What a code is


def test_known_and_unknown_numbers_get_the_same_answer_after_the_same_work(
    world: World, post: Provider, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world.book("agent", passenger={"name": "Ann Example", "phone": MOBILE})
    ask(world, phone="07700 900555")  # whatever is set up on the first call
    answers = []
    for phone in (MOBILE, STRANGER):
        with django_assert_num_queries(6):
            answers.append(ask(world, phone=phone))
    assert [answer.status_code for answer in answers] == [202, 202]
    known, unknown = (answer.json() | {"ticket": len(answer.json()["ticket"])} for answer in answers)
    assert known == unknown
    assert [letter.text[7:] for letter in post.taken[-2:]] == [post.taken[-1].text[7:]] * 2


def test_a_code_works_once(world: World, post: Provider) -> None:
    ticket = ask(world, phone=STRANGER).json()["ticket"]
    assert enter(world, ticket, code_in(post), name="Fern").status_code == 200
    again = enter(world, ticket, code_in(post), name="Fern")
    assert (again.status_code, again.json()["detail"]) == (422, WRONG)


def test_a_code_works_for_ten_minutes(world: World, post: Provider) -> None:
    ticket = ask(world, phone=STRANGER).json()["ticket"]
    world.set_clock(world.now + timedelta(minutes=10))
    late = enter(world, ticket, code_in(post), name="Fern")
    assert (late.status_code, late.json()["detail"]) == (422, WRONG)


def test_after_three_wrong_tries_the_right_code_is_dead(world: World, post: Provider) -> None:
    ticket = ask(world, phone=STRANGER).json()["ticket"]
    right = code_in(post)
    wrong = "000 000" if right != "000 000" else "111 111"
    answers = [enter(world, ticket, code, name="Fern") for code in (wrong, wrong, wrong, right)]
    assert [(each.status_code, each.json()["detail"]) for each in answers] == [(422, WRONG)] * 4


def test_a_code_is_nothing_without_the_ticket_of_whoever_asked_for_it(world: World, post: Provider) -> None:
    ask(world, phone=STRANGER)
    other = ask(world, phone=MOBILE).json()["ticket"]
    first = post.taken[0].text.partition(" is ")[0]
    if first != code_in(post):
        assert enter(world, other, first, name="Fern").json()["detail"] == WRONG
    assert enter(world, "made-up", first, name="Fern").json()["detail"] == WRONG


def test_neither_code_nor_ticket_is_kept_and_no_log_has_the_number(
    world: World, post: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ticket = ask(world, phone=STRANGER).json()["ticket"]
    kept = serializers.serialize("json", SignInCode.objects.all())
    for secret in (ticket, code_in(post), code_in(post).replace(" ", "")):
        assert f'"{secret}"' not in kept
    told = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert "900999" not in told
    assert code_in(post) not in told
    sweep_keys(answered_before=world.now, now=world.now + timedelta(minutes=10))
    assert not SignInCode.objects.exists()


def test_a_code_fits_into_one_text_message_whatever_the_operator_is_called(world: World, post: Provider) -> None:
    operator = world.service.operator
    operator.name = "Bwrdeistref Sirol Tŷ Ŵyn ac Ardaloedd Cyfagos y Mynyddoedd Duon, Cludiant Cymunedol ar Alw"
    operator.save()
    for language in ("en", "cy"):
        ask(world, phone=STRANGER, language=language)
        assert segments.count(post.taken[-1].text) == 1


# --- What is too much


def test_codes_to_one_number_are_few_from_wherever_they_are_asked_for(world: World, post: Provider) -> None:
    answers = [ask(world, phone=phone) for phone in ("07700 900999", "+447700900999", "0044 7700 900999", "07700900999")]
    assert [each.status_code for each in answers] == [202, 202, 202, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert len(post.taken) == 3


def test_ten_codes_a_day_go_to_one_number(world: World, post: Provider) -> None:
    sent = 0
    for _ in range(40):
        sent += ask(world, phone=STRANGER).status_code == 202
        world.set_clock(world.now + timedelta(minutes=5))
    assert sent <= 12  # ten, and what the bucket has filled with since


def test_one_address_asks_for_thirty_an_hour(world: World, post: Provider, settings: Settings) -> None:
    codes = [ask(world, phone=f"07700 900{number:03}").status_code for number in range(31)]
    assert codes == [202] * 30 + [429]


def test_trying_codes_is_limited_by_address(world: World, post: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    take = limits.take
    monkeypatch.setattr("backend.api.sign_in.take", lambda scope, who: (asked.append(scope), take(scope, who)))
    enter(world, "made-up", "1")
    assert asked == ["sign-in"]


# --- Whom a code is too little for, and what can't be sent


@pytest.mark.parametrize("what", ["staff", "superuser", "driver", "closed"])
def test_who_may_more_than_a_passenger_signs_in_with_a_password(world: World, post: Provider, what: str) -> None:
    ann = world.users["ann"]
    Passenger.objects.filter(user=ann).update(phone=MOBILE)
    if what == "staff":
        StaffMember.objects.create(user=ann, operator=world.service.operator, role=Role.AGENT)
    elif what == "driver":
        Driver.objects.filter(pk=world.service.operator.drivers.first().pk).update(user=ann)
    else:
        User.objects.filter(pk=ann.pk).update(**({"is_active": False} if what == "closed" else {"is_superuser": True}))
    answer = signed_in(world, post, phone=MOBILE)
    assert (answer.status_code, answer.json()["type"]) == (403, "/api/v1/problems/password-needed")


def test_a_landline_gets_no_text_message_and_a_service_has_to_be_one(world: World, post: Provider) -> None:
    assert ask(world, phone="01765 123456").json()["errors"][0]["pointer"] == "#/phone"
    assert ask(world, phone="12345").json()["errors"][0]["pointer"] == "#/phone"
    assert ask(world).status_code == ask(world, phone=MOBILE, email="a@example.org").status_code == 400
    nowhere = world.post(None, "sign-in/codes", {"service": "nowhere", "phone": MOBILE})
    assert nowhere.json()["errors"][0]["pointer"] == "#/service"


def test_where_no_message_goes_it_says_so_and_keeps_no_code(world: World, post: Provider) -> None:
    post.trouble = Unavailable("503")
    answer = ask(world, phone=STRANGER)
    assert (answer.status_code, answer.json()["type"], answer["Retry-After"]) == (503, "/api/v1/problems/not-sent", "60")
    assert not SignInCode.objects.exists()


def test_without_a_provider_it_is_the_same(world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MESSAGES = replace(settings.MESSAGES or MessageSettings(), sms="", email="")
    assert ask(world, email="a@example.org").status_code == 503


# --- The session


def test_a_session_token_is_told_once_sets_no_cookie_and_ends_at_once(world: World, post: Provider) -> None:
    answer = signed_in(world, post, "Fern", phone=STRANGER)
    assert not answer.cookies
    token = answer.json()["session_token"]
    client = world.client(None)
    assert client.get("/api/v1/me", HTTP_X_SESSION_TOKEN=token).status_code == 200
    assert client.delete("/api/v1/sign-in", HTTP_X_SESSION_TOKEN=token).status_code == 204
    assert client.get("/api/v1/me", HTTP_X_SESSION_TOKEN=token).status_code == 401
    assert client.get("/api/v1/me", HTTP_X_SESSION_TOKEN="made-up").status_code == 401


def test_signing_out_ends_a_token_of_any_kind(world: World) -> None:
    assert world.client("ann").delete("/api/v1/sign-in").status_code == 204
    assert world.get("ann", "me").status_code == 401
    browser = world.client(None)
    browser.force_login(world.users["bob"])
    assert browser.delete("/api/v1/sign-in").status_code == 204
    assert browser.get("/api/v1/me").status_code == 401


def test_an_old_token_is_no_hindrance_to_signing_in(world: World, post: Provider) -> None:
    answer = world.post(None, "sign-in/codes", {"service": "ripon", "phone": STRANGER}, HTTP_AUTHORIZATION="Token gone")
    assert answer.status_code == 202
