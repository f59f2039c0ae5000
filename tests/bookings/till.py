"""A payment provider in memory, and a desk that takes money."""

from __future__ import annotations

from dataclasses import dataclass, field

from bookings.actions.close_checkouts import close_checkouts
from bookings.actions.send_refunds import send_refunds
from bookings.actions.start_payment import start_payment
from bookings.actions.take_payment import take_payment
from bookings.models import Account, Booking, Checkout, LedgerEntry, Offer, Passenger, PayBy, Service
from bookings.payment_port import Notice, OpenPage, Order, Paid, PaymentFailed
from tests.bookings.town import Desk, open_desk


@dataclass
class Till:
    """Pages by session, payments by name; `broken` while nobody answers."""

    pages: dict[str, Order] = field(default_factory=dict)
    payments: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    refunds: dict[str, int] = field(default_factory=dict)
    """What was given back, by the key of each refund."""
    broken: bool = False

    def open_page(self, order: Order) -> OpenPage:
        self._answer()
        self.pages[f"page {order.key}"] = order
        return OpenPage(f"page {order.key}", "https://pay.example")

    def pay(self, session: str) -> Paid:
        """Somebody pays on a page."""
        assert session not in self.closed
        order, name = self.pages[session], f"payment {session}"
        self.payments[name] = order.pence
        return Paid(order.key, session, name, order.pence)

    def close_page(self, session: str) -> Paid | None:
        self._answer()
        if f"payment {session}" in self.payments:
            return self.pay(session)
        self.closed.add(session)
        return None

    def refund(self, *, payment: str, pence: int, key: str) -> str:
        self._answer()
        if key not in self.refunds:
            self.payments[payment] -= pence
            assert self.payments[payment] >= 0, "more given back than was paid"
            self.refunds[key] = pence
        return f"refund {key}"

    def is_paid(self, session: str) -> bool:
        return f"payment {session}" in self.payments

    @property
    def here(self) -> int:
        """What was paid and not given back."""
        return sum(self.payments.values())

    def read_notice(self, body: bytes, signature: str) -> Notice | None:
        raise AssertionError("nobody calls")

    def _answer(self) -> None:
        if self.broken:
            raise PaymentFailed("nobody answers", passing=True)


def paying_desk(*vans: str) -> Desk:
    """A desk where one pays on board, on account (the school's) or online; half is given back of what is cancelled late."""
    desk = open_desk(*(vans or ("van1 Depot 8:00-18:00 seats 8", "van2 Depot 8:00-18:00 seats 8")))
    takes_money(desk)
    return desk


def takes_money(desk: Desk) -> None:
    Service.objects.update(
        payment_methods=["on_board", "on_account", "online"], refund_full_before_s=7200, refund_late_percent=50
    )
    desk.service.refresh_from_db()


def school(desk: Desk, *pupils: str) -> Account:
    """The school's account, with some passengers who travel on it."""
    account = Account.objects.create(operator=desk.service.operator, name="Town School", reference="PO 7")
    for name in pupils:
        Passenger.objects.filter(pk=desk.passenger(name).pk).update(account=account)
        desk.passenger(name).refresh_from_db()
    return account


def hold_online(desk: Desk, offer: Offer) -> Booking:
    """Held until it's paid."""
    return desk.hold_this(offer, PayBy.ONLINE.value)


def open_page(desk: Desk, booking: Booking, till: Till) -> Checkout:
    return start_payment(booking.reference, port=till, return_url="https://town.example", by=None, now=desk.now)


def pay(desk: Desk, booking: Booking, till: Till) -> Booking:
    """Pay on the page, and be told so; the booking as it is by then."""
    take_payment(till.pay(open_page(desk, booking, till).session), now=desk.now)
    return Booking.objects.get(pk=booking.pk)


def settle(desk: Desk, till: Till) -> None:
    """What is done each minute: pages that aren't wanted are closed, refunds sent."""
    close_checkouts(port=till, now=desk.now)
    send_refunds(port=till, now=desk.now)


def entries(booking: Booking) -> list[tuple[str, int]]:
    """The ledger of a booking, in order."""
    return [(entry.kind, entry.pence) for entry in LedgerEntry.objects.filter(booking=booking)]


def page_of(booking: Booking) -> str:
    return Checkout.objects.get(booking=booking, status="open").session
