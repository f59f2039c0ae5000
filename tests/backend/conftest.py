"""A service that is loaded once for all tests of a module; what a test changes is undone after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction

from backend.notify import codes as sending
from tests.backend.access_world import Things, three_of_everything
from tests.backend.api_world import World, build_world
from tests.backend.messenger import Provider


@pytest.fixture(scope="module")
def ripon(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def things(
    ripon: World, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: pytest.FixtureRequest
) -> Iterator[dict[str, Things]]:
    """Ann's own things, another passenger's, and another operator's."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        patch.setattr("bookings.clock.database_now", lambda: ripon.now)
        yield three_of_everything(ripon, tmp_path_factory.mktemp("away"))
        transaction.set_rollback(True)


@pytest.fixture
def world(ripon: World, db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ripon on a Monday morning in summer, for one test."""
    world = replace(ripon, tokens=dict(ripon.tokens), users=dict(ripon.users))
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    return world


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """What the provider has taken."""
    provider = Provider()
    monkeypatch.setattr(sending, "chosen_ports", lambda: {"sms": provider, "email": provider})
    return provider
