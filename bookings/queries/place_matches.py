"""How well a name answers what somebody typed: word by word, with slips, abbreviations, and words run together or torn apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from bookings.queries.place_words import Named, Vocabulary
from bookings.spelling import same_as, slips_between, words_of

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
UNKNOWN_WEIGHT = 0.5
"""Of a word that no name has: a house number, or the name of somebody who lives there."""
LEAST = 0.35

Likeness = dict[str, float]
"""Words of names that a typed word may mean, each with how likely that is, up to 1."""


def matches(typed: Sequence[str], vocabularies: Sequence[Vocabulary]) -> dict[Named, float]:
    """What may be meant by the words typed, with a score: about 1 where all words are there, the more the better.

    Names with all words as typed; where these are few, names with words that are spelt alike too; where there are none, names
    with all words but one, and so on.
    """
    typed = list(typed[:MOST_TYPED])
    found: dict[Named, float] = {}
    for vocabulary in vocabularies:
        for words in _readings(typed, vocabulary):
            _collect(found, [_as_typed(words, number, vocabulary) for number in range(len(words))], vocabulary)
    if len(found) < ENOUGH:
        _collect_forgivingly(found, typed, vocabularies)
    return found


def _collect_forgivingly(found: dict[Named, float], typed: list[str], vocabularies: Sequence[Vocabulary]) -> None:
    likenesses = {vocabulary: [_forgiving(word, vocabulary) for word in typed] for vocabulary in vocabularies}
    known = [number for number in range(len(typed)) if any(those[number] for those in likenesses.values())]
    for fewer in range(len(known)):
        for kept in combinations(known, len(known) - fewer):
            for vocabulary, those in likenesses.items():
                _collect(found, those, vocabulary, kept)
        if found:
            return


def _readings(words: list[str], vocabulary: Vocabulary) -> Iterator[list[str]]:
    """The words as typed; with two of them run together ("barley thorpe"); with one torn apart ("marketoverton")."""
    pairs = [a + b for a, b in pairwise(words)]
    cuts = {word: [(word[:i], word[i:]) for i in range(2, len(word) - 1)] for word in words}
    others = {other for word in words for other in same_as(word)}
    known = vocabulary.known({*words, *others, *pairs, *(part for both in cuts.values() for cut in both for part in cut)})
    yield words
    for number, pair in enumerate(pairs):
        if pair in known:
            yield [*words[:number], pair, *words[number + 2 :]]
    for number, word in enumerate(words):
        for a, b in cuts[word] if word not in known else ():
            if a in known and b in known:
                yield [*words[:number], a, b, *words[number + 1 :]]


def _as_typed(words: list[str], number: int, vocabulary: Vocabulary) -> Likeness:
    """The word itself and what it's short for; what begins with it, if it's the last one or else unknown."""
    word = words[number]
    found = dict.fromkeys(vocabulary.known(same_as(word)), SAME) | dict.fromkeys(vocabulary.known({word}), 1.0)
    if not found or number == len(words) - 1:
        least, more = BEGINS
        found = {other: least + more * len(word) / len(other) for other in vocabulary.beginning(word)} | found
    return found


def _forgiving(word: str, vocabulary: Vocabulary) -> Likeness:
    """The same, and what is spelt alike; a word that is still being typed is compared with as much of a name."""
    found = _as_typed([word], 0, vocabulary)
    most = 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 6 else 2
    if found.get(word) == 1.0 or not most:
        return found
    for other in vocabulary.resembling(word):
        slips = slips_between(word, other, most=most)
        worth = SPELT_ALIKE
        if slips is None and (slips := slips_between(word, other, most=1, as_prefix=True)) is not None:
            worth *= SPELT_ALIKE
        if slips is not None:
            found[other] = max(found.get(other, 0.0), worth * (1 - slips / len(word)))
    return found


def _collect(
    found: dict[Named, float], likenesses: list[Likeness], vocabulary: Vocabulary, kept: Sequence[int] | None = None
) -> None:
    """Add what has all words, or those `kept`, with its score; the best score counts."""
    choices = likenesses if kept is None else [likenesses[number] for number in kept]
    if not choices or not all(choices):
        return
    for named in vocabulary.named(choices):
        score = _score(named, likenesses)
        if score >= LEAST:
            found[named] = max(score, found.get(named, 0.0))


def _score(named: Named, likenesses: list[Likeness]) -> float:
    name, detail = words_of(named.name), words_of(named.detail)
    total = weights = 0.0
    meant: set[str] = set()
    for likeness in likenesses:
        weights += 1.0 if likeness else UNKNOWN_WEIGHT
        in_name = max(name, key=lambda word: likeness.get(word, 0.0), default="")
        best, elsewhere = likeness.get(in_name, 0.0), _best(detail, likeness) * IN_DETAIL
        if best >= elsewhere:
            total += best
            meant |= {in_name} if best else set()
        else:
            total += elsewhere
    score = total / weights if weights else 0.0
    whole = WHOLE_NAME * score if meant >= set(name) else 0.0
    first = FIRST_WORD * likenesses[0].get(name[0], 0.0) if name else 0.0
    return score + whole + first


def _best(words: Sequence[str], likeness: Mapping[str, float]) -> float:
    return max((likeness.get(word, 0.0) for word in words), default=0.0)
