"""The words of a message, for the channel that it goes by, in the passenger's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext

from backend.notify import segments
from backend.notify.values import NAMES, operator_values, values_of
from bookings.kinds import SIGN_IN_CODE, SIGN_IN_TITLE
from bookings.models import Event, MessageChannel, Operator
from bookings.models.promise import Promise
from bookings.telling import Kind
from bookings.words import phrase, speaking


class Written(NamedTuple):
    title: str
    text: str


def write(kind: Kind, event: Event, promise: Promise, channel: str, language: str) -> Written:
    """What is told of an event."""
    with speaking(language):
        values = values_of(event, promise)
        title = _filled(kind.title, values)
        if channel == MessageChannel.SMS:
            return Written(title, segments.fitted(lambda cut: _filled(kind.short, cut), values, NAMES))
        if channel == MessageChannel.PUSH:
            return Written(title, _filled(kind.short, values))
        return Written(title, _as_mail(kind, values))


def write_code(code: str, minutes: int, operator: Operator, channel: str, language: str) -> Written:
    """A code to sign in with."""
    with speaking(language):
        values = {"code": code, "minutes": str(minutes), **operator_values(operator)}
        title = _filled(SIGN_IN_TITLE, values)
        if channel == MessageChannel.SMS:
            return Written(title, segments.fitted(lambda cut: _filled(SIGN_IN_CODE, cut), values, NAMES, parts=1))
        return Written(title, _filled(SIGN_IN_CODE, values))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return gettext(text).format(**values)


def _as_mail(kind: Kind, values: Mapping[str, str]) -> str:
    """The lead, the journey line by line, and how to reach the operator."""
    lines = [_filled(kind.lead, values).strip()]
    if kind.promised:
        lines += [
            "",
            str(phrase("Date: {day}", **values)),
            str(phrase("Pick-up: {pickup}, {from} to {until}", **values)),
            str(phrase("Drop-off: {dropoff}, by {arrive_by}", **values)),
            str(phrase("Fare: {fare}", **values)),
        ]
    if values["ref"]:
        lines.append(str(phrase("Reference: {ref}", **values)))
    lines += ["", values["operator"], *([values["phone"]] if values["phone"] != values["operator"] else [])]
    if kind.topic:
        lines += ["", str(phrase("You can choose in the app which messages you get, or tell us on the telephone."))]
    return "\n".join(lines) + "\n"
