"""First sounds that change after certain words, as Welsh has them: `dydd Sul`, and `o ddydd Sul`.

A translation asks for it where it puts a value: `o {day:soft} ymlaen`. So languages without it know nothing of it.
"""

from __future__ import annotations

SOFT = {
    "ll": "l",
    "rh": "r",
    "ch": "ch",
    "dd": "dd",
    "ff": "ff",
    "ng": "ng",
    "ph": "ph",
    "th": "th",
    "p": "b",
    "t": "d",
    "c": "g",
    "b": "f",
    "d": "dd",
    "g": "",
    "m": "f",
}
"""What the soft mutation (treiglad meddal) makes of a first letter; those of two signs come first, and some of them stay."""


class Said(str):
    """A value in a sentence; `{value:soft}` says it with its first sound softened. All else is as for any text."""

    def __format__(self, spec: str) -> str:
        return soft(self) if spec == "soft" else super().__format__(spec)


def soft(text: str) -> str:
    """The text as it's said after `o`, `i`, `ar`, `am`, `tan` and the like; what begins otherwise, as a time of day, stays."""
    low = text[:2].lower()
    first = next((each for each in SOFT if low.startswith(each)), None)
    if first is None:
        return text
    changed = SOFT[first] + text[len(first) :]
    return changed[:1].upper() + changed[1:] if text[:1].isupper() else changed
