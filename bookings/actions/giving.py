"""By how little a rule would have to give for a wish that is refused: what is kept with the refusal."""

from __future__ import annotations

from typing import Any

from bookings.actions.searching import Search
from bookings.models import Booking, Shift
from routing.leeway import Rule
from routing.offers import Leeway, leeways
from routing.trips import OFFERED

UNITS = {Rule.IN_THE_WAY: "turns", Rule.SEATS: "people", Rule.WHEELCHAIR: "people"}
"""What amounts count; all others are seconds."""

TIMES = (Rule.LATER, Rule.EARLIER)


def what_would_do(searched: Search) -> list[dict[str, Any]]:
    """Each rule that alone would let the wish in, cheapest first: what it is and by how much, and whom it concerns.

    People are kept as references of bookings, and told by `queries.leeway`.
    """
    found = leeways(searched.sought, searched.plan, searched.problem, searched.asked.planner.rules, searched.hours)
    return [_as_json(each, searched) for each in found]


def _as_json(leeway: Leeway, searched: Search) -> dict[str, Any]:
    relaxation = leeway.relaxation
    rule, subjects = relaxation.rule, set(relaxation.whom)
    concerned = [int(subject.removeprefix("b")) for subject in subjects if rule is Rule.DETOUR and subject != OFFERED]
    shift = Shift.objects.filter(pk=int(relaxation.insertion.shift.removeprefix("s"))).first()
    said: dict[str, Any] = {
        "rule": rule.name.lower(),
        "amount": relaxation.amount,
        "unit": UNITS.get(rule, "s"),
        "shift": shift.name if shift else "",
        "own": OFFERED in subjects or rule in (*TIMES, Rule.SEATS, Rule.WHEELCHAIR),
        "bookings": sorted(Booking.objects.filter(pk__in=concerned).values_list("reference", flat=True)),
    }
    if rule in TIMES:
        asked = searched.asked
        at = max(searched.plan.day.instant(leeway.asked_at), asked.soonest)
        said["leave_at" if asked.wish.leave_at else "arrive_by"] = at.isoformat()
    return said
