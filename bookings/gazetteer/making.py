"""Makes a gazetteer out of things, in about a second for a hundred thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bookings.gazetteer.names import Gazetteer, Named
from bookings.gazetteer.ragged import ragged, ragged_texts
from bookings.spelling import trigrams_of, words_of

Words = tuple[str, ...]


class Thing(NamedTuple):
    """What goes into a gazetteer: to be found by the `keys` of its codes, and by its words unless it's one of many codes."""

    named: Named
    keys: tuple[str, ...] = ()
    has_words: bool = True


def make_gazetteer(things: Sequence[Thing]) -> Gazetteer:
    """The gazetteer of things that come in the order in which they are likelier meant."""
    named = [thing.named for thing in things]
    kinds, details = _numbered(each.kind for each in named), _numbered(each.detail for each in named)
    of_details = [_once(words_of(detail)) for detail in details]
    of_names = [_once(words_of(thing.named.name)) if thing.has_words else () for thing in things]
    having = _having(things, of_names, [of_details[details[each.detail]] for each in named])
    words, spelt = _numbered(sorted(having)), _spelt(having)
    trigrams = sorted(spelt)
    keys = sorted((key, thing.named.code, number) for number, thing in enumerate(things) for key in thing.keys)
    return Gazetteer(
        kinds=ragged_texts(kinds),
        kind=np.array([kinds[each.kind] for each in named], dtype=np.int32),
        names=ragged_texts(each.name for each in named),
        details=ragged_texts(details),
        detail=np.array([details[each.detail] for each in named], dtype=np.int32),
        codes=ragged_texts(each.code for each in named),
        positions=np.array([each.point for each in named], dtype=np.float64).reshape(-1, 2),
        alphabetical=_alphabetical(named),
        words=ragged_texts(words),
        having=ragged([having[word] for word in words]),
        name_words=ragged([[words[word] for word in those] for those in of_names]),
        detail_words=ragged([[words[word] for word in those if word in words] for those in of_details]),
        trigrams=ragged_texts(trigrams),
        spelt=ragged([[words[word] for word in spelt[each]] for each in trigrams]),
        keys=ragged_texts(key for key, _, _ in keys),
        keyed=np.array([number for _, _, number in keys], dtype=np.int32),
    )


def _numbered(texts: Iterable[str]) -> dict[str, int]:
    """Each text once, with its number."""
    return {text: number for number, text in enumerate(_once(texts))}


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _having(things: Sequence[Thing], of_names: list[Words], of_details: list[Words]) -> dict[str, list[int]]:
    """The things that have each word, as `Gazetteer.having` wants them."""
    having: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(of_names):
        for word in words:
            having[word].append(number)
    for number, (thing, words) in enumerate(zip(things, of_details, strict=True)):
        for word in words:
            if thing.has_words and word not in of_names[number]:
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
