"""What a service turned away, and what would have served it: for whoever plans hours, fleet and rules."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date as Date

from bookings.models import Booking, Refusal, Service
from bookings.party import Party


@dataclass(frozen=True, slots=True)
class Turned:
    """Refusals of one kind: how many wishes, and of how many people."""

    kind: str
    title: str
    wishes: int
    people: int


@dataclass(frozen=True, slots=True)
class WouldServe:
    """A rule that, had it alone given by `amount` in all, would have served so many of the wishes; `unit` as in a leeway."""

    rule: str
    unit: str
    wishes: int
    amount: int


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Wishes for days from `first` to `last`: booked, turned away by kind, and what would have served them, most wishes first."""

    service: Service
    first: Date
    last: Date
    booked: int
    turned: tuple[Turned, ...]
    would_serve: tuple[WouldServe, ...]


def turned_away(service: Service, first: Date, last: Date) -> TurnedAway:
    """The report of some days. A passenger who asks for the same again and again is one wish: the last refusal of each counts."""
    rows = Refusal.objects.filter(service=service, date__range=(first, last)).order_by("pk")
    wishes = {_same(row): row for row in rows}.values()
    by_kind: dict[str, list[Refusal]] = defaultdict(list)
    served, amounts, units = Counter[str](), Counter[str](), dict[str, str]()
    for row in wishes:
        by_kind[row.kind].append(row)
        for each in row.leeway:
            served[each["rule"]] += 1
            amounts[each["rule"]] += each["amount"]
            units[each["rule"]] = each["unit"]
    turned = [
        Turned(kind, rows[-1].title, len(rows), sum(Party(**row.wish["party"]).people for row in rows))
        for kind, rows in by_kind.items()
    ]
    return TurnedAway(
        service,
        first,
        last,
        Booking.objects.filter(service=service, date__range=(first, last), changed_from=None).count(),
        tuple(sorted(turned, key=lambda each: (-each.wishes, each.kind))),
        tuple(WouldServe(rule, units[rule], many, amounts[rule]) for rule, many in served.most_common()),
    )


def _same(row: Refusal) -> tuple[object, ...]:
    """What makes two refusals one wish: the passenger, the way and the day; who asks without a name asks each time anew."""
    who = row.passenger_id or f"refusal {row.pk}"
    return who, row.date, tuple(row.wish["origin"]), tuple(row.wish["destination"])
