"""By how little a rule would have to give for a wish that is refused: what is kept with the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings.actions.searching import Search
from bookings.models import Booking, Shift
from routing.leeway import Rule
from routing.model import RequestId, ShiftId
from routing.offers import Leeway, leeways
from routing.trips import OFFERED

UNITS = {Rule.IN_THE_WAY: "turns", Rule.SEATS: "people", Rule.WHEELCHAIR: "people"}
"""What amounts count; all others are seconds."""

TIMES = (Rule.LATER, Rule.EARLIER)


def what_would_do(searched: Search) -> list[dict[str, Any]]:
    """Each rule that alone would let the wish in, cheapest first: what it is and by how much, and whom it concerns.

    People are kept as references of bookings, and told by `queries.leeway`.
    """
    found = leeways(searched.sought, searched.plan, searched.problem, searched.asked.offer_rules, searched.hours)
    concerned = {subject for each in found if each.relaxation.rule is Rule.DETOUR for subject in each.relaxation.whom} - {OFFERED}
    service, date = searched.asked.service, searched.asked.date
    shifts = {row.routing_id: row.name for row in Shift.objects.filter(service=service, date=date)} if found else {}
    rows = Booking.objects.filter(service=service, date=date) if concerned else Booking.objects.none()
    references = {row.request_id: row.reference for row in rows if row.request_id in concerned}
    return [_as_json(each, searched, shifts, references) for each in found]


def _as_json(
    leeway: Leeway, searched: Search, shifts: Mapping[ShiftId, str], references: Mapping[RequestId, str]
) -> dict[str, Any]:
    relaxation = leeway.relaxation
    rule, subjects = relaxation.rule, set(relaxation.whom)
    said: dict[str, Any] = {
        "rule": rule.name.lower(),
        "amount": relaxation.amount,
        "unit": UNITS.get(rule, "s"),
        "shift": shifts[relaxation.insertion.shift],
        "own": OFFERED in subjects or rule in (*TIMES, Rule.SEATS, Rule.WHEELCHAIR),
        "bookings": sorted(reference for request, reference in references.items() if request in subjects),
    }
    if rule in TIMES:
        asked = searched.asked
        at = max(searched.plan.day.instant(leeway.asked_at), asked.soonest)
        said["leave_at" if asked.wish.leave_at else "arrive_by"] = at.isoformat()
    return said
