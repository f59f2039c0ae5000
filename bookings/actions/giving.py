"""By how little a rule would have to give for a wish that is refused: what is kept with the refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bookings.actions.returning import works
from bookings.actions.searching import Search
from bookings.models import Booking, Shift
from bookings.rules.asked import DESTINATION, ORIGIN
from routing.leeway import Rule
from routing.model import RequestId, ShiftId
from routing.offers import Access, Leeway, leeways
from routing.travel.matrix import UNREACHABLE_S
from routing.trips import OFFERED

UNITS = {Rule.IN_THE_WAY: "turns", Rule.SEATS: "people", Rule.WHEELCHAIR: "people"}
"""What amounts count; all others are seconds."""

TIMES = (Rule.LATER, Rule.EARLIER)
WALK, VEHICLE = "walk", "vehicle"
"""What could give beside the rules of `routing.leeway`: the walk limit (m), and the fleet (seconds of one vehicle more)."""
FARTHER = 2
"""So many times the walk limit, somebody may be asked to walk."""


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
    told = [_as_json(each, searched, shifts, references) for each in found]
    return [*(each for each in told if _lets_come_back(each, searched)), *_longer_walk(searched), *_one_more_vehicle(searched)]


def _lets_come_back(told: Mapping[str, Any], searched: Search) -> bool:
    """Whether there is a way back as wanted at another time to ask for; what other rules would take is left as it is."""
    at = told.get("leave_at") or told.get("arrive_by")
    return at is None or searched.asked.wish.back is None or works(searched.at(datetime.fromisoformat(at)))


def _longer_walk(searched: Search) -> Iterator[dict[str, Any]]:
    """The shortest walk beyond the limit, at one end, with which there is room about when it was asked for."""
    asked = searched.asked
    if asked.at_doors:
        return
    wish, limit_m = asked.wish, asked.service.walk_limit_m
    ends = {ORIGIN: wish.origin, DESTINATION: wish.destination}
    farther = [
        (access.walk_m, end, access)
        for end, point in ends.items()
        for access in asked.planner.find_farther(point, asked.journey, FARTHER * limit_m)
    ]
    for walk_m, end, access in sorted(farther, key=lambda each: each[:2]):
        if not works(_walking(searched, end, access)):
            continue
        told = {"rule": WALK, "amount": walk_m - limit_m, "unit": "m", "shift": "", "own": True, "bookings": []}
        told |= {"end": end, "stop": access.stop, "walk_m": walk_m}
        if end == ORIGIN and wish.leave_at:  # when to ask for, from the stop itself
            told["leave_at"] = (wish.leave_at + timedelta(seconds=access.walk_s)).isoformat()
        if end == DESTINATION and wish.arrive_by:
            told["arrive_by"] = (wish.arrive_by - timedelta(seconds=access.walk_s)).isoformat()
        yield told
        return


def _walking(searched: Search, end: str, access: Access) -> Search:
    """The same search with another stop at one end, for the way back too."""
    sought = searched.sought
    asked = searched.asked.with_end(end, access.point)
    sought = replace(sought, origins=(access,)) if end == ORIGIN else replace(sought, destinations=(access,))
    return replace(searched, asked=asked, sought=sought, problem=asked.planner.knowing(searched.problem, [access.point]))


def _one_more_vehicle(searched: Search) -> Iterator[dict[str, Any]]:
    """How long one vehicle more would be out for this journey alone, from the depot that is nearest to it."""
    travel, sought = searched.problem.travel, searched.sought
    ways = [
        travel(shift.start, origin.point)
        + sought.boarding_s
        + travel(origin.point, destination.point)
        + sought.alighting_s
        + travel(destination.point, shift.end)
        for shift in searched.problem.shifts.values()
        for origin in sought.origins
        for destination in sought.destinations
        if origin.point != destination.point
    ]
    if ways and min(ways) < UNREACHABLE_S:
        yield {"rule": VEHICLE, "amount": min(ways), "unit": "s", "shift": "", "own": False, "bookings": []}


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
