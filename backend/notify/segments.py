"""Text messages by their length: GSM 03.38 and what it has no letters for, counted as networks charge it.

A message is 160 septets in the 7-bit alphabet (signs of its extension table take two), or 70 code units of UCS-2 as soon as one
sign is in neither. In longer ones each part holds 153 or 67, since it says of which message it is a part, and no sign is taken
apart. Of the letters of Welsh, ŵ, ŷ and every other circumflex are outside the alphabet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")

MOST = 2
"""Parts that a message may have; where a name is written in no Latin letters, one more."""

_PLAIN = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict(zip("…·•×łŁđĐðþœı", ("...", ".", "-", "x", "l", "L", "d", "D", "d", "th", "oe", "i"), strict=True)),
}


def is_gsm(text: str) -> bool:
    return all(sign in BASIC or sign in EXTENSION for sign in text)


def count(text: str) -> int:
    """How many messages a text is charged as."""
    if is_gsm(text):
        sizes, whole, part = [2 if sign in EXTENSION else 1 for sign in text], 160, 153
    else:
        sizes, whole, part = [len(sign.encode("utf-16-le")) // 2 for sign in text], 70, 67
    if sum(sizes) <= whole:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts


def plain(text: str) -> str:
    """The text with letters that the alphabet has in place of those it hasn't, as far as there are such: `Tŷ` becomes `Ty`."""
    return "".join(sign if sign in BASIC or sign in EXTENSION else _plain(sign) for sign in text)


def fitted(text: Callable[[Mapping[str, str]], str], values: Mapping[str, str], names: tuple[str, ...], parts: int = MOST) -> str:
    """A text of `values` in as few letters as so many parts hold.

    As it is where that fits. Else in plain letters, which is less of a loss than a name cut short; else with the longest of the
    `names` cut, as often as it takes.
    """
    whole = text(values)
    if count(whole) <= parts:
        return whole
    values = {name: plain(value) for name, value in values.items()}
    simple = plain(text(values))
    most = parts if is_gsm(simple) else parts + 1
    while count(simple) > most:
        longest = max(names, key=lambda name: len(values.get(name, "")))
        shorter = _shortened(values.get(longest, ""))
        if shorter == values.get(longest, ""):
            break
        values[longest] = shorter
        simple = plain(text(values))
    return simple


def _plain(sign: str) -> str:
    if sign in _PLAIN:
        return _PLAIN[sign]
    if sign.isspace():
        return " "
    letters = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    if letters and is_gsm(letters):
        return letters
    return sign if sign.isalnum() else ""  # other alphabets stay; pictures go


_SHORTEST = 8


def _shortened(name: str) -> str:
    """A name with a sign less, and two dots in place of what is gone."""
    if len(name) <= _SHORTEST:
        return name
    return name.removesuffix("..")[:-1].rstrip(" ,") + ".."
