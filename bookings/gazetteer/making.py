"""Makes a gazetteer out of things, in about a second for a hundred thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from bookings.gazetteer.names import Gazetteer, Named
from bookings.gazetteer.ragged import ragged, ragged_texts
from bookings.spelling import trigrams_of, words_of

Words = tuple[str, ...]
T = TypeVar("T")


class Thing(NamedTuple):
    """What goes into a gazetteer: to be found by the `keys` of its codes, and by its words unless it's one of many codes.

    `detail_names` are other names for what the detail names.
    """

    named: Named
    other_names: tuple[str, ...] = ()
    detail_names: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    has_words: bool = True


def make_gazetteer(things: Sequence[Thing]) -> Gazetteer:
    """The gazetteer of things that come in the order in which they are likelier meant."""
    named = [thing.named for thing in things]
    kinds, details = _numbered(each.kind for each in named), _numbered((each.named.detail, *each.detail_names) for each in things)
    detail = [details[each.named.detail, *each.detail_names] for each in things]
    of_details = [_words_of_all(those) for those in details]
    names = [(each.named.name, *each.other_names) for each in things]
    having = _having(things, [_words_of_all(those) for those in names], [of_details[number] for number in detail])
    words, spelt = _numbered(sorted(having)), _spelt(having)
    trigrams = sorted(spelt)
    keys = sorted((key, thing.named.code, number) for number, thing in enumerate(things) for key in thing.keys)
    return Gazetteer(
        kinds=ragged_texts(kinds),
        kind=np.array([kinds[each.kind] for each in named], dtype=np.int32),
        names=ragged_texts(name for those in names for name in those),
        called=np.cumsum([0, *map(len, names)], dtype=np.int32),
        details=ragged_texts(detail for detail, *_ in details),
        detail=np.array(detail, dtype=np.int32),
        codes=ragged_texts(each.code for each in named),
        positions=np.array([each.point for each in named], dtype=np.float64).reshape(-1, 2),
        alphabetical=_alphabetical(named),
        words=ragged_texts(words),
        having=ragged([having[word] for word in words]),
        name_words=ragged(
            [[words[word] for word in _words_of_all([name]) if word in words] for those in names for name in those]
        ),
        detail_words=ragged([[words[word] for word in those if word in words] for those in of_details]),
        trigrams=ragged_texts(trigrams),
        spelt=ragged([[words[word] for word in spelt[each]] for each in trigrams]),
        keys=ragged_texts(key for key, _, _ in keys),
        keyed=np.array([number for _, _, number in keys], dtype=np.int32),
    )


def _numbered(values: Iterable[T]) -> dict[T, int]:
    """Each value once, with its number."""
    return {value: number for number, value in enumerate(dict.fromkeys(values))}


def _words_of_all(names: Iterable[str]) -> Words:
    """The words of several names, each once."""
    return tuple(dict.fromkeys(word for name in names for word in words_of(name)))


def _having(things: Sequence[Thing], of_names: list[Words], of_details: list[Words]) -> dict[str, list[int]]:
    """The things that have each word, as `Gazetteer.having` wants them."""
    numbers = [number for number, thing in enumerate(things) if thing.has_words]
    having: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        for word in of_names[number]:
            having[word].append(number)
    for number in numbers:
        for word in of_details[number]:
            if word not in of_names[number]:
                having[word].append(number + len(things))
    return having


def _spelt(words: Iterable[str]) -> dict[str, list[str]]:
    """The words that have each trigram."""
    spelt: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        for each in trigrams_of(word):
            spelt[each].append(word)
    return spelt


def _alphabetical(named: list[Named]) -> NDArray[np.int32]:
    order = sorted(range(len(named)), key=lambda number: _as_listed(named[number]))
    found = np.empty(len(named), dtype=np.int32)
    found[order] = np.arange(len(named), dtype=np.int32)
    return found


def _as_listed(named: Named) -> tuple[str, ...]:
    return named.name, named.detail, named.kind, named.code
