"""A server on 127.0.0.1 that speaks the part of Stripe's documented API that Drover uses, and is as strict about it as Stripe is.

Checkout sessions (create, retrieve, expire), refunds, idempotency keys, errors; events with signatures.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl

import stripe

SECRET_KEY, WEBHOOK_SECRET = "sk_test_drover", "whsec_of_the_test"
LEAST_PENCE = 30
"""https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts"""

Json = dict[str, Any]


class StripeError(Exception):
    """An answer that is an error: https://docs.stripe.com/api/errors."""

    def __init__(self, status: int, kind: str, message: str, code: str = "") -> None:
        self.status = status
        self.body = {"error": {"type": kind, "message": message} | ({"code": code} if code else {})}


@dataclass
class StripeStub:
    """What Stripe knows. `faults` are statuses with which the next calls are answered, whatever they ask; 0 hangs up."""

    now: Callable[[], datetime]
    base: str = ""
    sessions: dict[str, Json] = field(default_factory=dict)
    payments: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    faults: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    answered: dict[str, tuple[str, Json, Json]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    # --- What people do at Stripe --------------------------------------------------------------------------------------------

    def pay(self, session_id: str) -> Json:
        """A passenger pays on the page; the event that Stripe would send."""
        with self.lock:
            session = self.sessions[session_id]
            assert session["status"] == "open", "the page is closed"
            payment = f"pi_{len(self.payments) + 1}"
            self.payments[payment] = {"amount": session["amount_total"], "refunded": 0}
            session |= {"status": "complete", "payment_status": "paid", "payment_intent": payment}
            return self.event("checkout.session.completed", session)

    def event(self, kind: str, about: Json) -> Json:
        return {
            "id": f"evt_{len(self.calls)}_{kind}",
            "object": "event",
            "api_version": stripe.api_version,
            "created": int(time.time()),
            "type": kind,
            "data": {"object": json.loads(json.dumps(about))},
        }

    # --- The API -------------------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, asked: Json, key: str | None) -> Json:
        """Raises StripeError."""
        self.calls.append(f"{method} {path}")
        if method == "POST" and key:
            if key in self.answered:
                before, params, answer = self.answered[key]
                if (before, params) != (path, asked):
                    raise StripeError(400, "idempotency_error", "Keys can only be used with the same parameters.")
                return answer
            answer = self._do(method, path, asked)
            self.answered[key] = path, asked, json.loads(json.dumps(answer))
            return answer
        return self._do(method, path, asked)

    def _do(self, method: str, path: str, asked: Json) -> Json:
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return self._open(asked)
        if (method, path) == ("POST", "/v1/refunds"):
            return self._refund(asked)
        found = re.fullmatch(r"/v1/checkout/sessions/(\w+)(/expire)?", path)
        if not found or (method == "POST") != bool(found[2]):
            raise StripeError(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")
        session = self.sessions.get(found[1])
        if session is None:
            raise StripeError(404, "invalid_request_error", "No such checkout.session", "resource_missing")
        if found[2]:
            if session["status"] != "open":
                raise StripeError(400, "invalid_request_error", "Only Checkout Sessions with a status in [open] can be expired.")
            session["status"] = "expired"
        return session

    def _open(self, asked: Json) -> Json:
        item = asked["line_items"]["0"]
        price = item["price_data"]
        amount = int(price["unit_amount"]) * int(item["quantity"])
        if asked["mode"] != "payment" or not price["product_data"]["name"] or not asked["success_url"].startswith("http"):
            raise StripeError(400, "invalid_request_error", "Missing or wrong parameters.")
        if price["currency"] != "gbp" or amount < LEAST_PENCE:
            raise StripeError(400, "invalid_request_error", "The amount must convert to at least 30 pence.", "amount_too_small")
        closes = datetime.fromtimestamp(int(asked["expires_at"]), self.now().tzinfo)
        if not timedelta(minutes=30) <= closes - self.now() <= timedelta(hours=24):
            raise StripeError(400, "invalid_request_error", "The expires_at timestamp must be 30 minutes to 24 hours from now.")
        name = f"cs_test_{len(self.sessions) + 1}"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "status": "open",
            "payment_status": "unpaid",
            "client_reference_id": asked["client_reference_id"],
            "currency": price["currency"],
            "amount_total": amount,
            "payment_intent": None,
            "expires_at": int(asked["expires_at"]),
            "url": f"https://checkout.stripe.example/{name}",
            "metadata": asked["metadata"],
        }
        return self.sessions[name]

    def _refund(self, asked: Json) -> Json:
        payment = self.payments.get(asked["payment_intent"])
        amount = int(asked["amount"])
        if payment is None:
            raise StripeError(404, "invalid_request_error", "No such payment_intent", "resource_missing")
        if payment["refunded"] + amount > payment["amount"]:
            raise StripeError(400, "invalid_request_error", "Refund amount is greater than unrefunded amount.")
        payment["refunded"] += amount
        name = f"re_{len(self.refunds) + 1}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "status": "succeeded",
            "amount": amount,
            "payment_intent": asked["payment_intent"],
            "metadata": asked["metadata"],
        }
        return self.refunds[name]


def sign(body: str, secret: str = WEBHOOK_SECRET, at: float | None = None) -> str:
    """The header Stripe-Signature: https://docs.stripe.com/webhooks/signatures."""
    header: str = stripe.WebhookSignature.generate_signature_header(body, secret, int(at or time.time()))
    return header


@contextmanager
def serving(stub: StripeStub) -> Iterator[StripeStub]:
    """The stub on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            with stub.lock:
                fault = stub.faults.pop(0) if stub.faults else None
                if fault == 0:
                    self.close_connection = True
                    return
                try:
                    if fault:
                        raise StripeError(fault, "api_error", "Something went wrong on Stripe's end.")
                    if self.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
                        raise StripeError(401, "authentication_error", "Invalid API Key provided.")
                    path = self.path.partition("?")[0]
                    status, body = 200, stub.answer(method, path, _nested(form), self.headers.get("Idempotency-Key"))
                except StripeError as error:
                    status, body = error.status, error.body
                sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stub.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _nested(form: str) -> Json:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    found: Json = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        *outer, last = re.findall(r"[^\[\]]+", name)
        inside = found
        for part in outer:
            inside = inside.setdefault(part, {})
        inside[last] = value
    return found
