"""The search for places in plain words, over lists: slow, and what `bookings.gazetteer` has to agree with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import combinations, pairwise
from math import exp

from bookings.gazetteer.making import Thing
from bookings.gazetteer.names import Named
from bookings.spelling import code_key, same_as, slips_between, trigrams_of, words_of
from routing.model import Point
from routing.travel.sphere import distance_m

KIND_COUNTS = {"saved": 0.2, "settlement": 0.06, "stop": 0.04, "landmark": 0.05, "street": 0.02, "postcode": 0.0}

Likeness = dict[str, float]
Found = dict[Named, tuple[float, str]]
"""With the score, and the other name that shows why it was found."""


class PlainList:
    """Things in the order in which they are likelier meant."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.things = list(things)

    @cached_property
    def having(self) -> dict[str, list[tuple[bool, int]]]:
        """Of each word, the things that have it in their name, and then (True) those that have it in their detail alone."""
        found: dict[str, list[tuple[bool, int]]] = defaultdict(list)
        for number, thing in enumerate(self.things):
            if thing.has_words:
                in_name = {word for name in (thing.named.name, *thing.other_names) for word in words_of(name)}
                for word in in_name | _detail_words(thing):
                    found[word].append((word not in in_name, number))
        return {word: sorted(those) for word, those in found.items()}

    def beginning(self, start: str) -> list[str]:
        words = [word for word in self.having if word.startswith(start)]
        return sorted(words, key=lambda word: (-len(self.having[word]), word))[:40]

    def resembling(self, word: str) -> list[str]:
        shared = Counter(other for gram in trigrams_of(word) for other in self._spelt.get(gram, ()))
        return sorted(shared, key=lambda other: (-shared[other], other))[:40]

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word in self.having:
            for gram in trigrams_of(word):
                found[gram].append(word)
        return found

    def having_all(self, choices: list[Likeness]) -> set[int]:
        rarest, *others = sorted(choices, key=lambda words: sum(len(self.having[word]) for word in words))
        found = sorted(each for word in rarest for each in self.having[word])
        for words in others:
            having = {number for word in words for _, number in self.having[word]}
            found = [each for each in found if each[1] in having]
        return {number for _, number in found[:200]}

    def with_key(self, fits: Callable[[str], bool], most: int) -> list[Named]:
        keyed = [(key, thing.named.code, thing.named) for thing in self.things for key in thing.keys if fits(key)]
        return [named for _, _, named in sorted(keyed)[:most]]


def plain_search(text: str, lists: list[PlainList], *, near: Point | None, limit: int) -> list[Named]:
    found = _by_code(text, lists)
    if 3.0 not in found.values():
        for named, (score, also) in _matches(list(words_of(text)[:6]), lists).items():
            if named not in found:
                found[named._replace(also=also)] = score + KIND_COUNTS[named.kind]
    scores = {named: score for named, score in found.items() if score >= 0.6 * max(found.values())}
    if near:
        scores = {named: score + 0.15 * exp(-distance_m(named.point, near) / 8000) for named, score in scores.items()}
    return sorted(scores, key=lambda each: (-round(scores[each], 6), each.name, each.detail, each.kind, each.code))[:limit]


def _by_code(text: str, lists: list[PlainList]) -> dict[Named, float]:
    whole, words = code_key(text), words_of(text)
    parts = [part for part in (*words, *(a + b for a, b in pairwise(words))) if len(part) >= 4 and _has_digit(part)]
    found: dict[Named, float] = {}
    for start, score in _starts(whole) if _has_digit(text) else ():
        found = {named: score for each in lists for named in each.with_key(lambda key, s=start: key.startswith(s), 200)}
        if found:
            break
    exact = {whole, *map(code_key, parts)} - {""}
    return found | {named: 3.0 for each in lists for named in each.with_key(lambda key: key in exact, 10_000)}


def _starts(typed: str) -> Iterator[tuple[str, float]]:
    yield typed, 2.0
    yield from ((typed[:-cut], 0.9) for cut in (1, 2) if len(typed) - cut >= 4)


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _matches(typed: list[str], lists: list[PlainList]) -> Found:
    found: Found = {}
    for each in lists:
        for words in _readings(typed, each):
            _collect(found, [_as_typed(words, number, each) for number in range(len(words))], each)
    if len(found) >= 8:
        return found
    likenesses = [[_forgiving(word, each) for word in typed] for each in lists]
    known = [number for number in range(len(typed)) if any(those[number] for those in likenesses)]
    for fewer in range(len(known)):
        for kept in combinations(known, len(known) - fewer):
            for each, those in zip(lists, likenesses, strict=True):
                _collect(found, those, each, kept)
        if found:
            break
    return found


def _readings(words: list[str], names: PlainList) -> Iterator[list[str]]:
    yield words
    for i, (a, b) in enumerate(pairwise(words)):
        if a + b in names.having:
            yield [*words[:i], a + b, *words[i + 2 :]]
    for i, word in enumerate(words):
        for cut in range(2, len(word) - 1) if word not in names.having else ():
            if word[:cut] in names.having and word[cut:] in names.having:
                yield [*words[:i], word[:cut], word[cut:], *words[i + 1 :]]


def _as_typed(words: list[str], number: int, names: PlainList) -> Likeness:
    word = words[number]
    found = {other: 0.95 for other in same_as(word) if other in names.having} | ({word: 1.0} if word in names.having else {})
    if not found or number == len(words) - 1:
        found = {other: 0.6 + 0.3 * len(word) / len(other) for other in names.beginning(word)} | found
    return found


def _forgiving(word: str, names: PlainList) -> Likeness:
    found = _as_typed([word], 0, names)
    most = 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 6 else 2
    for other in names.resembling(word) if most and found.get(word) != 1.0 else ():
        slips, worth = slips_between(word, other, most=most), 0.85
        if slips is None:
            slips, worth = slips_between(word, other, most=1, as_prefix=True), 0.85 * 0.85
        if slips is not None:
            found[other] = max(found.get(other, 0.0), worth * (1 - slips / len(word)))
    return found


def _collect(found: Found, likenesses: list[Likeness], names: PlainList, kept: tuple[int, ...] | None = None) -> None:
    choices = likenesses if kept is None else [likenesses[number] for number in kept]
    if choices and all(choices):
        for number in names.having_all(choices):
            thing = names.things[number]
            score, also = _by_best_name(thing, likenesses)
            if score >= 0.35 and score > found.get(thing.named, (0.0, ""))[0]:
                found[thing.named] = score, also


def _by_best_name(thing: Thing, likenesses: list[Likeness]) -> tuple[float, str]:
    best, main = _score(thing.named.name, thing, likenesses)
    also = ""
    for name in thing.other_names:
        score, having = _score(name, thing, likenesses)
        if 0.97 * score > best:
            best, also = 0.97 * score, name if having > main else ""
    return best, also


def _score(called: str, thing: Thing, likenesses: list[Likeness]) -> tuple[float, float]:
    """How well a name answers, and how much of what was typed is in it or in the detail."""
    name = words_of(called)
    total = having = weights = 0.0
    meant: set[str] = set()
    for likeness in likenesses:
        weights += 1.0 if likeness else 0.5
        word = max(name, key=lambda each: likeness.get(each, 0.0), default="")
        in_name, in_detail = likeness.get(word, 0.0), max((likeness.get(each, 0.0) for each in _detail_words(thing)), default=0.0)
        in_any_name = (
            likeness.get(each, 0.0) for any_name in (thing.named.name, *thing.other_names) for each in words_of(any_name)
        )
        beside = 0.85 * max(in_detail, *in_any_name, 0.0)
        having += max(in_name, in_detail)
        total += max(in_name, beside)
        meant |= {word} if in_name >= beside and in_name else set()
    score = total / weights
    first = likenesses[0].get(name[0], 0.0) if name else 0.0
    return score + (0.15 * score if meant >= set(name) else 0.0) + 0.05 * first, having


def _detail_words(thing: Thing) -> set[str]:
    return {word for text in (thing.named.detail, *thing.detail_names) for word in words_of(text)}
