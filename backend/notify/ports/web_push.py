"""Notifications on devices by the Push API (RFC 8030), by pywebpush."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pywebpush import WebPushException, webpush

from backend.notify.letter import Gone, Letter, Refused, Unavailable
from backend.outside.addresses import BadAddress
from backend.outside.posting import Answer, NoAnswer, post

NOBODY = (404, 410)
MOST_SECONDS = 28 * 24 * 3600
TOPIC_SIGNS = 32


@dataclass(frozen=True, slots=True)
class WebPush:
    """Each letter has a topic: a push service that has the same letter twice keeps the later one, and a device shows one."""

    private_key: str = field(repr=False)
    contact: str
    timeout_s: float
    name: str = "web-push"

    def send(self, letter: Letter) -> str:
        session = _Session(self.timeout_s)
        topic = "".join(sign for sign in letter.key if sign.isalnum() or sign in "-_")[-TOPIC_SIGNS:]
        said = {"title": letter.title, "body": letter.text, "tag": letter.key, "lang": letter.language}
        left_s = (letter.expires_at - letter.first_tried_at).total_seconds()
        try:
            webpush(
                {"endpoint": letter.to, "keys": dict(letter.keys or {})},
                json.dumps(said),
                vapid_private_key=self.private_key,
                vapid_claims={"sub": self.contact},
                ttl=int(min(max(left_s, 0), MOST_SECONDS)),
                headers={"Topic": topic, "Urgency": "high" if letter.urgent else "normal"},
                timeout=self.timeout_s,
                requests_session=session,
            )
        except NoAnswer as error:
            raise Unavailable(str(error)) from None
        except BadAddress:
            raise Refused("the device's address is not on the public internet") from None
        except (WebPushException, ValueError) as error:
            raise _problem(session.answer) from error
        return letter.key

    def find(self, letter: Letter) -> str | None:
        return None


def _problem(answer: Answer | None) -> Refused | Unavailable:
    if answer is None:  # it never got so far: the device's keys are none
        return Refused("the device's keys can't be used")
    if answer.status in NOBODY:
        return Gone(str(answer.status))
    if answer.status == 429 or answer.status >= 500:
        return Unavailable(str(answer.status), answer.retry_after_s)
    return Refused(str(answer.status))


@dataclass(slots=True)
class _Session:
    """As much of a session of `requests` as pywebpush uses, over the guarded way out: devices name their own addresses."""

    timeout_s: float
    answer: Answer | None = None

    def post(self, endpoint: str, data: bytes, headers: Mapping[str, Any], timeout: float) -> _Response:
        self.answer = post(endpoint, data, {name: str(value) for name, value in headers.items()}, timeout_s=self.timeout_s)
        return _Response(self.answer.status)


@dataclass(frozen=True, slots=True)
class _Response:
    status_code: int
    text: str = ""
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
