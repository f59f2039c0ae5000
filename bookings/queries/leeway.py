"""By how little a rule would have to give for a refused wish, in words; other people are told of to staff alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.models import Booking, Refusal

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody who is promised a ride that would change."""

    reference: str
    passenger: str


@dataclass(frozen=True, slots=True)
class ToldLeeway:
    """One rule: by how much (`unit` is `s`, `people` or `turns`), in a sentence, and with the time to ask for where it's that."""

    rule: str
    amount: int
    unit: str
    text: str
    at: datetime | None = None
    shift: str = ""
    end: str = ""
    stop: str = ""
    """Of a longer walk: the code of the stop to ask for, and at which end."""
    concerned: Sequence[Concerned] = ()


def leeway_for_staff(refusals: Sequence[Refusal]) -> list[list[ToldLeeway]]:
    """For each refusal all that would do, cheapest first, with the names of those whom it concerns."""
    references = {reference for refusal in refusals for each in refusal.leeway for reference in each["bookings"]}
    rows = Booking.objects.filter(reference__in=references) if references else Booking.objects.none()
    names = dict(rows.values_list("reference", "passenger__name"))
    return [[_told(each, refusal, names, "this passenger") for each in refusal.leeway] for refusal in refusals]


def leeway_for_passenger(refusal: Refusal) -> list[ToldLeeway]:
    """What would do and concerns nobody but those who asked, cheapest first."""
    return [_told({**each, "shift": ""}, refusal, {}, "you") for each in refusal.leeway if each["own"] and not each["bookings"]]


def _told(kept: Mapping[str, Any], refusal: Refusal, names: Mapping[str, str], asker: str) -> ToldLeeway:
    concerned = [Concerned(reference, names.get(reference, "")) for reference in kept["bookings"]]
    at = kept.get("leave_at") or kept.get("arrive_by")
    return ToldLeeway(
        rule=kept["rule"],
        amount=kept["amount"],
        unit=kept["unit"],
        text=f"It would fit if {_condition(kept, refusal, concerned, asker)}.",
        at=datetime.fromisoformat(at) if at else None,
        shift=kept["shift"],
        end=kept.get("end", ""),
        stop=kept.get("stop", ""),
        concerned=concerned,
    )


def _condition(kept: Mapping[str, Any], refusal: Refusal, concerned: Sequence[Concerned], asker: str) -> str:
    rule, amount, vehicle = kept["rule"], kept["amount"], kept["shift"] or "the bus"
    if rule in ("later", "earlier"):
        return _other_time(kept, refusal)
    if rule == "detour":
        people = [f"{each.passenger} ({each.reference})" for each in concerned] + ([asker] if kept["own"] else [])
        return f"{' and '.join(people)} could ride {_minutes(amount)} longer than the service allows"
    if rule == "break":
        return f"the driver's break on {vehicle} could be {_minutes(amount)} earlier or later than it may be"
    if rule == "shift":
        return f"{vehicle} could be out for {_minutes(amount)} longer than its shift"
    if rule == "walk":
        near = "where the journey begins" if kept["end"] == "origin" else "where it ends"
        return f"a walk of {kept['walk_m']} m {near} would do, {amount} m more than the service allows"
    if rule == "vehicle":
        return f"one vehicle more were out for {_minutes(amount)}"
    if rule == "in_the_way":
        return f"one could alight from {vehicle} before those who boarded later"
    what = "seat" if rule == "seats" else "wheelchair place"
    return f"{vehicle} had {amount} more {what}{'' if amount == 1 else 's'}"


def _other_time(kept: Mapping[str, Any], refusal: Refusal) -> str:
    """Counted from the time that was asked for, whichever end it's about."""
    name, how = ("leave_at", "leaving at") if kept.get("leave_at") else ("arrive_by", "arriving by")
    at, asked = (datetime.fromisoformat(said[name]) for said in (kept, refusal.wish))
    away_s = int((at - asked).total_seconds())
    local = at.astimezone(refusal.service.tz)
    return f"{how} {local:%H:%M} would do, {_minutes(abs(away_s))} {'later' if away_s > 0 else 'earlier'} than asked"


def _minutes(seconds: int) -> str:
    return f"{-(-seconds // MINUTE_S)} min"
