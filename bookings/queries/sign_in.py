"""Of codes for signing in."""

from __future__ import annotations

from bookings import codes
from bookings.models import SignInCode


def find_language_of_ticket(ticket: str) -> str | None:
    """In which language the code was asked for that a ticket belongs to, whether or not it works yet."""
    rows = SignInCode.objects.filter(ticket_digest=codes.digest("ticket", ticket))
    return rows.values_list("language", flat=True).first()
