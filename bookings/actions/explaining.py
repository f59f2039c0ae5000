"""Why there is no offer, in words, with the nearest times at which there is one: each has been tried, with its way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from bookings.actions.giving import what_would_do
from bookings.actions.returning import works
from bookings.actions.searching import Search, search
from bookings.refusals import Alternative, Reason
from bookings.rule_words import SENTENCES
from bookings.rules import Asked, at_time, clash_reason, find_reason, nearest_time
from bookings.words import Sentences, phrase
from routing.offers import explain_wish

CLASHES = ("duplicate_booking", "overlapping_trip")
OTHER_DAYS = 2
"""So many later days are tried where a day has no room at all."""
MOST_TRIED = 24
"""So many times of a day are tried for a way there that has a way back behind it."""
ALONE = "without_return"


def no_room(searched: Search) -> Reason:
    """The reason for a wish that passes all rules and fits nowhere: what binds, and what would be possible."""
    asked = searched.asked
    alternatives = _with_ways_back(_instead(searched), asked)
    if clash := searched.find_clash():
        reason = clash_reason(clash, asked)
        others = [each for each in reason.alternatives if each.kind == "own_booking"]
        return replace(reason, alternatives=[*alternatives, *others])
    constraint = explain_wish(searched.sought, searched.plan, searched.problem, asked.offer_rules, searched.hours)
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
        tried = _tried_stops(reason.alternatives, asked)
    else:
        tried = [found for each in reason.alternatives for found in _tried(each, asked)]
    return replace(reason, alternatives=_with_ways_back(tried, asked))


def _tried(alternative: Alternative, asked: Asked) -> list[Alternative]:
    """The alternative, or what is possible near its time; nothing is known where other rules refuse the wish, too."""
    again = _asked_like(alternative, asked)
    if again is None:
        return [alternative]
    if reason := find_reason(again):
        own = [each for each in reason.alternatives if each.leave_at or each.arrive_by] if reason.kind in CLASHES else []
        return [found for each in own for found in _tried(each, again)] or [alternative]
    searched = search(again)
    return [alternative] if works(searched) else _instead(searched)


def _tried_stops(alternatives: Sequence[Alternative], asked: Asked) -> list[Alternative]:
    """Stops to be taken together, with the nearest time at which there is room for that; none where there is none."""
    again = asked
    for each in alternatives:
        again = again.with_end(each.kind.removesuffix("_stop"), asked.planner.stops[each.stop or ""].point)
    if find_reason(again):
        return list(alternatives)
    searched = search(again)
    if works(searched):
        return list(alternatives)
    times = _instead(searched)[:1]
    if times and times[0].kind == ALONE:
        return [_alone_at(times[0], *alternatives)] if len(alternatives) == 1 else []
    return [_at_the_time_of(time, each) for time in times for each in alternatives]


def _at_the_time_of(time: Alternative, stop: Alternative) -> Alternative:
    text = phrase("{stop}: {time}", stop=stop.text, time=time.text)
    return replace(stop, text=text, leave_at=time.leave_at, arrive_by=time.arrive_by)


def _alone_at(time: Alternative, stop: Alternative) -> Alternative:
    """A stop from which, at a time, there is a way there and none back."""
    return replace(_at_the_time_of(time, stop), kind=ALONE, end=stop.kind.removesuffix("_stop"))


def _instead(searched: Search) -> list[Alternative]:
    """What is possible for a wish that isn't: about its time or on another day, or else without its way back."""
    return _nearest(searched) or _another_day(searched.asked) or _there_alone(searched)


def _nearest(searched: Search) -> list[Alternative]:
    """The nearest times of that day at which there is room, and for the way back too."""
    if searched.asked.wish.back is None:
        return searched.nearest()
    found = (at_time(each.asked, each.asked.wish.at) for each in searched.nearby(MOST_TRIED) if works(each))
    return list(islice(found, searched.asked.offer_rules.max_alternatives))


def _another_day(asked: Asked) -> list[Alternative]:
    """The same time, or the nearest to it, on the next day that has room."""
    for _ in range(OTHER_DAYS):
        alternatives = nearest_time(asked, from_date=asked.date + timedelta(days=1))
        again = _asked_like(alternatives[0], asked) if alternatives else None
        if again is None or find_reason(again):
            return []
        searched = search(again)
        if found := alternatives if works(searched) else _nearest(searched):
            return [replace(each, kind="other_day") for each in found]
        asked = again
    return []


def _there_alone(searched: Search) -> list[Alternative]:
    """When there is room for the way there, for who finds another way home; nothing where that was all that was asked."""
    asked = searched.asked
    if asked.wish.back is None:
        return []
    alone = replace(searched, asked=replace(asked, wish=replace(asked.wish, back=None)))
    found = [at_time(asked, asked.wish.at)] if alone.candidates() else alone.nearest() or _another_day(alone.asked)
    return [replace(each, kind=ALONE, text=phrase("Without the way back: {time}", time=each.text)) for each in found]


def _asked_like(alternative: Alternative, asked: Asked) -> Asked | None:
    """The wish at the time of an alternative, with its way back as many days later; None where that is about something else."""
    if not (alternative.leave_at or alternative.arrive_by):
        return None
    wish = replace(asked.wish, leave_at=alternative.leave_at, arrive_by=alternative.arrive_by)
    days = replace(asked, wish=wish).date - asked.date
    return replace(asked, wish=replace(wish, back=wish.back and wish.back.later(days, asked.service.tz)))


def _with_ways_back(alternatives: Sequence[Alternative], asked: Asked) -> list[Alternative]:
    """The same, telling of those on other days when one would come back."""
    return [each if each.kind == ALONE else _with_way_back(each, asked) for each in alternatives]


def _with_way_back(alternative: Alternative, asked: Asked) -> Alternative:
    again = _asked_like(alternative, asked)
    back = again.wish.back if again else None
    if again is None or back is None or back.at is None or back == asked.wish.back:
        return alternative
    time = at_time(replace(again, wish=again.wish.reversed(leave_at=back.leave_at, arrive_by=back.arrive_by)), back.at)
    return replace(alternative, back=back, text=phrase("{time}; way back: {back}", time=alternative.text, back=time.text))
