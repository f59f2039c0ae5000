"""Why there is no offer, in words, with the nearest times at which there is one: each has been tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bookings.actions.giving import what_would_do
from bookings.actions.searching import Search, search
from bookings.refusals import Alternative, Reason
from bookings.rules import Asked, clash_reason, find_reason, nearest_time
from bookings.words import Sentences, phrase
from routing.offers import explain_wish
from routing.relaxing import Constraint

CLASHES = ("duplicate_booking", "overlapping_trip")
OTHER_DAYS = 2
"""So many later days are tried where a day has no room at all."""

SENTENCES = {
    Constraint.NO_WAY: phrase("No road leads there."),
    Constraint.WHEELCHAIR: phrase("No wheelchair place is free at that time."),
    Constraint.SEATS: phrase("Not enough seats are free at that time."),
    Constraint.IN_THE_WAY: phrase("People who board later would be in the way of those who alight first."),
    Constraint.BREAK: phrase("The driver has a break at that time."),
    Constraint.DETOUR: phrase("The detour would be too long for the people on board."),
    Constraint.SHIFT: phrase("No driver's shift leaves time for it."),
    Constraint.BUSY: phrase("All vehicles are promised to other passengers at that time."),
    Constraint.TOO_FAR: phrase("No vehicle can be there in time."),
}
"""What `routing` says of each, in words that are translated."""


def no_room(searched: Search) -> Reason:
    """The reason for a wish that passes all rules and fits nowhere: what binds, and what would be possible."""
    if clash := searched.find_clash():
        reason = clash_reason(clash, searched.asked)
        others = [each for each in reason.alternatives if each.kind == "own_booking"]
        return replace(reason, alternatives=[*(searched.nearest() or _another_day(searched.asked)), *others])
    constraint = explain_wish(searched.sought, searched.plan, searched.problem, searched.asked.offer_rules, searched.hours)
    alternatives = searched.nearest() or _another_day(searched.asked)
    then = phrase("Choose one of the other times.") if alternatives else phrase("Telephone the operator.")
    return Reason(
        constraint.slug.replace("-", "_"),
        phrase("No room at that time"),
        Sentences((SENTENCES[constraint], then)),
        alternatives,
        what_would_do(searched),
    )


def as_tried(reason: Reason, asked: Asked) -> Reason:
    """The reason of a rule, with times and stops for which the plan has room in place of those that the rule let through."""
    if any(each.stop for each in reason.alternatives):
        return replace(reason, alternatives=_tried_stops(reason.alternatives, asked))
    return replace(reason, alternatives=[found for each in reason.alternatives for found in _tried(each, asked)])


def _tried(alternative: Alternative, asked: Asked) -> list[Alternative]:
    """The alternative, or what is possible near its time; nothing is known where other rules refuse the wish, too."""
    again = _asked_like(alternative, asked)
    if again is None:
        return [alternative]
    if reason := find_reason(again):
        own = [each for each in reason.alternatives if each.leave_at or each.arrive_by] if reason.kind in CLASHES else []
        return [found for each in own for found in _tried(each, again)] or [alternative]
    searched = search(again)
    return [alternative] if searched.candidates() else searched.nearest() or _another_day(again)


def _tried_stops(alternatives: Sequence[Alternative], asked: Asked) -> list[Alternative]:
    """Stops to be taken together, with the nearest time at which there is room for that; none where there is none."""
    again = asked
    for each in alternatives:
        again = again.with_end(each.kind.removesuffix("_stop"), asked.planner.stops[each.stop or ""].point)
    if find_reason(again):
        return list(alternatives)
    searched = search(again)
    if searched.candidates():
        return list(alternatives)
    times = searched.nearest() or _another_day(again)
    return [_at_the_time_of(time, each) for time in times[:1] for each in alternatives]


def _at_the_time_of(time: Alternative, stop: Alternative) -> Alternative:
    text = phrase("{stop}: {time}", stop=stop.text, time=time.text)
    return replace(stop, text=text, leave_at=time.leave_at, arrive_by=time.arrive_by)


def _another_day(asked: Asked) -> list[Alternative]:
    """The same time, or the nearest to it, on the next day that has room."""
    for _ in range(OTHER_DAYS):
        alternatives = nearest_time(asked, from_date=asked.date + timedelta(days=1))
        again = _asked_like(alternatives[0], asked) if alternatives else None
        if again is None or find_reason(again):
            return []
        searched = search(again)
        if found := alternatives if searched.candidates() else searched.nearest():
            return [replace(each, kind="other_day") for each in found]
        asked = again
    return []


def _asked_like(alternative: Alternative, asked: Asked) -> Asked | None:
    """The wish at the time of an alternative; None where that is about something else."""
    if not (alternative.leave_at or alternative.arrive_by):
        return None
    return replace(asked, wish=replace(asked.wish, leave_at=alternative.leave_at, arrive_by=alternative.arrive_by))
