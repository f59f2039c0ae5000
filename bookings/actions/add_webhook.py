from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from bookings.models import Operator, Webhook, WebhookSecret
from bookings.refusals import Conflict

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 20
"""Addresses that an operator can have told."""

SECRET_BYTES = 32


class TooManyWebhooks(Conflict):
    kind = "too_many_webhooks"


def add_webhook(
    operator: Operator, *, url: str, description: str, events: Sequence[str], by: User | None, now: datetime
) -> Webhook:
    """Have an address told of the operator's events of these kinds (none: of all), signed with a secret of its own.

    Whether it may be called is for the caller to have checked. Raises TooManyWebhooks.
    """
    with transaction.atomic():
        Operator.objects.select_for_update(no_key=True).get(pk=operator.pk)  # two at once don't go beyond MOST
        if Webhook.objects.filter(operator=operator).count() >= MOST:
            raise TooManyWebhooks(f"No more than {MOST} addresses can be told: remove one first.")
        webhook = Webhook.objects.create(
            operator=operator, url=url, description=description, events=list(events), created_at=now, created_by=by
        )
        WebhookSecret.objects.create(webhook=webhook, secret=new_secret(), created_at=now)
    return webhook


def new_secret() -> str:
    """A secret as the Standard Webhooks specification writes it."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
