"""By how little a rule would have to give for a refused wish, in words; other people are told of to staff alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bookings.models import Booking, Refusal
from bookings.words import Words, phrase

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


YOU, THIS_PASSENGER = phrase("you"), phrase("this passenger")


def leeway_for_staff(refusals: Sequence[Refusal]) -> list[list[ToldLeeway]]:
    """For each refusal all that would do, cheapest first, with the names of those whom it concerns."""
    references = {reference for refusal in refusals for each in refusal.leeway for reference in each["bookings"]}
    rows = Booking.objects.filter(reference__in=references) if references else Booking.objects.none()
    names = dict(rows.values_list("reference", "passenger__name"))
    return [[_told(each, refusal, names, THIS_PASSENGER) for each in refusal.leeway] for refusal in refusals]


def leeway_for_passenger(refusal: Refusal) -> list[ToldLeeway]:
    """What would do and concerns nobody but those who asked, cheapest first; in the language that is spoken."""
    return [_told({**each, "shift": ""}, refusal, {}, YOU) for each in refusal.leeway if each["own"] and not each["bookings"]]


def _told(kept: Mapping[str, Any], refusal: Refusal, names: Mapping[str, str], asker: Words) -> ToldLeeway:
    concerned = [Concerned(reference, names.get(reference, "")) for reference in kept["bookings"]]
    at = kept.get("leave_at") or kept.get("arrive_by")
    return ToldLeeway(
        rule=kept["rule"],
        amount=kept["amount"],
        unit=kept["unit"],
        text=str(phrase("It would fit if {condition}.", condition=_condition(kept, refusal, concerned, asker))),
        at=datetime.fromisoformat(at) if at else None,
        shift=kept["shift"],
        end=kept.get("end", ""),
        stop=kept.get("stop", ""),
        concerned=concerned,
    )


def _condition(kept: Mapping[str, Any], refusal: Refusal, concerned: Sequence[Concerned], asker: Words) -> Words:
    rule, amount, vehicle = kept["rule"], kept["amount"], kept["shift"] or phrase("the bus")
    if rule in ("later", "earlier"):
        return _other_time(kept, refusal)
    if rule == "detour":
        people = [f"{each.passenger} ({each.reference})" for each in concerned] + ([str(asker)] if kept["own"] else [])
        who = str(phrase(" and ")).join(people)
        return phrase("{who} could ride {minutes} longer than the service allows", who=who, minutes=_minutes(amount))
    if rule == "break":
        minutes = _minutes(amount)
        return phrase(
            "the driver's break on {vehicle} could be {minutes} earlier or later than it may be", vehicle=vehicle, minutes=minutes
        )
    if rule == "shift":
        return phrase("{vehicle} could be out for {minutes} longer than its shift", vehicle=vehicle, minutes=_minutes(amount))
    if rule == "walk":
        texts = {
            "origin": phrase("a walk of {metres} m where the journey begins would do, {more} m more than the service allows"),
            "destination": phrase("a walk of {metres} m where it ends would do, {more} m more than the service allows"),
        }
        return texts[kept["end"]].with_values(metres=kept["walk_m"], more=amount)
    if rule == "vehicle":
        return phrase("one vehicle more were out for {minutes}", minutes=_minutes(amount))
    if rule == "in_the_way":
        return phrase("one could alight from {vehicle} before those who boarded later", vehicle=vehicle)
    if rule == "seats":
        more = phrase("{vehicle} had 1 more seat") if amount == 1 else phrase("{vehicle} had {amount} more seats")
    else:
        more = phrase("{vehicle} had 1 more wheelchair place")
        more = more if amount == 1 else phrase("{vehicle} had {amount} more wheelchair places")
    return more.with_values(vehicle=vehicle, amount=amount)


def _other_time(kept: Mapping[str, Any], refusal: Refusal) -> Words:
    """Counted from the time that was asked for, whichever end it's about."""
    name = "leave_at" if kept.get("leave_at") else "arrive_by"
    at, asked = (datetime.fromisoformat(said[name]) for said in (kept, refusal.wish))
    away_s = int((at - asked).total_seconds())
    texts = {
        ("leave_at", True): phrase("leaving at {time} would do, {minutes} later than asked"),
        ("leave_at", False): phrase("leaving at {time} would do, {minutes} earlier than asked"),
        ("arrive_by", True): phrase("arriving by {time} would do, {minutes} later than asked"),
        ("arrive_by", False): phrase("arriving by {time} would do, {minutes} earlier than asked"),
    }
    local = at.astimezone(refusal.service.tz)
    return texts[name, away_s > 0].with_values(time=f"{local:%H:%M}", minutes=_minutes(abs(away_s)))


def _minutes(seconds: int) -> Words:
    return phrase("{count} min", count=-(-seconds // MINUTE_S))
