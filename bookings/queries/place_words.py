"""Where names are looked up by their words: in the database for places, in memory for the stops of a service."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.db.models import Count, Exists, FloatField, Func, OuterRef, QuerySet

from bookings.models import Passenger, Place, SavedPlace, Service, Stop, Trigram, Word, WordOfPlace
from bookings.spelling import code_key, trigrams_of, words_of
from routing.model import Point

LAST = "\U0010ffff"
"""After every sign that words are made of."""
MOST_WORDS = 40
MOST_PLACES = 200


class Named(NamedTuple):
    """A place or a stop by name; `kind` is that of the place, or "stop", or "saved" for a passenger's own."""

    kind: str
    name: str
    detail: str
    code: str
    point: Point


class Vocabulary(Protocol):
    """The words of names, and what is called by them."""

    def known(self, words: Collection[str]) -> set[str]:
        """Those of the words that occur in a name."""

    def beginning(self, start: str) -> list[str]:
        """Words that begin so, at most MOST_WORDS, those of many names first."""

    def resembling(self, word: str) -> list[str]:
        """Words that share the most trigrams with one, at most MOST_WORDS."""

    def named(self, choices: Sequence[Collection[str]]) -> list[Named]:
        """What has a word out of each choice; at most MOST_PLACES, those first whose name has it and not their detail alone."""


class PlaceWords:
    """The words of a service's places, as `actions.put_places` wrote them; for one search."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._words: dict[str, tuple[int, int]] = {}
        self._unknown: set[str] = set()
        self._beginning: dict[str, list[str]] = {}

    def known(self, words: Collection[str]) -> set[str]:
        new = set(words) - self._words.keys() - self._unknown
        if new:
            self._unknown |= new.difference(self._seen(Word.objects.filter(service=self._service, text__in=new)))
        return self._words.keys() & words

    def beginning(self, start: str) -> list[str]:
        if start not in self._beginning:
            rows = Word.objects.filter(service=self._service, text__gte=start, text__lt=start + LAST)
            self._beginning[start] = self._seen(rows.order_by("-places", "text")[:MOST_WORDS])
        return self._beginning[start]

    def resembling(self, word: str) -> list[str]:
        rows = Trigram.objects.filter(service=self._service, text__in=trigrams_of(word)).values("word")
        ids = rows.annotate(shared=Count("pk")).order_by("-shared", "word")[:MOST_WORDS].values_list("word", flat=True)
        return self._seen(Word.objects.filter(pk__in=list(ids)))

    def named(self, choices: Sequence[Collection[str]]) -> list[Named]:
        rarest, *others = sorted(choices, key=lambda words: sum(self._words[word][1] for word in words))
        rows = WordOfPlace.objects.filter(word__in=self._ids(rarest))
        for words in others:
            rows = rows.filter(Exists(WordOfPlace.objects.filter(place=OuterRef("place"), word__in=self._ids(words))))
        return _named(rows.order_by("rank", "place"), of="place__")

    def _ids(self, words: Collection[str]) -> list[int]:
        return [self._words[word][0] for word in words]

    def _seen(self, rows: QuerySet[Word]) -> list[str]:
        found = {text: (pk, places) for text, pk, places in rows.values_list("text", "pk", "places")}
        self._words |= found
        return list(found)


def _named(rows: QuerySet[Any], of: str = "") -> list[Named]:
    """Rows of places, or of what leads to a place by `of`. Coordinates as numbers: geometries take longer than all the rest."""
    columns = [f"{of}{name}" for name in ("kind", "name", "detail", "code")]
    lon, lat = (Func(f"{of}position", function=name, output_field=FloatField()) for name in ("ST_X", "ST_Y"))
    found = rows.values_list(*columns, lon, lat)[:MOST_PLACES]
    return [Named(kind, name, detail, code, Point(x, y)) for kind, name, detail, code, x, y in found]


def list_by_key(service: Service, **condition: object) -> list[Named]:
    """The places whose key fulfils a condition, in the order of their keys; at most MOST_PLACES."""
    return _named(Place.objects.filter(service=service, **condition).order_by("key", "code"))


class NamedWords:
    """The words of names in memory, some thousands at most."""

    def __init__(self, named: Sequence[Named]) -> None:
        self._named = named
        self._having: dict[str, set[int]] = defaultdict(set)
        self._spelt: dict[str, list[str]] = defaultdict(list)
        for number, each in enumerate(named):
            for word in words_of(f"{each.name} {each.detail}"):
                self._having[word].add(number)
        self._sorted = sorted(self._having)
        for word in self._sorted:
            for gram in trigrams_of(word):
                self._spelt[gram].append(word)

    def known(self, words: Collection[str]) -> set[str]:
        return self._having.keys() & words

    def beginning(self, start: str) -> list[str]:
        words = self._sorted[bisect_left(self._sorted, start) : bisect_left(self._sorted, start + LAST)]
        return sorted(words, key=lambda word: (-len(self._having[word]), word))[:MOST_WORDS]

    def resembling(self, word: str) -> list[str]:
        shared = Counter(other for gram in trigrams_of(word) for other in self._spelt.get(gram, ()))
        return [other for other, _ in shared.most_common(MOST_WORDS)]

    def named(self, choices: Sequence[Collection[str]]) -> list[Named]:
        having = [set().union(*(self._having[word] for word in words)) for words in choices]
        return [self._named[number] for number in sorted(set.intersection(*having))][:MOST_PLACES]


class StopWords(NamedWords):
    """The words of the stops in use, and the stops by the keys of their codes; kept from one search to the next."""

    def __init__(self, stops: Sequence[Stop]) -> None:
        named = [Named("stop", stop.name, stop.settlement, stop.code, stop.point) for stop in stops]
        super().__init__(named)
        self.keys: dict[str, list[Named]] = defaultdict(list)
        for stop, each in zip(stops, named, strict=True):
            for code in {code_key(stop.code), code_key(stop.atco_code)} - {""}:
                self.keys[code].append(each)


def stop_words(service: Service) -> StopWords:
    """The words of a service's stops; looked up anew after the service was changed."""
    return _stop_words(service.pk, service.changed_at)


@lru_cache(maxsize=32)
def _stop_words(service: int, changed_at: datetime) -> StopWords:
    return StopWords(list(Stop.objects.filter(service=service, active=True)))


def saved_words(passenger: Passenger | None) -> NamedWords:
    """The words of a passenger's saved places."""
    saved = SavedPlace.objects.filter(passenger=passenger) if passenger else ()
    return NamedWords([Named("saved", place.label, "", f"{place.pk}", place.point) for place in saved])
