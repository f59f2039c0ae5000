"""Where people of a service live or go to, as its places tell."""

from __future__ import annotations

from bookings.models import Place, PlaceKind, Service
from bookings.open_data.coverage import Address


def addresses_of(service: Service) -> list[Address]:
    """Its postcodes; where none are known, settlements and landmarks instead."""
    rows = list(service.places.filter(kind=PlaceKind.POSTCODE).order_by("code"))
    if not rows:
        rows = list(service.places.filter(kind__in=(PlaceKind.SETTLEMENT, PlaceKind.LANDMARK)).order_by("code"))
    return [Address(row.name, _settlement(row), row.point) for row in rows]


def _settlement(row: Place) -> str:
    """`detail` of a postcode is its settlement; of others that comes after the kind, or the place is one itself."""
    if row.kind == PlaceKind.POSTCODE:
        return row.detail
    return row.detail.partition(", ")[2] or row.name
