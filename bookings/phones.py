"""Telephone numbers as people write them, in the one form in which they are compared and rung."""

from __future__ import annotations

import re

BRITISH = "44"
TAIL = 7
"""So many of the last digits are the same however a number is written: with its country, with a 0, or without either."""
BETWEEN_DIGITS = " ().-/"


def find_number(phone: str, country_code: str) -> str | None:
    """A telephone number as +441632960100, of one as people write it down; None where it's none."""
    digits = re.sub(r"\(0\)|[ ().\-/]", "", phone)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif not digits.startswith("+"):
        digits = f"+{country_code}{digits.removeprefix('0')}"
    return digits if re.fullmatch(r"\+[1-9][0-9]{6,14}", digits) else None


def takes_text(number: str) -> bool:
    """Whether a text message can arrive there. British numbers tell: mobiles begin with 7, though not with 70, nor with 76 but on
    the Isle of Man; of other countries the provider knows more."""
    if not number.startswith(f"+{BRITISH}"):
        return True
    return bool(re.fullmatch(r"\+447(?:[1-57-9][0-9]|624)[0-9]*", number))
