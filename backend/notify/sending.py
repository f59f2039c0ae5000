"""Handing due messages to their providers.

At least once: a deliverer that dies between the provider's taking a message and our noting it leaves the message claimed, and
after `claiming.LEASE` another takes it up. So at every attempt but the first the provider is asked whether it has it already, as
far as it can be asked (`Port.find`), and each attempt carries the same key.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.notify import outbox, reaching
from backend.notify.breaker import Breaker
from backend.notify.claiming import claim, due, give_up_late, put_off, settle
from backend.notify.deciding import Drop, Hold, decide
from backend.notify.letter import Gone, Letter, Port, Refused, Unavailable
from backend.notify.tracing import where
from backend.notify.values import promise_of
from backend.notify.writing import write
from bookings.kinds import BY_NAME
from bookings.models import Event, Message, State

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

FIRST_WAIT_S, MOST_WAIT_S = 30, 900
"""After the first failed attempt; doubled after each, up to a quarter of an hour."""

OTHERWISE_AFTER = 3
"""So many attempts an urgent message makes before it's sent by another way as well."""

RELATED = ("event", "passenger", "device")


def send_due(ports: Mapping[str, Port], *, clock: Clock, seconds: float, breaker: Breaker) -> Counter[str]:
    """Send what is due, for so long at most; how many messages ended in which state (`queued` where they are tried again)."""
    found: Counter[str] = Counter()
    give_up_late(Message.objects.all(), now=clock())
    give_up = monotonic() + seconds
    while monotonic() < give_up:
        now = clock()
        usable = [channel for channel in ports if breaker.lets(channel, now)]
        message = claim(_in_order(due(Message.objects.filter(channel__in=usable), now=now), now), now=now)
        if message is None:
            break
        found[_deliver(message, ports, clock, breaker)] += 1
    return found


def _in_order(rows: QuerySet[Message], now: datetime) -> QuerySet[Message]:
    """Those before which nothing else about the same booking is to be told by the same way.

    What is held back for the quiet hours, and not tried yet, keeps nothing urgent from being told before it.
    """
    same = Message.objects.filter(booking=OuterRef("booking"), channel=OuterRef("channel"), event__lt=OuterRef("event"))
    trying = same.filter(Q(attempts__gt=0) | Q(due_at__lte=now), state=State.QUEUED)
    unseen = Event.objects.filter(booking=OuterRef("booking"), pk__lt=OuterRef("event"), sent_at=None)
    return rows.filter(~Exists(trying), ~Exists(unseen))


def _deliver(message: Message, ports: Mapping[str, Port], clock: Clock, breaker: Breaker) -> State:
    """Try one message; what became of it."""
    try:
        letter = _letter(message, clock())
        if not isinstance(letter, Letter):
            return letter
        port = ports[message.channel]
        provider_id = _send(port, letter, again=message.attempts > 1)
    except Refused as error:
        breaker.note(message.channel, worked=True, now=clock())
        return _failed(message, error, ports, clock())
    except Unavailable as error:
        breaker.note(message.channel, worked=False, now=clock())
        return _try_later(message, str(error), error.retry_after_s, ports, clock())
    except Exception as error:  # a fault of ours, or a library's that nobody foresaw
        log.error("message %s: %s", message.pk, where(error))
        return _try_later(message, type(error).__name__, 0, ports, clock())
    breaker.note(message.channel, worked=True, now=clock())
    settle(message, State.SENT, now=clock(), provider=port.name, provider_id=provider_id[:200], language=letter.language)
    return State.SENT


def _send(port: Port, letter: Letter, *, again: bool) -> str:
    return (port.find(letter) if again else None) or port.send(letter)


def _letter(message: Message, now: datetime) -> Letter | State:
    """The letter, or what became of a message that is not to be sent (now)."""
    row = Message.objects.select_related(*RELATED, *(f"event__{name}" for name in outbox.RELATED)).get(pk=message.pk)
    kind, promise = BY_NAME.get(row.kind), promise_of(row.event)
    if kind is None or promise is None:
        settle(message, State.SUPPRESSED, now=now, reason="there is no such message any more")
        return State.SUPPRESSED
    decision = decide(row, kind, promise, now=now)
    if isinstance(decision, Drop):
        settle(message, State.SUPPRESSED, now=now, reason=decision.reason)
        return State.SUPPRESSED
    if isinstance(decision, Hold):
        put_off(message, decision.until, reason="quiet hours", uncounted=True)
        return State.QUEUED
    way = reaching.find_way(row)
    if way is None:
        raise Gone("the address is gone")
    written = write(kind, row.event, promise, row.channel, row.passenger.language)
    keys = {"p256dh": way.device.p256dh, "auth": way.device.auth} if way.device else None
    return Letter(
        row.key, way.to, written.title, written.text, row.passenger.language, row.created_at, row.expires_at, kind.urgent, keys
    )


def _failed(message: Message, error: Refused, ports: Mapping[str, Port], now: datetime) -> State:
    """It will never go this way: another is tried, where there is one."""
    settle(message, State.FAILED, now=now, reason=str(error))
    if isinstance(error, Gone) and message.device:
        message.device.delete()
    _by_another_way(message, ports, now)
    return State.FAILED


def _try_later(message: Message, reason: str, retry_after_s: float, ports: Mapping[str, Port], now: datetime) -> State:
    wait_s = max(min(FIRST_WAIT_S * 2 ** (message.attempts - 1), MOST_WAIT_S), retry_after_s)
    put_off(message, now + timedelta(seconds=wait_s), reason=reason)
    if message.attempts == OTHERWISE_AFTER and BY_NAME[message.kind].urgent:
        _by_another_way(message, ports, now)
    return State.QUEUED


def _by_another_way(message: Message, ports: Mapping[str, Port], now: datetime) -> None:
    event = Event.objects.select_related(*outbox.RELATED).get(pk=message.event_id)
    others = Message.objects.filter(event=event, passenger=message.passenger_id).exclude(pk=message.pk)
    if others.filter(state__in=[State.QUEUED, State.SENT]).exists():  # on another device, say
        return
    tried = {message.channel, *others.values_list("channel", flat=True)}
    outbox.queue(event, usable=ports.keys(), now=now, but=tried)
