"""Telling partners, by the Standard Webhooks specification.

What is sent names things and no people: whoever wants to know more asks the API, with their own rights. A delivery is tried again
for three days; an address that has failed for five, or says 410 Gone, is switched off.
"""

from __future__ import annotations

import json
import logging
import ssl
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from django.db.models import Q
from standardwebhooks.webhooks import Webhook as Signer

from backend.notify.breaker import Breaker
from backend.notify.claiming import claim, due, give_up_late, put_off, settle
from backend.notify.tracing import where
from backend.outside.addresses import BadAddress
from backend.outside.posting import Answer, NoAnswer, post
from bookings.kinds import TO_PARTNERS
from bookings.models import Event, State, Webhook, WebhookDelivery

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

WAITS_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""After each failed attempt, as the specification has it: 75 h in all."""

KEEP_TRYING = timedelta(hours=90)
SWITCH_OFF_AFTER = timedelta(days=5)
TIMEOUT_S = 15
GONE = 410
TELLING = ("expected_pickup_at", "vehicle", "registration", "until")
"""What of an event's data partners are told."""


def queue_webhooks(event: Event, *, now: datetime) -> None:
    """Queue an event for every address of its operator that wants to know of it."""
    if event.kind not in TO_PARTNERS:
        return
    webhooks = Webhook.objects.filter(operator=event.service.operator_id, active=True)
    wanted = [webhook for webhook in webhooks if not webhook.events or event.kind in webhook.events]
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(webhook=webhook, event=event, created_at=now, due_at=now, expires_at=now + KEEP_TRYING)
            for webhook in wanted
        ],
        ignore_conflicts=True,
    )


def payload(event: Event) -> dict[str, Any]:
    """What is said of an event."""
    booking, zone = event.booking, event.service.tz
    about = {
        "service": event.service.slug,
        "service_date": event.date.isoformat() if event.date else None,
        "booking": booking.reference if booking else None,
        **{name: event.data[name] for name in TELLING if event.data.get(name)},
    }
    return {"type": event.kind, "timestamp": event.at.astimezone(zone).isoformat(), "data": about}


def send_webhooks(*, clock: Clock, seconds: float, breaker: Breaker, tls: ssl.SSLContext | None = None) -> Counter[str]:
    """Send what is due, for so long at most; how many deliveries ended in which state."""
    found: Counter[str] = Counter()
    give_up_late(WebhookDelivery.objects.all(), now=clock())
    give_up = monotonic() + seconds
    while monotonic() < give_up:
        now = clock()
        rows = WebhookDelivery.objects.exclude(webhook__in=map(int, breaker.paused(now)))
        delivery = claim(due(rows, now=now), now=now)
        if delivery is None:
            break
        state = _deliver(delivery, clock, tls)
        breaker.note(str(delivery.webhook_id), worked=state != State.QUEUED, now=clock())
        found[state] += 1
    return found


def _deliver(delivery: WebhookDelivery, clock: Clock, tls: ssl.SSLContext | None) -> State:
    rows = WebhookDelivery.objects.select_related("webhook", "event__service", "event__booking")
    row = rows.get(pk=delivery.pk)
    if not row.webhook.active:
        settle(delivery, State.SUPPRESSED, now=clock(), reason="the address is switched off")
        return State.SUPPRESSED
    try:
        answer = _post(row, clock(), tls)
    except (BadAddress, NoAnswer) as error:
        return _try_later(delivery, row.webhook, str(error), 0, clock())
    except Exception as error:  # a fault of ours
        log.error("delivery %s: %s", delivery.pk, where(error))
        return _try_later(delivery, row.webhook, type(error).__name__, 0, clock())
    if 200 <= answer.status < 300:
        settle(delivery, State.SENT, now=clock(), reason=str(answer.status))
        Webhook.objects.filter(pk=row.webhook_id).exclude(failing_since=None).update(failing_since=None)
        return State.SENT
    if answer.status == GONE:
        _switch_off(row.webhook, "it answers 410 Gone")
        settle(delivery, State.FAILED, now=clock(), reason=str(answer.status))
        return State.FAILED
    return _try_later(delivery, row.webhook, str(answer.status), answer.retry_after_s, clock())


def _post(row: WebhookDelivery, now: datetime, tls: ssl.SSLContext | None) -> Answer:
    """One attempt, signed as of now with every secret that is valid."""
    body = json.dumps(payload(row.event), separators=(",", ":"), ensure_ascii=False)
    name, at = f"evt_{row.event_id}", now.astimezone(UTC)
    valid = row.webhook.secrets.filter(Q(retires_at=None) | Q(retires_at__gt=now))
    signatures = [Signer(each.secret).sign(name, at, body) for each in valid]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Drover",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return post(row.webhook.url, body.encode(), headers, timeout_s=TIMEOUT_S, tls=tls)


def _try_later(delivery: WebhookDelivery, webhook: Webhook, reason: str, retry_after_s: float, now: datetime) -> State:
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
    webhook.refresh_from_db(fields=["failing_since"])
    if webhook.failing_since and now - webhook.failing_since > SWITCH_OFF_AFTER:
        _switch_off(webhook, f"nothing got through for {SWITCH_OFF_AFTER.days} days; the last answer: {reason}")
    if delivery.attempts > len(WAITS_S):
        settle(delivery, State.GIVEN_UP, now=now, reason=reason)
        return State.GIVEN_UP
    # A tenth more or less, by the row: those that failed together don't all come back together.
    wait_s = max(WAITS_S[delivery.attempts - 1] * (0.9 + delivery.pk % 21 / 100), retry_after_s)
    put_off(delivery, now + timedelta(seconds=wait_s), reason=reason)
    return State.QUEUED


def _switch_off(webhook: Webhook, why: str) -> None:
    if Webhook.objects.filter(pk=webhook.pk, active=True).update(active=False, switched_off_because=why):
        log.warning("webhook %s is switched off: %s", webhook.pk, why)
