"""What a service's rules refuse: one small function a rule, each giving a reason with what would be possible, or None.

What the plan has no room for is no matter of rules; see `actions/searching.py` and `actions/explaining.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from bookings.calendar import open_hours
from bookings.refusals import Reason
from bookings.rules import people, places, times
from bookings.rules.asked import Asked
from bookings.rules.people import clash_reason, is_staff
from bookings.rules.times import at_time, nearest_time
from bookings.rules.wording import say_time

__all__ = ["RULES", "Asked", "at_time", "clash_reason", "find_reason", "is_staff", "nearest_time", "open_hours", "say_time"]

RULES: tuple[Callable[[Asked], Reason | None], ...] = (
    people.party_too_large,
    people.suspended,
    people.not_entitled,
    *times.RULES,
    *places.RULES,
    people.code_not_valid,
    people.too_many_bookings,
    people.duplicate_booking,
    people.overlapping_trip,
)
"""In the order in which they are asked."""


def find_reason(asked: Asked) -> Reason | None:
    """The first rule that refuses a wish, as a reason; None where all let it through."""
    return next((reason for rule in RULES if (reason := rule(asked))), None)
