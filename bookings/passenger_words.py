"""The words by which passengers are found, kept with every passenger that is saved."""

from __future__ import annotations

import re
from typing import Any

from bookings.models import Passenger, PassengerWord
from bookings.spelling import words_of

PHONE = "#"
"""Before what is no word of a name."""
FEWEST_DIGITS = 4
_COMPARED = 9
"""Digits of a number that count, from its end: what comes before them is a country, or the 0 within one."""
_DIALLED = re.compile(r"[0-9 ()+./-]+")


def words_for(name: str, phone: str) -> set[str]:
    """What a passenger of this name and telephone is found by."""
    ends = {PHONE + backwards(phone)} if len(_digits(phone)) >= FEWEST_DIGITS else set()
    return {*words_of(name), *ends}


def asked_words(text: str) -> list[str]:
    """How the words of passengers begin who are meant by a text: a telephone number in any spelling, parts of a name, or both."""
    if _DIALLED.fullmatch(text):
        return [PHONE + backwards(text)] if len(_digits(text)) >= FEWEST_DIGITS else []
    return [PHONE + backwards(word) if _is_number(word) else word for word in words_of(text)]


def backwards(phone: str) -> str:
    """The last digits of a number, the last one first: `+44 7700 900123` and `07700 900123` are one."""
    return _digits(phone).lstrip("0")[-_COMPARED:][::-1]


def keep_words(sender: Any, instance: Passenger, update_fields: Any = None, raw: bool = False, **_: Any) -> None:
    """After a passenger is saved. Whoever saves many at once in another way sees to their words."""
    if raw or (update_fields is not None and not {"name", "phone"} & set(update_fields)):
        return
    wanted = words_for(instance.name, instance.phone)
    kept = set(instance.words.values_list("word", flat=True))
    if gone := kept - wanted:
        instance.words.filter(word__in=gone).delete()
    new = [PassengerWord(operator_id=instance.operator_id, passenger=instance, word=word) for word in sorted(wanted - kept)]
    PassengerWord.objects.bulk_create(new)


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) >= FEWEST_DIGITS
