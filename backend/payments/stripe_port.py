"""Payments by Stripe: Checkout pages, refunds, signed notices."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import stripe

from bookings.payment_port import BadNotice, Notice, OpenPage, Order, PageClosed, Paid, PaymentFailed, RefundCameBack

T = TypeVar("T")

CURRENCY = "gbp"
TIMEOUT_S = 10
SHORTEST_PAGE = timedelta(minutes=31)
"""Stripe keeps a page open for half an hour at least; a minute more than that is for its clock."""
PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")


@dataclass(frozen=True)
class StripePort:
    """Stripe, by its library. `base` is another address of its API, for tests."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    base: str = ""

    def open_page(self, order: Order) -> OpenPage:
        """A Checkout page for cards. Raises PaymentFailed."""
        told = {"reference": order.reference}
        price = {"currency": CURRENCY, "unit_amount": order.pence, "product_data": {"name": order.title}}
        asked: Any = {
            "mode": "payment",
            # Cards are paid at once; other ways may take days, and a seat isn't held that long.
            "payment_method_types": ["card"],
            "client_reference_id": order.key,
            "line_items": [{"quantity": 1, "price_data": price}],
            "success_url": order.return_url,
            "cancel_url": order.return_url,
            # The same whenever it's asked, or Stripe would not take it for the same order.
            "expires_at": int((order.expires_at + SHORTEST_PAGE).timestamp()),
            "metadata": told,
            "payment_intent_data": {"metadata": told, "description": order.title},
        }
        once: Any = {"idempotency_key": f"page-{order.key}"}
        session = _asked(lambda: self._client().v1.checkout.sessions.create(asked, once))
        return OpenPage(session.id, session.url or "")

    def close_page(self, session: str) -> Paid | None:
        """Expire a Checkout page; the payment where it has been paid. Raises PaymentFailed."""
        found = _asked(lambda: self._client().v1.checkout.sessions.retrieve(session))
        if found.status == "open":
            try:
                found = _asked(lambda: self._client().v1.checkout.sessions.expire(session))
            except PaymentFailed:  # paid just now?
                found = _asked(lambda: self._client().v1.checkout.sessions.retrieve(session))
        if found.status == "open":
            raise PaymentFailed("the page stays open", passing=True)
        return _paid(found.to_dict()) if found.payment_status == "paid" else None

    def refund(self, *, payment: str, pence: int, key: str) -> str:
        """A refund of a PaymentIntent. Raises PaymentFailed."""
        refund = _asked(
            lambda: self._client().v1.refunds.create(
                {"payment_intent": payment, "amount": pence, "metadata": {"key": key}}, {"idempotency_key": f"refund-{key}"}
            )
        )
        if refund.status in ("failed", "canceled"):
            raise PaymentFailed(f"the refund is {refund.status}", passing=False)
        return str(refund.id)

    def read_notice(self, body: bytes, signature: str) -> Notice | None:
        """What an event of Stripe's tells, once its signature is right and not older than five minutes. Raises BadNotice."""
        try:
            stripe.WebhookSignature.verify_header(
                body, signature, self.webhook_secret, tolerance=stripe.Webhook.DEFAULT_TOLERANCE
            )
            event = json.loads(body)
            kind, told = event["type"], event["data"]["object"]
            return _notice(kind, told)
        except (stripe.SignatureVerificationError, ValueError, TypeError, KeyError) as error:  # not JSON, or not of this form
            raise BadNotice(str(error)) from error

    def _client(self) -> stripe.StripeClient:
        """A client for one call: what it keeps between calls is not made for threads."""
        http = stripe.RequestsClient(timeout=TIMEOUT_S)
        bases: Any = {"api": self.base} if self.base else None
        return stripe.StripeClient(self.secret_key, base_addresses=bases, http_client=http, max_network_retries=1)


def _notice(kind: str, told: dict[str, Any]) -> Notice | None:
    if kind in PAID:
        return _paid(told) if told["payment_status"] == "paid" else None
    if kind == "checkout.session.expired":
        return PageClosed(str(told["id"]))
    if kind == "refund.failed" and (told["metadata"] or {}).get("key"):
        return RefundCameBack(str(told["metadata"]["key"]), str(told.get("failure_reason") or "refused by the bank"))
    return None


def _paid(session: dict[str, Any]) -> Paid | None:
    """The payment of a Checkout session of ours; None for a session that somebody else made in the same Stripe account."""
    key = session.get("client_reference_id")
    if not key or session.get("currency") != CURRENCY:
        return None
    return Paid(str(key), str(session["id"]), str(session["payment_intent"]), int(session["amount_total"]))


def _asked(call: Callable[[], T]) -> T:
    """What Stripe answers. Raises PaymentFailed."""
    try:
        return call()
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError) as error:
        raise PaymentFailed(_said(error), passing=True) from error
    except stripe.StripeError as error:
        raise PaymentFailed(_said(error), passing=(error.http_status or 500) >= 500 or error.http_status == 409) from error


def _said(error: stripe.StripeError) -> str:
    return str(error.user_message or error)[:200]
