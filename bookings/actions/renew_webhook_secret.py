from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from bookings.actions.add_webhook import new_secret
from bookings.models import Webhook, WebhookSecret

BOTH_FOR = timedelta(days=1)
"""So long deliveries are signed with the old secret, too."""


def renew_webhook_secret(webhook: Webhook, *, now: datetime) -> str:
    """A new secret for an address; of those before it, none is good for longer than a day."""
    with transaction.atomic():
        webhook.secrets.filter(retires_at=None).update(retires_at=now + BOTH_FOR)
        webhook.secrets.filter(retires_at__lte=now).delete()
        return WebhookSecret.objects.create(webhook=webhook, secret=new_secret(), created_at=now).secret
