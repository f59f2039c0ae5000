"""Who travels: how many of them, and what they are entitled to."""

from __future__ import annotations

from bookings.refusals import Alternative, Reason
from bookings.rules.asked import Asked
from bookings.rules.wording import say_time
from bookings.strikes import standing


def party_too_large(asked: Asked) -> Reason | None:
    party, service = asked.wish.party, asked.service
    if party.people > service.max_party:
        fewer = f"{service.max_party} people"
    elif party.wheelchairs > service.max_wheelchairs:
        fewer = f"{service.max_wheelchairs} wheelchairs"
    else:
        return None
    return Reason(
        "party_too_large",
        "Too many people for one booking",
        f"One booking takes up to {service.max_party} people, of whom up to {service.max_wheelchairs} in wheelchairs. "
        "Split your party into several bookings, or telephone the operator.",
        [Alternative("smaller_party", f"Book for up to {fewer}")],
    )


def suspended(asked: Asked) -> Reason | None:
    until = standing(asked.passenger, asked.service, asked.now).suspended_until if asked.passenger else None
    if until is None:
        return None
    return Reason(
        "suspended",
        "Suspended",
        f"Booking is suspended until {say_time(until, asked.service)}, after too many journeys that were cancelled late or not "
        "taken. Telephone the operator if that is a mistake.",
    )


def not_entitled(asked: Asked) -> Reason | None:
    if not asked.at_doors or asked.passenger is None or asked.passenger.door_to_door:
        return None
    return Reason(
        "not_entitled",
        "Not entitled to be fetched at the door",
        f"{asked.service.name} comes to the door of passengers who are registered for it. Ask to be fetched at a stop, or "
        "telephone the operator to be registered.",
        [Alternative("stops", "Ask to be fetched and brought at stops")],
    )
