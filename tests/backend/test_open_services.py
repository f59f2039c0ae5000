"""An app that has just been installed finds its service, before anybody signs in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry
from pytest_django import Settings

from backend.message_settings import MessageSettings
from backend.rates import Rate
from bookings.models import Service
from tests.backend.api_world import HOME, World
from tests.backend.code_post import MOBILE, ask
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db

BY_BOTH = MessageSettings(sms="console", email="console")


def test_an_app_finds_the_service_whose_area_it_is_in_and_signs_in_with_it(
    world: World, settings: Settings, post: Provider
) -> None:
    settings.MESSAGES = BY_BOTH
    (found,) = world.get(None, "open/services").json()
    told = {name: found[name] for name in ("slug", "name", "operator", "operator_phone", "languages", "sign_in_by")}
    operator = world.service.operator
    assert told == {
        "slug": "ripon",
        "name": world.service.name,
        "operator": operator.name,
        "operator_phone": operator.phone,
        "languages": ["en", "cy"],
        "sign_in_by": ["sms", "email"],
    }
    area = GEOSGeometry(str(found["area"]).replace("'", '"'))
    assert area.contains(GEOSGeometry(str(HOME).replace("'", '"')))
    assert ask(world, phone=MOBILE, service=found["slug"]).status_code == 202


def test_strangers_learn_nothing_but_that(world: World) -> None:
    (found,) = world.get(None, "open/services").json()
    assert found.keys() == {
        *("slug", "name", "description", "operator", "operator_phone", "zone"),
        *("languages", "sign_in_by", "app_bookings", "area"),
    }


@pytest.mark.parametrize(
    ("messages", "by", "app"),
    [
        (BY_BOTH, ["sms", "email"], True),
        (replace(BY_BOTH, sms=""), ["email"], True),
        (MessageSettings(push="web-push"), [], False),
    ],
)
def test_where_no_code_can_be_sent_nobody_books_by_app(
    world: World, settings: Settings, messages: MessageSettings, by: list[str], app: bool
) -> None:
    settings.MESSAGES = messages
    (found,) = world.get(None, "open/services").json()
    assert (found["sign_in_by"], found["app_bookings"]) == (by, app)


def test_it_is_the_same_for_everybody_and_may_be_kept_on_the_way(world: World) -> None:
    answers = {who: world.get(who, "open/services") for who in (None, "ann", "dispatcher", "nobody")}
    assert len({answer.content for answer in answers.values()}) == 1
    answer = answers[None]
    assert answer["Cache-Control"] == "public, max-age=300"
    known = world.get(None, "open/services", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (known.status_code, known.content) == (304, b"")
    assert known["Cache-Control"] == "public, max-age=300"
    Service.objects.update(name="Ripon and Richmond")
    renamed = world.get(None, "open/services", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert (renamed.status_code, renamed.json()[0]["name"]) == (200, "Ripon and Richmond")


def test_strangers_are_counted_by_address(world: World, settings: Any) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "anonymous": Rate(2, 3600)}
    statuses = [world.get(None, "open/services", REMOTE_ADDR="8.8.8.8").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert world.get(None, "open/services", REMOTE_ADDR="8.8.4.4").status_code == 200
