"""Sentences that can be said in every language: what they are made of, put together when they're said.

`str()` says them in the language that is active (`django.utils.translation`); without a translation that's English, in which they
are written. `manage.py catalogue` collects what `phrase`, `worded`, `dated` and the like, and gettext's `_`, are called with.
A translation may ask for a value as it's said after a word that changes its first sound: `o {day:soft}` (bookings/mutations.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date as Date
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation

from bookings.models import Language
from bookings.mutations import Said

ENGLISH = Language.EN.value


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence, or a part of one, with values in braces; a value may be words in its turn."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    context: str = ""

    def with_values(self, **values: object) -> Words:
        return replace(self, values={**self.values, **values})

    def __str__(self) -> str:
        found = translation.pgettext(self.context, self.text) if self.context else translation.gettext(self.text)
        return found.format(**{name: Said(value) for name, value in self.values.items()})


def phrase(text: str, **values: object) -> Words:
    """A sentence to be translated."""
    return Words(text, values)


def worded(text: str, **values: object) -> str:
    """A sentence as it is said now, where it isn't kept but told at once."""
    return str(Words(text, values))


def dated(text: str) -> Words:
    """A part of a date, for which languages have words of their own."""
    return Words(text, context="date")


def standing(text: str) -> Words:
    """What a booking is, as `held`."""
    return Words(text, context="status")


def deed(text: str) -> Words:
    """What can be done to a booking, as `cancelled` in "it can't be cancelled"."""
    return Words(text, context="deed")


def because(text: str) -> Words:
    """Why money was given back, or a journey cancelled."""
    return Words(text, context="refund")


@dataclass(frozen=True, slots=True)
class Sentences:
    """Several sentences, one after the other."""

    parts: tuple[Sayable, ...]

    def __str__(self) -> str:
        return " ".join(filter(None, map(str, self.parts)))


@dataclass(frozen=True, slots=True)
class Listed:
    """Several things, one beside the other."""

    parts: tuple[Sayable, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))


Sayable = Words | Sentences | Listed | str
"""What `str()` says; a `str` says the same in every language."""


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, `str()` of words is in that language."""
    with translation.override(language):
        yield


def spoken() -> str:
    """The language that is active, as `Language` has it."""
    active = (translation.get_language() or ENGLISH)[:2]
    return active if active in Language.values else ENGLISH


WEEKDAYS = (
    *(dated("Monday"), dated("Tuesday"), dated("Wednesday"), dated("Thursday"), dated("Friday"), dated("Saturday")),
    dated("Sunday"),
)
MONTHS = (
    *(dated("January"), dated("February"), dated("March"), dated("April"), dated("May"), dated("June"), dated("July")),
    *(dated("August"), dated("September"), dated("October"), dated("November"), dated("December")),
)


def day_words(date: Date) -> Words:
    """`Monday 7 June`."""
    return phrase("{weekday} {number} {month}", weekday=WEEKDAYS[date.weekday()], number=date.day, month=MONTHS[date.month - 1])


def time_words(at: datetime, zone: ZoneInfo) -> Words:
    """`14:05 on Monday 7 June`, by the clocks of a zone."""
    local = at.astimezone(zone)
    return phrase("{time} on {day}", time=f"{local:%H:%M}", day=day_words(local.date()))


NOT_REPEATED = "no longer repeated"
_WHY = {NOT_REPEATED: because("no longer repeated")}
"""Why something is cancelled that nobody gave a reason for, as it's kept and as it's said."""


def say_why(why: str) -> str:
    """Why something was cancelled, in the language that is spoken; what people wrote themselves stays as they wrote it."""
    return str(_WHY.get(why, why))
