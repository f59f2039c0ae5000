"""Whose things somebody finds in which list, and by what one sees that something is in it."""

from __future__ import annotations

from collections.abc import Callable

from tests.backend.access_world import Things

SIGNS: dict[str, Callable[[Things], str]] = {
    "services": lambda of: f'"{of.slug}"',
    "bookings": lambda of: of.reference,
    "shifts": lambda of: f'{{"id": {of.shift},',
    "tablets": lambda of: f'{{"id": {of.tablet},',
    "me/devices": lambda of: f'{{"id": {of.device},',
    "untold": lambda of: f'{{"id": {of.message}, "kind"',
    "saved-places": lambda of: f'{{"id": {of.saved_place},',
    "series": lambda of: f'{{"id": {of.series}, "service"',
    "waitlist": lambda of: f'{{"id": {of.waiting}, "service"',
    "webhooks": lambda of: f'{{"id": {of.webhook},',
    "accounts": lambda of: f'{{"id": {of.account},',
    "refunds": lambda of: of.refund,
    "services/<slug:slug>/days/<day:date>": lambda of: of.reference,
}
"""By what one sees that something is in a list."""

STAFF = {"own", "other"}
SEEN: dict[str, dict[str, set[str]]] = {
    "services": dict.fromkeys(("passenger", "agent", "dispatcher", "driver"), STAFF) | {"elsewhere": {"foreign"}},
    "bookings": {"partner": set(), "passenger": {"own"}, "agent": STAFF, "dispatcher": STAFF, "elsewhere": {"foreign"}},
    "tablets": {"dispatcher": STAFF, "elsewhere": {"foreign"}},
    "me/devices": {"passenger": {"own"}},
    "untold": {"agent": STAFF, "dispatcher": STAFF, "elsewhere": {"foreign"}},
    "shifts": {"driver": {"own"}, "agent": STAFF, "dispatcher": STAFF, "elsewhere": {"foreign"}},
    "saved-places": {"passenger": {"own"}, "agent": {"own"}, "elsewhere": {"foreign"}},
    "series": {"passenger": {"own"}, "agent": STAFF, "dispatcher": STAFF, "elsewhere": {"foreign"}},
    "waitlist": {"passenger": {"own"}, "agent": STAFF, "dispatcher": STAFF, "elsewhere": {"foreign"}},
    "webhooks": {"dispatcher": STAFF, "elsewhere": {"foreign"}},
    "accounts": {"dispatcher": STAFF, "elsewhere": {"foreign"}},
    "refunds": {"dispatcher": STAFF, "elsewhere": {"foreign"}},
    "services/<slug:slug>/days/<day:date>": {"dispatcher": STAFF, "elsewhere": {"foreign"}},
}
"""Whose things somebody finds in a list."""
