from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from bookings.models import Place, PlaceKind, Service, Trigram, Word, WordOfPlace
from bookings.spelling import code_key, trigrams_of, words_of

RANKS = {PlaceKind.SETTLEMENT: 0, PlaceKind.LANDMARK: 1, PlaceKind.STREET: 2, PlaceKind.POSTCODE: 3}
"""What is likelier meant by a word that several kinds of places have."""
IN_DETAIL = 10
"""Added to the rank of a place that has a word in its detail alone."""

BATCH = 2000


class PutPlaces(NamedTuple):
    """How many places came, went, or have another name, detail or position than before."""

    added: int
    changed: int
    dropped: int


def put_places(service: Service, places: Iterable[Place]) -> PutPlaces:
    """Make these the places of a service, told from one another by kind and code, and have them found by their words.

    Takes unsaved rows, with kind, name, detail, code and position; the service and the key are seen to here. Of several with one
    kind and code the last counts. In one transaction.
    """
    wanted = {(place.kind, place.code): place for place in places}
    with transaction.atomic():
        known = {(place.kind, place.code): place for place in Place.objects.filter(service=service)}
        gone = [place.pk for key, place in known.items() if key not in wanted]
        added = [place for key, place in wanted.items() if key not in known]
        changed = [place for key, place in wanted.items() if key in known and not _alike(place, known[key])]
        if gone or added or changed:
            _forget_words(service)
            for begin in range(0, len(gone), BATCH):
                Place.objects.filter(pk__in=gone[begin : begin + BATCH]).delete()
            _write(service, added + changed)
            _find_by_words(service)
    return PutPlaces(len(added), len(changed), len(gone))


def _alike(one: Place, other: Place) -> bool:
    """Positions are compared to a centimetre: not every database keeps the last digit."""
    near = all(abs(a - b) < 1e-7 for a, b in zip(one.position.coords, other.position.coords, strict=True))
    return near and (one.name, one.detail) == (other.name, other.detail)


def _write(service: Service, places: list[Place]) -> None:
    for place in places:
        place.service = service
        place.key = code_key(place.code) if place.kind == PlaceKind.POSTCODE else ""
    Place.objects.bulk_create(
        places,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["service", "kind", "code"],
        update_fields=["name", "detail", "key", "position"],
    )


def _forget_words(service: Service) -> None:
    WordOfPlace.objects.filter(word__service=service).delete()
    Trigram.objects.filter(service=service).delete()
    Word.objects.filter(service=service).delete()


def _find_by_words(service: Service) -> None:
    """Write the words of all places but postcodes, which are found by their key."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    named = Place.objects.filter(service=service).exclude(kind=PlaceKind.POSTCODE).values_list("pk", "kind", "name", "detail")
    for pk, kind, name, detail in named:
        rank = RANKS[PlaceKind(kind)]
        for word in words_of(detail):
            found[word][pk] = IN_DETAIL + rank
        for word in words_of(name):
            found[word][pk] = rank
    rows = [Word(service=service, text=text, places=len(ranks)) for text, ranks in sorted(found.items())]
    Word.objects.bulk_create(rows, batch_size=BATCH)
    ids = dict(Word.objects.filter(service=service).values_list("text", "pk"))
    Trigram.objects.bulk_create(
        (Trigram(service=service, word_id=pk, text=gram) for text, pk in ids.items() for gram in sorted(trigrams_of(text))),
        batch_size=BATCH,
    )
    WordOfPlace.objects.bulk_create(
        (
            WordOfPlace(word_id=ids[text], place_id=place, rank=rank)
            for text, ranks in found.items()
            for place, rank in ranks.items()
        ),
        batch_size=BATCH,
    )
