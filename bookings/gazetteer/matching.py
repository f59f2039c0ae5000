"""How well a name answers what somebody typed: word by word, with slips, abbreviations, and words run together or torn apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bookings.gazetteer.names import Gazetteer
from bookings.gazetteer.ragged import Numbers
from bookings.spelling import same_as, slips_between

ENOUGH = 8
"""So many places that have every word as typed: others, that are only spelt alike, are not looked for."""
MOST_TYPED = 6
"""Words that count of what was typed."""

SAME = 0.95
BEGINS = (0.6, 0.3)
"""Of a word that begins as typed, and what more it is worth the more of it was typed."""
SPELT_ALIKE = 0.85
IN_DETAIL = 0.85
WHOLE_NAME = 0.15
FIRST_WORD = 0.05
OTHER_NAME = 0.97
"""Of a name that is not the main one."""
UNKNOWN_WEIGHT = 0.5
"""Of a word that no name has: a house number, or the name of somebody who lives there."""
LEAST = 0.35

Likeness = dict[str, float]
"""Words of names that a typed word may mean, each with how likely that is, up to 1."""
Scores = NDArray[np.float64]
"""About 1 where all words are there, the more the better; 0 where something isn't meant."""


class Matches(NamedTuple):
    """Of each thing of a gazetteer how well it answers, and which of its names shows that: 0 for the main one."""

    scores: Scores
    shown: Numbers


def no_matches(gazetteer: Gazetteer) -> Matches:
    return Matches(np.zeros(len(gazetteer)), np.zeros(len(gazetteer), dtype=np.int32))


def matches(typed: Sequence[str], gazetteers: Sequence[Gazetteer]) -> list[Matches]:
    """How well the things of each gazetteer answer the words typed.

    Names with all words as typed; where these are few, names with words that are spelt alike too; where there are none, names
    with all words but one, and so on.
    """
    typed = list(typed[:MOST_TYPED])
    found = [no_matches(gazetteer) for gazetteer in gazetteers]
    for gazetteer, mine in zip(gazetteers, found, strict=True):
        for words in _readings(typed, gazetteer):
            _collect(mine, [_as_typed(words, number, gazetteer) for number in range(len(words))], gazetteer)
    if sum(np.count_nonzero(mine.scores) for mine in found) < ENOUGH:
        _collect_forgivingly(found, typed, gazetteers)
    return found


def _collect_forgivingly(found: list[Matches], typed: list[str], gazetteers: Sequence[Gazetteer]) -> None:
    likenesses = [[_forgiving(word, gazetteer) for word in typed] for gazetteer in gazetteers]
    known = [number for number in range(len(typed)) if any(those[number] for those in likenesses)]
    for fewer in range(len(known)):
        for kept in combinations(known, len(known) - fewer):
            for mine, those, gazetteer in zip(found, likenesses, gazetteers, strict=True):
                _collect(mine, those, gazetteer, kept)
        if any(mine.scores.any() for mine in found):
            return


def _readings(words: list[str], gazetteer: Gazetteer) -> Iterator[list[str]]:
    """The words as typed; with two of them run together ("barley thorpe"); with one torn apart ("marketoverton")."""
    yield words
    for number, pair in enumerate(a + b for a, b in pairwise(words)):
        if gazetteer.known({pair}):
            yield [*words[:number], pair, *words[number + 2 :]]
    for number, word in enumerate(words):
        if not gazetteer.known({word}):
            for a, b in ((word[:cut], word[cut:]) for cut in range(2, len(word) - 1)):
                if len(gazetteer.known({a, b})) == len({a, b}):
                    yield [*words[:number], a, b, *words[number + 1 :]]


def _as_typed(words: list[str], number: int, gazetteer: Gazetteer) -> Likeness:
    """The word itself and what it's short for; what begins with it, if it's the last one or else unknown."""
    word = words[number]
    found = dict.fromkeys(gazetteer.known(same_as(word)), SAME) | dict.fromkeys(gazetteer.known({word}), 1.0)
    if not found or number == len(words) - 1:
        least, more = BEGINS
        found = {other: least + more * len(word) / len(other) for other in gazetteer.beginning(word)} | found
    return found


def _forgiving(word: str, gazetteer: Gazetteer) -> Likeness:
    """The same, and what is spelt alike; a word that is still being typed is compared with as much of a name."""
    found = _as_typed([word], 0, gazetteer)
    most = 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 6 else 2
    if found.get(word) == 1.0 or not most:
        return found
    for other in gazetteer.resembling(word):
        slips = slips_between(word, other, most=most)
        worth = SPELT_ALIKE
        if slips is None and (slips := slips_between(word, other, most=1, as_prefix=True)) is not None:
            worth *= SPELT_ALIKE
        if slips is not None:
            found[other] = max(found.get(other, 0.0), worth * (1 - slips / len(word)))
    return found


def _collect(found: Matches, likenesses: list[Likeness], gazetteer: Gazetteer, kept: Sequence[int] | None = None) -> None:
    """Add what has all words, or those `kept`, with its score; the best score counts."""
    choices = likenesses if kept is None else [likenesses[number] for number in kept]
    if not choices or not all(choices):
        return
    things = gazetteer.having_all(choices)
    scores, shown = _by_best_name(things, likenesses, gazetteer)
    better = (scores >= LEAST) & (scores > found.scores[things])
    found.scores[things[better]] = scores[better]
    found.shown[things[better]] = shown[better]


def _by_best_name(things: Numbers, likenesses: list[Likeness], gazetteer: Gazetteer) -> Matches:
    """The scores of things by whichever name answers best, which is shown where the main one has less of what was typed."""
    names, of_thing = gazetteer.names_of(things)
    main = np.flatnonzero(np.diff(of_thing, prepend=-1))
    scores, having = _scores(names, main, of_thing, gazetteer.detail[things], likenesses, gazetteer)
    scores[np.delete(np.arange(len(names)), main)] *= OTHER_NAME
    best = np.lexsort((-scores, of_thing))[main]  # of equal ones the first
    return Matches(scores[best], np.where(having[best] > having[main], best - main, 0).astype(np.int32))


def _scores(
    names: Numbers, main: NDArray[Any], of_thing: Numbers, details: Numbers, likenesses: list[Likeness], gazetteer: Gazetteer
) -> tuple[Scores, Scores]:
    """How well names answer, and how much of what was typed is in each or in its detail.

    Each word typed counts as the likeliest word of the name does, or less that of the detail, or of another name of the same
    thing; and whole names count more.
    """
    no_word, every = len(gazetteer.words), np.arange(len(names))
    in_names, in_details = gazetteer.name_words.padded(names, no_word), gazetteer.detail_words.padded(details, no_word)
    total, having, weights = np.zeros(len(names)), np.zeros(len(names)), 0.0
    meant = in_names == no_word
    for likeness in likenesses:
        weights += 1.0 if likeness else UNKNOWN_WEIGHT
        worth = gazetteer.worth(likeness)
        likeliest = worth[in_names].argmax(axis=1)
        in_name, in_detail = worth[in_names[every, likeliest]], worth[in_details].max(axis=1)
        beside = np.maximum(in_detail, np.maximum.reduceat(in_name, main))[of_thing] * IN_DETAIL
        having += np.maximum(in_name, in_detail[of_thing])
        total += np.maximum(in_name, beside)
        meant[every, likeliest] |= (in_name >= beside) & (in_name > 0)
    score = total / weights
    first = gazetteer.worth(likenesses[0])[in_names[:, 0]]
    return score + np.where(meant.all(axis=1), WHOLE_NAME * score, 0.0) + FIRST_WORD * first, having
