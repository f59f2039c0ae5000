"""The gazetteer of a service's places: made of their rows, and kept in the database as bytes.

Of a hundred thousand places it takes a second or two to make, and a few hundredths to read.
"""

from __future__ import annotations

from dataclasses import fields
from io import BytesIO
from typing import Any, Final

import numpy as np
from django.db.models import FloatField, Func

from bookings.gazetteer.making import Thing, make_gazetteer
from bookings.gazetteer.names import Gazetteer, Named
from bookings.gazetteer.ragged import Ragged
from bookings.models import KeptGazetteer, Place, PlaceKind, Service
from bookings.spelling import code_key
from routing.model import Point

FORMAT: Final = 1
"""To be raised when names are taken apart in another way, or when arrays mean something else. What is of another format is not
read, and places are found as before, but by each process at the price of making its own, until they are put again."""

RANKS: Final = {PlaceKind.SETTLEMENT: 0, PlaceKind.LANDMARK: 1, PlaceKind.STREET: 2, PlaceKind.POSTCODE: 3}
"""What is likelier meant by a word that several kinds of places have."""


def keep_gazetteer(service: Service) -> None:
    """Keep what the rows of a service's places say now, and tell other processes."""
    data = as_bytes(_made(service))
    KeptGazetteer.objects.update_or_create(service=service, defaults={"format": FORMAT, "data": data})
    service.touch()


def is_kept(service: Service) -> bool:
    return KeptGazetteer.objects.filter(service=service, format=FORMAT).exists()


def read_gazetteer(service: Service) -> Gazetteer:
    """The gazetteer as it was kept, or else as the rows say."""
    kept = KeptGazetteer.objects.filter(service=service, format=FORMAT).values_list("data", flat=True).first()
    return _made(service) if kept is None else from_bytes(bytes(kept))


def as_bytes(gazetteer: Gazetteer) -> bytes:
    arrays: dict[str, Any] = {}
    for field in fields(gazetteer):
        value = getattr(gazetteer, field.name)
        if isinstance(value, Ragged):
            arrays |= {f"{field.name}.values": value.values, f"{field.name}.starts": value.starts}
        else:
            arrays[field.name] = value
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def from_bytes(data: bytes) -> Gazetteer:
    with np.load(BytesIO(data), allow_pickle=False) as arrays:

        def read(name: str) -> Any:
            return arrays[name] if name in arrays else Ragged(arrays[f"{name}.values"], arrays[f"{name}.starts"])

        return Gazetteer(**{field.name: read(field.name) for field in fields(Gazetteer)})


def _made(service: Service) -> Gazetteer:
    # Coordinates as numbers: geometries take longer than all the rest.
    lon, lat = (Func("position", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    rows = Place.objects.filter(service=service).values_list("kind", "name", "detail", "code", lon, lat, "other_names")
    settlements = other_names_of_settlements(service)
    things = []
    for kind, name, detail, code, x, y, other_names in rows:
        postcode = kind == PlaceKind.POSTCODE
        thing = Thing(
            Named(kind, name, detail, code, Point(x, y)),
            other_names=tuple(other_names),
            detail_names=settlements.get(detail.rpartition(", ")[2], ()),
            keys=(code_key(code),) if postcode else (),
            has_words=not postcode,
        )
        things.append(thing)
    return make_gazetteer(sorted(things, key=lambda thing: (RANKS[PlaceKind(thing.named.kind)], thing.named.code)))


def other_names_of_settlements(service: Service) -> dict[str, tuple[str, ...]]:
    """What else the settlements of a service are called, by their names, which stand at the end of details."""
    rows = Place.objects.filter(service=service, kind=PlaceKind.SETTLEMENT).order_by("code").values_list("name", "other_names")
    found: dict[str, tuple[str, ...]] = {}
    for name, others in rows:
        if others:
            found[name] = (*found.get(name, ()), *others)
    return found
