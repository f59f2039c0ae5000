"""For whom a journey is: oneself, or a passenger whom a phone agent names."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api import problem_types
from backend.api.problems import Problem
from backend.api.strict import READABLE, UNREADABLE, StrictCharField, StrictIntegerField, StrictSerializer
from backend.api.whom import Caller
from bookings.models import Operator, Partner, Passenger
from bookings.phones import find_number
from bookings.words import worded

_PHONE = re.compile(r"\+?[0-9]{5,15}")


class Named(NamedTuple):
    """A passenger as a caller names them: by id, or by name and phone."""

    id: int | None = None
    name: str = ""
    phone: str = ""


class NameField(StrictCharField):
    """A person's name, which has a letter of any script."""

    default_error_messages = {"unreadable": _("Give a name as it is written on one line.")}
    pattern = rf"^{READABLE}*\p{{L}}{READABLE}*$"

    def to_internal_value(self, data: Any) -> str:
        name = str(super().to_internal_value(data))
        if UNREADABLE.search(name) or not any(sign.isalpha() for sign in name):
            self.fail("unreadable")
        return name


class PhoneField(StrictCharField):
    """A telephone number as people write it."""

    default_error_messages = {"unreadable": _("Give a telephone number, such as 01765 123456.")}
    pattern = r"^[ ().-]*(\+[ ().-]*)?([0-9][ ().-]*){5,15}$"

    def to_internal_value(self, data: Any) -> str:
        phone = str(super().to_internal_value(data))
        if not _PHONE.fullmatch(re.sub(r"[ ().-]", "", phone)):
            self.fail("unreadable")
        return phone


class NewPassengerSerializer(StrictSerializer):
    name = NameField(max_length=120)
    phone = PhoneField(max_length=40, help_text="Digits; blanks, hyphens and brackets don't count.")


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1, "maximum": 2**63 - 1, "description": "The id of a passenger."},
            {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "maxLength": 120, "pattern": NameField.pattern},
                    "phone": {"type": "string", "maxLength": 40, "pattern": PhoneField.pattern},
                },
                "required": ["name", "phone"],
                "additionalProperties": False,
            },
        ]
    }
)
class PassengerField(serializers.Field[Named, Any, Any, Any]):
    """An id, or {name, phone}."""

    def to_internal_value(self, data: Any) -> Named:
        if isinstance(data, dict):
            return Named(**NewPassengerSerializer().run_validation(data))
        return Named(id=StrictIntegerField(min_value=1, max_value=2**63 - 1).run_validation(data))

    def to_representation(self, value: Any) -> Any:
        return value


def passenger_for(caller: Caller, operator: Operator, named: Named | None) -> Passenger | None:
    """The passenger that a caller names: for staff any of their operator's, found or made; for partners one of their own, found
    or made; for others themselves alone.

    None where staff and partners name nobody. Raises Problem (403) for somebody else, ValidationError for somebody unknown.
    """
    if caller.partner is not None and caller.partner.operator_id == operator.pk:
        return _of_partner(caller.partner, operator, named)
    if caller.staff is None or caller.staff.operator_id != operator.pk:
        return _oneself(caller, named)
    if named is None:
        return None
    if named.id is None:
        return _found_or_made(operator, None, named)
    found = Passenger.objects.filter(operator=operator, pk=named.id, erased_at=None).first()
    if found is None:
        raise serializers.ValidationError({"passenger": [worded("There is no passenger with this id.")]})
    return found


def _oneself(caller: Caller, named: Named | None) -> Passenger | None:
    if named is not None and (caller.passenger is None or named.id != caller.passenger.pk):
        said = worded("You can book for yourself only: leave the passenger out.")
        raise Problem(problem_types.FORBIDDEN, said, pointer="#/passenger")
    return caller.passenger


def _of_partner(partner: Partner, operator: Operator, named: Named | None) -> Passenger | None:
    if named is None:
        return None
    if named.id is None:
        return _found_or_made(operator, partner, named)
    found = partner.passengers.filter(pk=named.id, erased_at=None).first()
    if found is None:
        raise serializers.ValidationError({"passenger": [worded("There is no passenger with this id.")]})
    return found


def _found_or_made(operator: Operator, partner: Partner | None, named: Named) -> Passenger:
    """People who share a telephone are told apart by name; two agents at once make one passenger, not two."""
    if known := _find(operator, partner, named):
        return known
    known_by = {"name": named.name, "phone": named.phone}
    with transaction.atomic():
        Operator.objects.select_for_update(no_key=True).get(pk=operator.pk)
        if known := _find(operator, partner, named):
            return known
        passenger = Passenger.objects.create(operator=operator, partner=partner, **known_by)
        passenger.made_now = True
        return passenger


def _find(operator: Operator, partner: Partner | None, named: Named) -> Passenger | None:
    rows = Passenger.objects.filter(operator=operator, partner=partner, erased_at=None, name__iexact=named.name)
    return next((known for known in rows.order_by("pk") if _number(known.phone) == _number(named.phone)), None)


def _number(phone: str) -> str:
    """A number as it's compared; short ones, that can't be rung from everywhere, by their digits."""
    return find_number(phone, settings.MESSAGES.country_code) or re.sub(r"[^0-9]", "", phone)
