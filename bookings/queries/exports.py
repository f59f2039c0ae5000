"""Everything that is kept of one passenger, as they may ask for it (UK GDPR, article 15)."""

from __future__ import annotations

from datetime import date as Date
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Point as Position
from django.db.models import ForeignKey, Model, Q, QuerySet

from bookings import models
from bookings.models import Passenger
from bookings.queries.audits import list_audit

SECTIONS: dict[str, tuple[type[Model], str]] = {
    "saved_places": (models.SavedPlace, "passenger"),
    "devices": (models.Device, "passenger"),
    "offers": (models.Offer, "passenger"),
    "refusals": (models.Refusal, "passenger"),
    "bookings": (models.Booking, "passenger"),
    "waiting": (models.Waiting, "passenger"),
    "series": (models.Series, "passenger"),
    "series_days": (models.SeriesDay, "series__passenger"),
    "strikes": (models.Strike, "passenger"),
    "messages": (models.Message, "passenger"),
    "ledger": (models.LedgerEntry, "booking__passenger"),
    "payments": (models.Checkout, "booking__passenger"),
    "refunds": (models.Refund, "booking__passenger"),
    "receipts": (models.Receipt, "booking__passenger"),
}
"""Rows by how they lead to their passenger; the passenger's own row, events and audit have sections of their own."""

LEFT_OUT = {
    models.CheckoutPart: "which of the bookings a payment was for, as the ledger tells",
    models.PassengerWord: "the words of name and number, by which they are looked up",
    models.WebhookDelivery: "that an event was told to a partner, without a name",
}
"""Rows that lead to a passenger all the same, and why they aren't in the export."""

HIDDEN = {
    "devices": {"p256dh", "auth"},  # with which anybody could send to the device
    "refusals": {"leeway"},  # other people's bookings
    "passenger": {"key"},  # by which backups forget
    "audit": {"user", "look"},  # who it was is the operator's to say: here is the role
}
"""Columns that aren't told, by section."""


def export(passenger: Passenger) -> dict[str, Any]:
    """All that is kept of a passenger, ready for JSON, by section. Of other people it tells that they were others."""
    found: dict[str, Any] = {"passenger": _told("passenger", passenger, passenger)}
    user = passenger.user
    if user is not None:
        names = ("username", "first_name", "last_name", "email", "date_joined", "last_login")
        found["user"] = {name: _plain(getattr(user, name)) for name in names}
    for section, (model, path) in SECTIONS.items():
        found[section] = _rows(section, model._default_manager.filter(**{path: passenger}), passenger)
    about = Q(booking__passenger=passenger) | Q(data__passenger=passenger.pk)
    found["events"] = _rows("events", models.Event.objects.filter(about), passenger)
    found["audit"] = _rows("audit", list_audit(passenger), passenger)
    return found


def _rows(section: str, rows: QuerySet[Any], passenger: Passenger) -> list[dict[str, Any]]:
    return [_told(section, row, passenger) for row in rows.order_by("pk")]


def _told(section: str, row: Model, passenger: Passenger) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if field.name not in HIDDEN.get(section, ())]
    return {field.name: _value(row, field, passenger) for field in fields}


def _value(row: Model, field: Any, passenger: Passenger) -> Any:
    if not isinstance(field, ForeignKey):
        return _plain(field.value_from_object(row))
    pk = field.value_from_object(row)
    if pk is None or field.related_model is Passenger:
        return pk
    if field.related_model._meta.label == settings.AUTH_USER_MODEL:
        return "the passenger" if pk == passenger.user_id else "somebody else"
    return str(getattr(row, field.name))


def _plain(value: Any) -> Any:
    if isinstance(value, Position):
        return {"type": "Point", "coordinates": [value.x, value.y]}
    if isinstance(value, datetime | Date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
