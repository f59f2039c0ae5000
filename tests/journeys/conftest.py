"""Ripon for journeys that many people make at once: in the database for good, until the test ends."""

from __future__ import annotations

import pytest

from tests.backend.api_world import World, build_world


@pytest.fixture
def ripon(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ripon on a Monday morning in summer, with a clock that stands still."""
    world = build_world()
    monkeypatch.setattr("bookings.clock.database_now", lambda: world.now)
    return world
