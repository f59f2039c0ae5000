"""The controls: what a change loses is found by the books that are kept a second time, and by `check_money`."""

from __future__ import annotations

from typing import Any

import pytest

from bookings import money, queries
from bookings.actions.change_booking import change_booking
from bookings.models import Booking, EntryKind
from tests.bookings.money_oracle import Books
from tests.bookings.till import Till, pay, paying_desk


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["credit", "charge", "carried", "brought"])
def test_control_the_books_find_what_a_change_loses(monkeypatch: pytest.MonkeyPatch, lost: str) -> None:
    desk, till, books = paying_desk(), Till(), Books()
    booking = pay(desk, desk.hold_this(desk.offers("ann", "Mill->Station leave 10:00")[0], "online"), till)
    assert books.faults(till) == []
    record = money.record

    def forget(row: Booking, kind: EntryKind, pence: int, **how: Any) -> None:
        if kind != lost:
            record(row, kind, pence, **how)

    monkeypatch.setattr(money, "record", forget)
    offer = desk.ask_instead("ann", "Mill->Station leave 12:00", booking)[0]
    change_booking(booking.reference, offer.pk, planner=desk.planner, by=None, channel="app", now=desk.now)
    assert books.faults(till)
    assert queries.list_money_faults()
