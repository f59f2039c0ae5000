"""Names as they are looked for: without case, accents and punctuation, word by word, forgiving of slips."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 40

_APOSTROPHES = re.compile("['’‘ʼ`´]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NO_ACCENT = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "&": " and "})
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1"})

_SAME = (
    *(("st", "saint"), ("st", "street"), ("rd", "road"), ("ave", "avenue"), ("av", "avenue"), ("ln", "lane"), ("cl", "close")),
    *(("ct", "court"), ("sq", "square"), ("dr", "drive"), ("cres", "crescent"), ("gdns", "gardens"), ("pl", "place")),
    *(("mkt", "market"), ("gt", "great"), ("lt", "little"), ("stn", "station"), ("train", "railway"), ("hosp", "hospital")),
    *(("doctor", "surgery"), ("doctors", "surgery"), ("gp", "surgery"), ("chemist", "pharmacy"), ("chemists", "pharmacy")),
    *(("shops", "shopping"), ("church", "worship"), ("mt", "mount"), ("av", "avinguda"), ("ctra", "carretera")),
)
"""Words that stand for one another when people look for a place."""


@lru_cache(maxsize=16_384)  # names come again and again, their settlements most of all
def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in order: "St. Mary's" has "st" and "marys", "Co-op" has "co" and "op"."""
    return tuple(word[:LONGEST_WORD] for word in _BETWEEN_WORDS.split(_plain(text)) if word)


def same_as(word: str) -> frozenset[str]:
    """What a word is short for, its short forms, and other words for the same: "st" may be "saint" or "street"."""
    return frozenset({b for a, b in _SAME if a == word} | {a for a, b in _SAME if b == word})


def code_key(text: str) -> str:
    """A code as it is looked for: no spaces, capitals, and one sign for O and 0, one for I and 1; "le15 6ab" is "LE156AB"."""
    return _BETWEEN_WORDS.sub("", _plain(text)).upper().translate(_LOOK_ALIKE)


def trigrams_of(word: str) -> frozenset[str]:
    """Three signs on end, with two blanks before the word and one after, as PostgreSQL's pg_trgm has them."""
    padded = f"  {word} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def slips_between(typed: str, word: str, *, most: int, as_prefix: bool = False) -> int | None:
    """Signs left out, put in, mistaken or swapped with their neighbour; None if there are more than `most`.

    With `as_prefix` the rest of `word` beyond what was typed doesn't count. (Optimal string alignment.)
    """
    if len(typed) > len(word) + most or (not as_prefix and len(word) > len(typed) + most):
        return None
    word = word[: len(typed) + most]
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, sign in enumerate(typed, 1):
        before, above, row = row, before, [i]
        for j, other in enumerate(word, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != other))
            if i > 1 and j > 1 and sign == word[j - 2] and typed[i - 2] == other:
                least = min(least, above[j - 2] + 1)
            row.append(least)
        if min(row) > most:
            return None
    slips = min(row) if as_prefix else row[-1]
    return slips if slips <= most else None


def _plain(text: str) -> str:
    if text.isascii() and "&" not in text:
        return _APOSTROPHES.sub("", text).lower()
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text).casefold().translate(_NO_ACCENT))
    return "".join(sign for sign in folded if not unicodedata.combining(sign))
