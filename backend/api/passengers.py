"""For whom a journey is: oneself, or a passenger whom a phone agent names."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.db import transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api import problem_types
from backend.api.problems import Problem
from backend.api.strict import READABLE, UNREADABLE, StrictCharField, StrictIntegerField, StrictSerializer
from backend.api.whom import Caller
from bookings.models import Operator, Passenger

_PHONE = re.compile(r"\+?[0-9]{5,15}")


class Named(NamedTuple):
    """A passenger as a caller names them: by id, or by name and phone."""

    id: int | None = None
    name: str = ""
    phone: str = ""


class NameField(StrictCharField):
    """A person's name, which has a letter of any script."""

    default_error_messages = {"unreadable": "Give a name as it is written on one line."}
    pattern = rf"^{READABLE}*\p{{L}}{READABLE}*$"

    def to_internal_value(self, data: Any) -> str:
        name = str(super().to_internal_value(data))
        if UNREADABLE.search(name) or not any(sign.isalpha() for sign in name):
            self.fail("unreadable")
        return name


class PhoneField(StrictCharField):
    """A telephone number as people write it."""

    default_error_messages = {"unreadable": "Give a telephone number, such as 01765 123456."}
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
    """The passenger that a caller names: for staff any of their operator's, found or made; for others themselves alone.

    None where staff name nobody. Raises Problem (403) for somebody else, ValidationError for somebody unknown.
    """
    if caller.staff is None or caller.staff.operator_id != operator.pk:
        return _oneself(caller, named)
    if named is None:
        return None
    if named.id is None:
        return _found_or_made(operator, named)
    found = Passenger.objects.filter(operator=operator, pk=named.id, erased_at=None).first()
    if found is None:
        raise serializers.ValidationError({"passenger": ["There is no passenger with this id."]})
    return found


def _oneself(caller: Caller, named: Named | None) -> Passenger | None:
    if named is not None and (caller.passenger is None or named.id != caller.passenger.pk):
        raise Problem(problem_types.FORBIDDEN, "You can book for yourself only: leave the passenger out.", pointer="#/passenger")
    return caller.passenger


def _found_or_made(operator: Operator, named: Named) -> Passenger:
    """People who share a telephone are told apart by name; two agents at once make one passenger, not two."""
    if known := _find(operator, named):
        return known
    with transaction.atomic():
        Operator.objects.select_for_update(no_key=True).get(pk=operator.pk)
        if known := _find(operator, named):
            return known
        passenger = Passenger.objects.create(operator=operator, name=named.name, phone=named.phone)
        passenger.made_now = True
        return passenger


def _find(operator: Operator, named: Named) -> Passenger | None:
    alike = Passenger.objects.filter(operator=operator, erased_at=None, name__iexact=named.name).order_by("pk")
    return next((known for known in alike if _digits(known.phone) == _digits(named.phone)), None)


def _digits(phone: str) -> str:
    return re.sub(r"[^0-9]", "", phone)
