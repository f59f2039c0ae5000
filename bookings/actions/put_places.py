from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from bookings.gazetteer.kept import is_kept, keep_gazetteer
from bookings.models import Place, Service

BATCH = 2000


class PutPlaces(NamedTuple):
    """How many places came, went, or have another name, other names, another detail or position than before."""

    added: int
    changed: int
    dropped: int


def put_places(service: Service, places: Iterable[Place]) -> PutPlaces:
    """Make these the places of a service, told from one another by kind and code, and have them found.

    Takes unsaved rows, with kind, name, other names, detail, code and position; the service is seen to here. Of several with one
    kind and code the last counts. In one transaction.
    """
    wanted = {(place.kind, place.code): place for place in places}
    with transaction.atomic():
        known = {(place.kind, place.code): place for place in Place.objects.filter(service=service)}
        gone = [place.pk for key, place in known.items() if key not in wanted]
        added = [place for key, place in wanted.items() if key not in known]
        changed = [place for key, place in wanted.items() if key in known and not _alike(place, known[key])]
        for begin in range(0, len(gone), BATCH):
            Place.objects.filter(pk__in=gone[begin : begin + BATCH]).delete()
        _write(service, added + changed)
        if gone or added or changed or not is_kept(service):
            keep_gazetteer(service)
    return PutPlaces(len(added), len(changed), len(gone))


def _alike(one: Place, other: Place) -> bool:
    """Positions are compared to a centimetre: not every database keeps the last digit."""
    near = all(abs(a - b) < 1e-7 for a, b in zip(one.position.coords, other.position.coords, strict=True))
    return near and (one.name, one.detail, one.other_names) == (other.name, other.detail, other.other_names)


def _write(service: Service, places: list[Place]) -> None:
    for place in places:
        place.service = service
    Place.objects.bulk_create(
        places,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["service", "kind", "code"],
        update_fields=["name", "other_names", "detail", "position"],
    )
