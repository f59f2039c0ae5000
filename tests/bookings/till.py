"""A payment provider in memory, and a desk that takes money."""

from __future__ import annotations

from dataclasses import dataclass, field

from bookings.models import Account, Booking, Checkout, Passenger, Service
from bookings.payment_port import Notice, OpenPage, Order, Paid, PaymentFailed
from tests.bookings.town import Desk, open_desk


@dataclass
class Till:
    """Pages by session, payments by name; `broken` while nobody answers."""

    pages: dict[str, Order] = field(default_factory=dict)
    payments: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    refunds: dict[str, int] = field(default_factory=dict)
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

    def read_notice(self, body: bytes, signature: str) -> Notice | None:
        raise AssertionError("nobody calls")

    def _answer(self) -> None:
        if self.broken:
            raise PaymentFailed("nobody answers", passing=True)


def paying_desk(*vans: str) -> Desk:
    """A desk where one pays on board, on account (the school's) or online; half is given back of what is cancelled late."""
    desk = open_desk(*(vans or ("van1 Depot 8:00-18:00 seats 8", "van2 Depot 8:00-18:00 seats 8")))
    Service.objects.update(
        payment_methods=["on_board", "on_account", "online"], refund_full_before_s=7200, refund_late_percent=50
    )
    desk.service.refresh_from_db()
    return desk


def school(desk: Desk, *pupils: str) -> Account:
    """The school's account, with some passengers who travel on it."""
    account = Account.objects.create(operator=desk.service.operator, name="Town School", reference="PO 7")
    for name in pupils:
        Passenger.objects.filter(pk=desk.passenger(name).pk).update(account=account)
        desk.passenger(name).refresh_from_db()
    return account


def page_of(booking: Booking) -> str:
    return Checkout.objects.get(booking=booking, status="open").session
