"""What may be meant by a text, best first: by code, or else by the words of names; what is near counts more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bookings.gazetteer.matching import Matches, matches, no_matches
from bookings.gazetteer.names import Gazetteer, Named
from bookings.models import PlaceKind
from bookings.spelling import code_key, words_of
from routing.model import Point
from routing.travel.sphere import distances_m

KIND_COUNTS = {"saved": 0.2, PlaceKind.SETTLEMENT: 0.06, "stop": 0.04, PlaceKind.LANDMARK: 0.05, PlaceKind.STREET: 0.02}
"""What is likelier meant, where names answer equally well."""
NEARNESS_COUNTS, NEARNESS_KM = 0.15, 8.0
ALIKE = 0.6
"""Of the best score: what answers less well is not told."""
EXACT_CODE, PART_OF_CODE, CODE_BESIDE = 3.0, 2.0, 0.9
MISTYPED_END = 2
"""Signs at the end of a code that may be wrong: the codes beside the one that doesn't exist are told instead."""
SHORTEST_SURE = 4
"""Signs that are taken for a code among other words, or for one with a wrong end: "2 oak" is no code that begins with 20."""


def search(text: str, gazetteers: Sequence[Gazetteer], *, near: Point | None, limit: int) -> list[Named]:
    """At most `limit` things that may be meant; the nearer to `near`, the better.

    What answers equally well comes in the order of names, and of codes.
    """
    found = _by_code(text, gazetteers)
    if not any(EXACT_CODE in mine.scores for mine in found):  # else it's known what was meant
        for gazetteer, mine, by_words in zip(gazetteers, found, matches(words_of(text), gazetteers), strict=True):
            others = np.flatnonzero((mine.scores == 0) & (by_words.scores > 0))
            mine.scores[others] = by_words.scores[others] + _kinds_count(gazetteer)[gazetteer.kind[others]]
            mine.shown[others] = by_words.shown[others]
    whole = code_key(text)
    if len(whole) >= SHORTEST_SURE and not any(mine.scores.any() for mine in found):
        _add_beginning(found, whole, gazetteers)  # codes of letters alone, which names come before
    least = ALIKE * max(float(mine.scores.max(initial=0.0)) for mine in found)
    best: list[tuple[float, Named]] = []
    for gazetteer, mine in zip(gazetteers, found, strict=True):
        best += _nearest_first(gazetteer, mine, least, near, limit)
    best.sort(key=lambda each: (-each[0], each[1].name, each[1].detail, each[1].kind, each[1].code))
    return [named for _, named in best[:limit]]


def _by_code(text: str, gazetteers: Sequence[Gazetteer]) -> list[Matches]:
    """What has a code that was typed, in whole, in part, or among other words.

    Parts and what stands among other words have a digit, or every name would be one.
    """
    whole, words = code_key(text), words_of(text)
    parts = (*words, *(a + b for a, b in pairwise(words)))
    among = {code_key(part) for part in parts if len(part) >= SHORTEST_SURE and _has_digit(part)}
    found = [no_matches(gazetteer) for gazetteer in gazetteers]
    if _has_digit(text):
        _add_beginning(found, whole, gazetteers)
    for gazetteer, mine in zip(gazetteers, found, strict=True):
        for key in {whole, *among} - {""}:
            mine.scores[gazetteer.with_key(key)] = EXACT_CODE
    return found


def _add_beginning(found: list[Matches], typed: str, gazetteers: Sequence[Gazetteer]) -> None:
    """What has a code that begins as typed; where there is none, what has all but the last signs of it."""
    shorter = (typed[:-cut] for cut in range(1, MISTYPED_END + 1) if len(typed) - cut >= SHORTEST_SURE)
    for start, score in ((typed, PART_OF_CODE), *((start, CODE_BESIDE) for start in shorter)):
        for gazetteer, mine in zip(gazetteers, found, strict=True):
            mine.scores[gazetteer.with_key_beginning(start)] = score
        if any(mine.scores.any() for mine in found):
            return


def _has_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


def _kinds_count(gazetteer: Gazetteer) -> np.ndarray:
    return np.array([KIND_COUNTS.get(kind, 0.0) for kind in gazetteer.kind_names])


def _nearest_first(
    gazetteer: Gazetteer, found: Matches, least: float, near: Point | None, limit: int
) -> list[tuple[float, Named]]:
    alike = np.flatnonzero((found.scores >= least) & (found.scores > 0))
    total = found.scores[alike]
    if near is not None and len(alike):
        lonlat = gazetteer.positions[alike]
        km = distances_m(lonlat[:, 0], lonlat[:, 1], near.lon, near.lat) / 1000
        total = total + NEARNESS_COUNTS * np.exp(-km / NEARNESS_KM)
    total = np.round(total, 6)
    order = np.lexsort((gazetteer.alphabetical[alike], -total))[:limit]
    return [(float(total[each]), gazetteer.named(int(alike[each]), int(found.shown[alike[each]]))) for each in order]
