"""Who travels: how many of them, and what they are entitled to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil, floor
from typing import TYPE_CHECKING

from bookings import promotions
from bookings.limits import Clash, OwnTrip, find_clash
from bookings.models import Service, StaffMember
from bookings.refusals import Alternative, Reason
from bookings.rules import times
from bookings.rules.asked import ROUND_TO_S, Asked
from bookings.rules.times import at_time
from bookings.rules.wording import say_time
from bookings.strikes import standing
from bookings.words import Sentences, phrase

if TYPE_CHECKING:
    from django.contrib.auth.models import User


TITLES = {
    "too_many_bookings": phrase("Too many journeys booked"),
    "duplicate_booking": phrase("Booked already"),
    "overlapping_trip": phrase("Another journey at that time"),
}
MOST_TOLD = 5
"""Of the passenger's own journeys."""


def is_staff(user: User | None, service: Service) -> bool:
    """Whether somebody is an agent or a dispatcher of the operator of a service; not looked up where that makes no difference."""
    if user is None or not (service.staff_skip_notice or service.staff_skip_horizon):
        return False
    return StaffMember.objects.filter(user=user.pk, operator=service.operator_id).exists()


def party_too_large(asked: Asked) -> Reason | None:
    party, service = asked.wish.party, asked.service
    if party.people > service.max_party:
        fewer = phrase("Book for up to {count} people", count=service.max_party)
    elif party.wheelchairs > service.max_wheelchairs:
        fewer = phrase("Book for up to {count} wheelchairs", count=service.max_wheelchairs)
    else:
        return None
    return Reason(
        "party_too_large",
        phrase("Too many people for one booking"),
        phrase(
            "One booking takes up to {people} people, of whom up to {wheelchairs} in wheelchairs. "
            "Split your party into several bookings, or telephone the operator.",
            people=service.max_party,
            wheelchairs=service.max_wheelchairs,
        ),
        [Alternative("smaller_party", fewer)],
    )


def suspended(asked: Asked) -> Reason | None:
    until = standing(asked.passenger, asked.service, asked.now).suspended_until if asked.passenger else None
    if until is None:
        return None
    return Reason(
        "suspended",
        phrase("Suspended"),
        phrase(
            "Booking is suspended until {time}, after too many journeys that were cancelled late or not taken. "
            "Telephone the operator if that is a mistake.",
            time=say_time(until, asked.service),
        ),
    )


def not_entitled(asked: Asked) -> Reason | None:
    if not asked.at_doors or asked.passenger is None or asked.passenger.door_to_door:
        return None
    return Reason(
        "not_entitled",
        phrase("Not entitled to be fetched at the door"),
        phrase(
            "{service} comes to the door of passengers who are registered for it. Ask to be fetched at a stop, or "
            "telephone the operator to be registered.",
            service=asked.service.name,
        ),
        [Alternative("stops", phrase("Ask to be fetched and brought at stops"))],
    )


def code_not_valid(asked: Asked) -> Reason | None:
    code = asked.wish.code
    if not code:
        return None
    fault = promotions.find_fault(asked.service, passenger=asked.passenger, code=code, now=asked.now)
    if fault is None:
        return None
    return Reason(
        "code_not_valid",
        phrase("This code can't be used"),
        Sentences((fault, phrase("Leave the code out, or give another."))),
        [Alternative("without_code", phrase("Ask without the code"))],
    )


def too_many_bookings(asked: Asked) -> Reason | None:
    return _reason_of_kind("too_many_bookings", asked)


def duplicate_booking(asked: Asked) -> Reason | None:
    return _reason_of_kind("duplicate_booking", asked)


def overlapping_trip(asked: Asked) -> Reason | None:
    return _reason_of_kind("overlapping_trip", asked)


def clash_reason(clash: Clash, asked: Asked) -> Reason:
    """What is said of a clash with what the passenger has booked, with what would be possible by the clock."""
    service, own = asked.service, clash.own
    if own is None:
        most = service.max_open_bookings
        here = [each.reference for each in asked.own if each.service_id == service.pk]
        return Reason(
            clash.kind,
            TITLES[clash.kind],
            phrase(
                "A passenger may have {most} journeys booked at a time, and has {count}. Travel first, or cancel one of them.",
                most=most,
                count=len(here),
            ),
            [Alternative("own_booking", phrase("Cancel {reference}", reference=each)) for each in here[:MOST_TOLD]],
        )
    texts = {
        "duplicate_booking": phrase("This journey is booked already: {reference}, from {time}. Change or cancel that one."),
        "overlapping_trip": phrase(
            "You have another journey at that time: {reference}, from {time}. Ask for a time before or after it."
        ),
    }
    said = texts[clash.kind].with_values(reference=own.reference, time=say_time(own.from_at, service))
    cancel = Alternative("own_booking", phrase("Cancel {reference}", reference=own.reference))
    return Reason(clash.kind, TITLES[clash.kind], said, [*_around(own, asked), cancel])


def _reason_of_kind(kind: str, asked: Asked) -> Reason | None:
    clash = find_clash(asked.service, asked.trip, asked.own)
    return clash_reason(clash, asked) if clash and clash.kind == kind else None


def _around(own: OwnTrip, asked: Asked) -> list[Alternative]:
    """The nearest times before and after another journey of the passenger that can be asked for."""
    apart = timedelta(seconds=asked.service.duplicate_s + 1)
    before = [_whole(at, floor, asked.service) for at in (own.from_at, own.from_at - apart, own.until_at - apart)]
    after = [_whole(at, ceil, asked.service) for at in (own.until_at, own.from_at + apart, own.until_at + apart)]
    found = (next((at for at in times if _can_be_asked_for(at, asked)), None) for times in (before, after))
    return [at_time(asked, at) for at in found if at]


def _can_be_asked_for(at: datetime, asked: Asked) -> bool:
    again = asked.at(at)
    return times.fits(again) and find_clash(again.service, again.trip, again.own) is None


def _whole(at: datetime, rounded: Callable[[float], int], service: Service) -> datetime:
    return datetime.fromtimestamp(rounded(at.timestamp() / ROUND_TO_S) * ROUND_TO_S, service.tz)
