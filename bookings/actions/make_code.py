from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from bookings import codes
from bookings.models import CodeChannel, Operator, SignInCode

LASTS = timedelta(minutes=10)
TRIES = 3


class Made(NamedTuple):
    """A code on its way to somebody, and the ticket of whoever asked for it; neither is kept."""

    row: SignInCode
    ticket: str
    code: str


def make_code(operator: Operator, *, channel: CodeChannel, to: str, language: str, now: datetime) -> Made:
    """Make a code for a number (as +441632960100) or an address (in small letters). It is sent whether or not anybody has it."""
    ticket, code = codes.new_ticket(), codes.new_digits()
    row = SignInCode.objects.create(
        operator=operator,
        ticket_digest=codes.digest("ticket", ticket),
        code_digest=codes.digest("code", ticket, code),
        channel=channel,
        to=to,
        language=language,
        tries_left=TRIES,
        expires_at=now + LASTS,
    )
    return Made(row, ticket, code)
