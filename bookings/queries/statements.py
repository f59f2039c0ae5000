"""What the holder of an account owes for a month. Entries never change, nor does the statement of a month that is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bookings.models import Account, EntryKind, LedgerEntry, Service

SIGNS = {
    EntryKind.CHARGE: 1,
    EntryKind.UNCAPPED: 1,
    EntryKind.CREDIT: -1,
    EntryKind.PAYMENT: -1,
    EntryKind.REFUND: 1,
    EntryKind.RETURNED: -1,
}
"""How an entry changes what is owed."""
USUAL_ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry; `pence` is positive for what is owed. What is about no journey has no reference."""

    date: Date
    kind: str
    reference: str
    travel_date: Date | None
    passenger: str
    origin: str
    destination: str
    pence: int
    note: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of an account, by the clocks of its operator: what was owed before it, its entries, and what is owed after it."""

    account: Account
    month: Date
    """Its first day."""
    before_pence: int
    lines: tuple[StatementLine, ...]
    after_pence: int


def statement(account: Account, month: Date) -> Statement:
    """The statement of an account for the month that a date is in."""
    first = month.replace(day=1)
    following = Date(first.year + first.month // 12, first.month % 12 + 1, 1)
    zone = _zone_of(account)
    begins, ends = (datetime.combine(day, time(0), zone) for day in (first, following))
    entries = LedgerEntry.objects.filter(account=account, at__lt=ends)
    before = _sum(entries.filter(at__lt=begins))
    related = ("booking__passenger", "booking__pickup_stop", "booking__dropoff_stop")
    lines = tuple(_line(entry, zone) for entry in entries.filter(at__gte=begins).select_related(*related))
    return Statement(account, first, before, lines, before + sum(line.pence for line in lines))


def _sum(entries: Iterable[LedgerEntry]) -> int:
    return sum(SIGNS[EntryKind(entry.kind)] * entry.pence for entry in entries)


def _line(entry: LedgerEntry, zone: ZoneInfo) -> StatementLine:
    booking = entry.booking
    return StatementLine(
        date=entry.at.astimezone(zone).date(),
        kind=entry.kind,
        reference=booking.reference if booking else "",
        travel_date=booking.date if booking else None,
        passenger=booking.passenger.name if booking else "",
        origin=booking.pickup_name if booking else "",
        destination=booking.dropoff_name if booking else "",
        pence=SIGNS[EntryKind(entry.kind)] * entry.pence,
        note=entry.note,
    )


def _zone_of(account: Account) -> ZoneInfo:
    service = Service.objects.filter(operator=account.operator_id).order_by("pk").first()
    return service.tz if service else ZoneInfo(USUAL_ZONE)
