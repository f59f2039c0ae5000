"""Codes to sign in with. They are sent at once and kept nowhere: no row of the outbox, no queue and no log has them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings

from backend.notify.letter import Letter, Port, Refused, Unavailable
from backend.notify.ports.choosing import ports as chosen_ports
from backend.notify.tracing import where
from backend.notify.writing import write_code
from bookings.models import MessageChannel, Operator
from bookings.phones import find_number

log = logging.getLogger(__name__)


class NotSent(Exception):
    """The code is not on its way; whoever asked should be told to ask again later, whether or not there is such a person."""


def send_code(
    to: str,
    code: str,
    *,
    channel: MessageChannel,
    operator: Operator,
    language: str,
    minutes: int,
    now: datetime,
    ports: Mapping[str, Port] | None = None,
) -> None:
    """Send a code to a telephone number or an e-mail address, within the time-out of the provider. Raises NotSent.

    It takes as long as the provider does: who must not learn whether a number is known calls it from a task.
    """
    port = (chosen_ports() if ports is None else ports).get(channel.value)
    number = find_number(to, settings.MESSAGES.country_code) if channel is MessageChannel.SMS else to
    if port is None or not number:
        raise NotSent("no provider" if port is None else "no telephone number")
    written = write_code(code, minutes, operator, channel.value, language)
    key, until = f"code-{uuid4().hex}", now + timedelta(minutes=minutes)
    try:
        port.send(Letter(key, number, written.title, written.text, language, now, until, urgent=True))
    except (Refused, Unavailable) as error:
        log.warning("a code to sign in was not sent by %s: %s", channel.value, error)
        raise NotSent(str(error)) from None
    except Exception as error:
        log.error("a code to sign in was not sent by %s: %s", channel.value, where(error))
        raise NotSent(type(error).__name__) from None
    log.info("a code to sign in was sent by %s", channel.value)
