"""Several tell of one payment, pay while the hold runs out, or get a receipt, at the same moment; with controls."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connections, transaction

from bookings import money, queries, receipts
from bookings.actions.accept_offer import NoLongerPossible
from bookings.actions.cancel_booking import CantCancel
from bookings.actions.change_booking import CantChange, change_booking
from bookings.actions.expire_due import expire_due
from bookings.actions.send_refunds import send_refunds
from bookings.actions.take_payment import take_payment
from bookings.models import Booking, LedgerEntry, Offer, Receipt, ReceiptCounter, Refund
from bookings.payment_port import Paid
from bookings.plans import DayBusy
from tests.bookings.test_money import book, open_page
from tests.bookings.till import Till, pay, paying_desk
from tests.bookings.town import WEDNESDAY, Desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("storms")]


@pytest.fixture
def desk() -> Desk:
    return paying_desk()


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    ready = threading.Barrier(len(calls))

    def one(call: Callable[[], object]) -> object:
        try:
            ready.wait(timeout=30)
            return call()
        except DayBusy as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_one_payment_told_many_times_is_taken_once(desk: Desk) -> None:
    till, booking = Till(), book(desk, "ann", "online")
    paid = till.pay(open_page(desk, booking, till))
    at_once([lambda: take_payment(paid, now=desk.now)] * 8)
    assert [entry.kind for entry in LedgerEntry.objects.all()] == ["payment", "charge"]
    assert (Receipt.objects.count(), Refund.objects.count()) == (1, 0)
    assert queries.list_money_faults() == []


def test_paying_while_the_hold_runs_out_ends_in_a_seat_or_in_the_money_back(desk: Desk) -> None:
    till = Till()
    for number in range(6):
        booking = book(desk, f"passenger {number}", "online")
        paid = till.pay(open_page(desk, booking, till))
        assert booking.held_until
        over = booking.held_until

        def pay(paid: Paid = paid, at: datetime = over - timedelta(seconds=1)) -> object:
            return take_payment(paid, now=at)

        def expire(at: datetime = over) -> object:
            return expire_due(planner_for=lambda _: desk.planner, now=at)

        at_once([pay, expire])
        send_refunds(port=till, now=over)
        booking.refresh_from_db()
        balance = money.balance(booking)
        assert (booking.status, balance.paid_pence) in (("confirmed", 200), ("expired", 0))
        assert balance.owed_pence == balance.paid_pence
        desk.now = desk.at("7:00", on=WEDNESDAY - timedelta(days=1))
    assert queries.list_money_faults() == []
    assert desk.faults() == []


def test_one_page_is_opened_however_many_ask(desk: Desk) -> None:
    till, booking = Till(), book(desk, "ann", "online")
    pages = at_once([lambda: open_page(desk, booking, till)] * 6)
    assert len(set(pages)) == 1
    assert len(till.pages) == 1


def test_a_refund_goes_out_once_however_many_send_it(desk: Desk) -> None:
    till, booking = Till(), book(desk, "ann", "online")
    take_payment(till.pay(open_page(desk, booking, till)), now=desk.now)
    desk.cancel(booking)
    sent = at_once([lambda: send_refunds(port=till, now=desk.now)] * 6)
    assert sum(int(str(each)) for each in sent) == 1
    assert list(till.payments.values()) == [0]
    assert queries.list_money_faults() == []


def receipts_at_once(desk: Desk, count: int) -> list[int]:
    bookings = [book(desk, f"passenger {number}", "on_board") for number in range(count)]

    def give(booking: Booking) -> int:
        with transaction.atomic():
            return receipts.issue_receipt(booking, 200, at=desk.now).number

    return sorted(int(str(number)) for number in at_once([partial(give, row) for row in bookings]))


def test_receipts_at_once_have_numbers_without_gaps(desk: Desk) -> None:
    assert receipts_at_once(desk, 6) == [1, 2, 3, 4, 5, 6]
    assert ReceiptCounter.objects.get().last == 6


def test_control_without_the_lock_numbers_collide(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(3)

    def unlocked(operator_id: int) -> int:
        number = Receipt.objects.filter(operator=operator_id).count() + 1
        together.wait(timeout=30)
        return number

    monkeypatch.setattr(receipts, "_next_number", unlocked)
    with pytest.raises(Exception, match="receipt_number_once"):
        receipts_at_once(desk, 3)


def test_a_change_and_a_cancellation_at_once_settle_the_fare_once(desk: Desk) -> None:
    for number in range(4):
        till, name = Till(), f"passenger {number}"
        booking = pay(desk, book(desk, name, "online"), till)
        offer = desk.ask_instead(name, desk.wish("Mill->Station leave 12:00", children=1), booking)[0]

        def change(booking: Booking = booking, offer: Offer = offer) -> object:
            with suppress(CantChange, NoLongerPossible):
                return change_booking(booking.reference, offer.pk, planner=desk.planner, by=None, channel="app", now=desk.now)
            return None

        def cancel(booking: Booking = booking) -> object:
            with suppress(CantCancel):
                return desk.cancel(booking)
            return None

        at_once([change, cancel, change, cancel])
        send_refunds(port=till, now=desk.now)
        booking.refresh_from_db()
        changed = Booking.objects.filter(changed_from=booking).first()
        assert (booking.status, till.here) == (("changed", 100) if changed else ("cancelled", 0))
    assert queries.list_money_faults() == []
    assert desk.faults() == []


def test_paying_the_rest_while_the_booking_is_changed_again_loses_nothing(desk: Desk) -> None:
    for number in range(4):
        till, name = Till(), f"passenger {number}"
        first = pay(desk, book(desk, name, "online"), till)
        dearer = desk.ask_instead(name, desk.wish("Mill->Station leave 12:00", adults=2), first)[0]
        ways = {"planner": desk.planner, "by": None, "channel": "app", "now": desk.now}
        second = change_booking(first.reference, dearer.pk, **ways)  # type: ignore[arg-type]
        paid = till.pay(open_page(desk, second, till))
        offer = desk.ask_instead(name, desk.wish("Mill->Station leave 14:00", adults=2), second)[0]
        at_once(
            [
                partial(take_payment, paid, now=desk.now),
                partial(change_booking, second.reference, offer.pk, **ways),  # type: ignore[arg-type]
            ]
        )
        take_payment(paid, now=desk.now)  # told again, should the day have been busy
        send_refunds(port=till, now=desk.now)
        last = Booking.objects.get(passenger__name=name, status="confirmed")
        # Paid before the change, all of it counts; paid after it, it goes back, and is left to pay.
        assert till.here == money.balance(last).paid_pence
        assert till.here in (200, 400)
    assert queries.list_money_faults() == []
