"""What Drover asks of a payment provider: a small port, with one adapter behind it (`backend.payments`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


class PaymentFailed(Exception):
    """The provider didn't do it. `passing`: it may the next time, such as after a fault of the network."""

    def __init__(self, message: str, *, passing: bool) -> None:
        self.passing = passing
        super().__init__(message)


class BadNotice(Exception):
    """A notice that is not the provider's, or is too old."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid. The same `key` twice is the same order. No names of people go to the provider."""

    key: str
    reference: str
    pence: int
    title: str
    return_url: str
    expires_at: datetime


class OpenPage(NamedTuple):
    """A page on which a passenger pays."""

    session: str
    url: str


@dataclass(frozen=True, slots=True)
class Paid:
    """An order was paid: `payment` is what the provider calls that."""

    key: str
    session: str
    payment: str
    pence: int


@dataclass(frozen=True, slots=True)
class PageClosed:
    """A page has gone without having been paid."""

    session: str


@dataclass(frozen=True, slots=True)
class RefundCameBack:
    """A refund, by its key, that did not arrive."""

    key: str
    why: str


Notice = Paid | PageClosed | RefundCameBack


class PaymentPort(Protocol):
    """A payment provider. Its calls go over the network, so none is made in a transaction that holds the lock of a day."""

    def open_page(self, order: Order) -> OpenPage:
        """A page to pay an order on. Raises PaymentFailed."""

    def close_page(self, session: str) -> Paid | None:
        """Close a page, so that it can't be paid any more; the payment where it has been already. Raises PaymentFailed."""

    def refund(self, *, payment: str, pence: int, key: str) -> str:
        """Give back a part of a payment, once for each key: what the provider calls the refund. Raises PaymentFailed."""

    def read_notice(self, body: bytes, signature: str) -> Notice | None:
        """What a provider's call tells; None for what is of no interest. Raises BadNotice."""
