"""What is shown once and kept as a digest: codes, and the tickets that go with them."""

from __future__ import annotations

import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.references import ALPHABET

DIGITS = 6


def new_ticket() -> str:
    """What only whoever asked for a code has."""
    return secrets.token_urlsafe(24)


def new_digits() -> str:
    """A code to read off a telephone: `493 027`."""
    number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    return f"{number[:3]} {number[3:]}"


def new_letters(length: int) -> str:
    """A code to say aloud, in two halves: `K7M4-QXRT`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return f"{signs[: length // 2]}-{signs[length // 2 :]}"


def digest(purpose: str, *parts: str) -> str:
    """What is kept in place of a code. It's keyed, so that nobody finds the code by trying them all on a copy of the database."""
    signs = ("".join(sign for sign in part.upper() if sign.isalnum()) if purpose != "ticket" else part for part in parts)
    return salted_hmac(f"drover.codes.{purpose}", "\n".join(signs), algorithm="sha256").hexdigest()


def same(a: str, b: str) -> bool:
    return constant_time_compare(a, b)
