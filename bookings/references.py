"""Booking references such as `K7M-4QX`: short, speakable, not guessable in order.

A reference is the primary key put through a keyed permutation of 30 bits (a balanced Feistel network; Luby & Rackoff 1988), so it
needs no second try, never clashes, and can't be counted through without the key.
"""

from __future__ import annotations

import hashlib

from django.conf import settings

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 signs that are told apart on the telephone and in print: no 0 and O, no 1 and I."""

HALF_BITS = 15
ROUNDS = 6
_HALF = (1 << HALF_BITS) - 1


def reference_of(number: int) -> str:
    """The reference of a primary key. Raises ValueError outside 0 .. 2**30 - 1."""
    if not 0 <= number < 1 << 2 * HALF_BITS:
        raise ValueError(f"{number} is out of the range of references")
    left, right = number >> HALF_BITS, number & _HALF
    for turn in range(ROUNDS):
        left, right = right, left ^ _mix(turn, right)
    mixed = left << HALF_BITS | right
    signs = "".join(ALPHABET[mixed >> 5 * place & 31] for place in range(6))
    return f"{signs[:3]}-{signs[3:]}"


def tidy(reference: str) -> str:
    """A reference as somebody typed it, in its proper form: `k7m 4qx` is `K7M-4QX`."""
    signs = "".join(sign for sign in reference.upper() if sign.isalnum())
    return f"{signs[:3]}-{signs[3:]}" if len(signs) == 6 else reference


def is_reference(text: str) -> bool:
    """Whether a text can be meant as a reference."""
    signs = [sign for sign in text.upper() if sign.isalnum()]
    return len(signs) == 6 and set(signs) <= set(ALPHABET)


def _mix(turn: int, half: int) -> int:
    key = getattr(settings, "REFERENCE_KEY", "") or settings.SECRET_KEY
    message = turn.to_bytes(1, "big") + half.to_bytes(2, "big")
    digest = hashlib.blake2b(message, key=hashlib.sha256(key.encode()).digest(), digest_size=4).digest()
    return int.from_bytes(digest, "big") & _HALF
