"""A gazetteer: what people name, looked up by its words and its codes. A value, the same from every database."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bookings.gazetteer.ragged import Numbers, Ragged
from bookings.spelling import trigrams_of
from routing.model import Point

LAST = "\U0010ffff"
"""After every sign that words are made of."""
MOST_WORDS = 40
MOST_THINGS = 200


class Named(NamedTuple):
    """A place or a stop by name; `kind` is that of the place, or "stop", or "saved" for a passenger's own.

    `also` is another name of it, for which it was found, and empty where `name` shows why it was.
    """

    kind: str
    name: str
    detail: str
    code: str
    point: Point
    also: str = ""


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Things with numbers from 0 on, those first that are likelier meant; `making.make_gazetteer` makes it.

    The number of words is that of no word: what rows of words are filled up with.
    """

    kinds: Ragged
    """As texts; `kind` has the number of each thing's."""
    kind: NDArray[np.int32]
    names: Ragged
    """As texts; those of thing i are from `called[i]` to `called[i + 1]`, the main one first."""
    called: NDArray[np.int32]
    details: Ragged
    """Each once, as texts; `detail` has the number of each thing's."""
    detail: NDArray[np.int32]
    codes: Ragged
    positions: NDArray[np.float64]
    """Longitude and latitude, shape (n, 2)."""
    alphabetical: NDArray[np.int32]
    """Where each thing stands in the order of names, details, kinds and codes."""
    words: Ragged
    """In order, as texts."""
    having: Ragged
    """The things with each word in a name, and then, with the number of all things added, those with it in the detail alone."""
    name_words: Ragged
    """The numbers of the words of each name, each once."""
    detail_words: Ragged
    """The same of each of `details`."""
    trigrams: Ragged
    """As texts."""
    spelt: Ragged
    """The words that have each trigram."""
    keys: Ragged
    """Of codes, in order, as texts; `keyed` has the thing of each."""
    keyed: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.kind)

    def named(self, number: int, shown: int = 0) -> Named:
        """A thing, with its other name of number `shown` where that is why it was found."""
        lon, lat = self.positions[number]
        main = self.called[number]
        return Named(
            kind=self.kind_names[self.kind[number]],
            name=self.names.text(main),
            detail=self.details.text(self.detail[number]),
            code=self.codes.text(number),
            point=Point(float(lon), float(lat)),
            also=self.names.text(main + shown) if shown else "",
        )

    def names_of(self, things: Numbers) -> tuple[Numbers, Numbers]:
        """The names of things, the main one of each first, and where in `things` the thing of each name is."""
        count = self.called[things + 1] - self.called[things]
        places = np.repeat(np.arange(len(things), dtype=np.int32), count)
        nth = np.arange(len(places), dtype=np.int32) - np.repeat(np.cumsum(count) - count, count)
        return (self.called[things][places] + nth).astype(np.int32), places

    @cached_property
    def kind_names(self) -> list[str]:
        return self.kinds.texts()

    def known(self, words: Collection[str]) -> set[str]:
        """Those of the words that occur in a name or a detail."""
        return self._numbers.keys() & words

    def beginning(self, start: str) -> list[str]:
        """Words that begin so, at most MOST_WORDS, those of many things first."""
        begin, end = bisect_left(self._words, start), bisect_left(self._words, start + LAST)
        most = np.argsort(-self._spread[begin:end], kind="stable")[:MOST_WORDS]
        return [self._words[begin + number] for number in most.tolist()]

    def resembling(self, word: str) -> list[str]:
        """Words that share the most trigrams with one, at most MOST_WORDS."""
        shared = np.bincount(self.spelt.joined(self._trigrams[each] for each in trigrams_of(word) if each in self._trigrams))
        alike = np.flatnonzero(shared)
        return [self._words[number] for number in alike[np.argsort(-shared[alike], kind="stable")[:MOST_WORDS]].tolist()]

    def having_all(self, choices: Sequence[Collection[str]]) -> Numbers:
        """Things with a word out of each choice, at most MOST_THINGS: those first that have the rarest in their name."""
        rarest, *others = sorted(choices, key=lambda words: sum(int(self._spread[self._numbers[word]]) for word in words))
        found = self._having(rarest)
        for words in others:
            has = np.zeros(len(self), dtype=np.bool_)
            has[self._having(words) % len(self)] = True
            found = found[has[found % len(self)]]
        found.sort()
        return np.unique(found[:MOST_THINGS] % len(self))

    def worth(self, likeness: dict[str, float]) -> NDArray[np.float64]:
        """Numbers given to words, by the number of the word; nought for all others, and for no word."""
        found = np.zeros(len(self._words) + 1)
        found[[self._numbers[word] for word in likeness]] = list(likeness.values())
        return found

    def with_key(self, key: str) -> Numbers:
        """Things with a code of this key."""
        return self._keyed(bisect_left(self._keys, key), bisect_left(self._keys, key + "\0"))

    def with_key_beginning(self, start: str) -> Numbers:
        """Things with a code whose key begins so, at most MOST_THINGS, in the order of keys."""
        begin = bisect_left(self._keys, start)
        return self._keyed(begin, min(begin + MOST_THINGS, bisect_left(self._keys, start + LAST)))

    def _keyed(self, begin: int, end: int) -> Numbers:
        return self.keyed[begin:end]

    def _having(self, words: Collection[str]) -> NDArray[Any]:
        return self.having.joined(self._numbers[word] for word in words)

    @cached_property
    def _words(self) -> list[str]:
        return self.words.texts()

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self._words)}

    @cached_property
    def _spread(self) -> NDArray[np.int32]:
        """How many things have each word."""
        return np.diff(self.having.starts)

    @cached_property
    def _trigrams(self) -> dict[str, int]:
        return {each: number for number, each in enumerate(self.trigrams.texts())}

    @cached_property
    def _keys(self) -> list[str]:
        return self.keys.texts()
