"""How passengers pay online, out of the environment (`settings.PAYMENTS`), and how often it's settled what is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured

BEAT = {
    "close payment pages and send refunds": {
        "task": "backend.tasks.settle_payments",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},  # not to pile up while there's no worker
    },
}


@dataclass(frozen=True, slots=True)
class PaymentSettings:
    """Stripe's secret key and that of its webhook; without them nothing is paid online."""

    secret_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    api_base: str = ""
    """Another address of Stripe's API, for tests."""
    return_url: str = ""
    """Where passengers come back to after paying, such as a page of the app; empty: the start page here."""


def read(env: Any) -> PaymentSettings:
    """What the environment says. Raises ImproperlyConfigured."""
    told = PaymentSettings(
        secret_key=env.str("STRIPE_SECRET_KEY", ""),
        webhook_secret=env.str("STRIPE_WEBHOOK_SECRET", ""),
        api_base=env.str("STRIPE_API_BASE", ""),
        return_url=env.str("PAYMENT_RETURN_URL", ""),
    )
    if bool(told.secret_key) != bool(told.webhook_secret):
        raise ImproperlyConfigured("Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, or neither.")
    return told
