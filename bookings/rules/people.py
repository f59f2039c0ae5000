"""Who travels: how many of them, and what they are entitled to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookings.models import Service, StaffMember
from bookings.refusals import Alternative, Reason
from bookings.rules.asked import Asked

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def is_staff(user: User | None, service: Service) -> bool:
    """Whether somebody is an agent or a dispatcher of the operator of a service; not looked up where that makes no difference."""
    if user is None or not (service.staff_skip_notice or service.staff_skip_horizon):
        return False
    return StaffMember.objects.filter(user=user.pk, operator=service.operator_id).exists()


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
