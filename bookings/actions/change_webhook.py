from __future__ import annotations

from typing import TypedDict

from django.db import transaction

from bookings.models import Webhook


class WebhookChanges(TypedDict, total=False):
    description: str
    events: list[str]
    active: bool


def change_webhook(webhook: Webhook, changes: WebhookChanges) -> Webhook:
    """The webhook with these changes. Switched on, it begins anew: what it failed at before no longer counts."""
    with transaction.atomic():
        row = Webhook.objects.select_for_update(no_key=True).get(pk=webhook.pk)
        for name, value in changes.items():
            setattr(row, name, value)
        if changes.get("active"):
            row.failing_since, row.switched_off_because = None, ""
        row.save(update_fields=[*changes, "failing_since", "switched_off_because"])
    return row
