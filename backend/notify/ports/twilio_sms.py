"""Twilio's text messages, by its own library."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from backend.notify.letter import Letter, Refused, Unavailable

T = TypeVar("T")

OURS = (401, 403, 404)
"""What is wrong is our account, or an address of the API: no letter is to blame."""
BUSY_S = 60
GIVEN_BACK = ("failed", "undelivered", "canceled")
CLOCKS_APART = timedelta(minutes=2)

_quiet = logging.getLogger("drover.twilio")
_quiet.setLevel(logging.WARNING)  # the library writes numbers that it asks for into its log


@dataclass(frozen=True, slots=True)
class TwilioSms:
    """`sender` is a number, or the SID of a messaging service.

    Twilio knows no reference of ours. So before a letter is sent again, what went to the number since it was first tried is
    looked through for the same text.
    """

    account: str
    token: str = field(repr=False)
    sender: str
    timeout_s: float
    http: HttpClient | None = None
    name: str = "twilio"

    def send(self, letter: Letter) -> str:
        sender = {"messaging_service_sid": self.sender} if self.sender.startswith("MG") else {"from_": self.sender}
        return str(_asked(lambda: self._client().messages.create(to=letter.to, body=letter.text, **sender)).sid)

    def find(self, letter: Letter) -> str | None:
        since = letter.first_tried_at - CLOCKS_APART
        sent = _asked(lambda: self._client().messages.list(to=letter.to, date_sent_after=since, limit=50))
        taken = [each for each in sent if each.body == letter.text and str(each.status) not in GIVEN_BACK]
        return str(taken[0].sid) if taken else None

    def _client(self) -> Client:
        return Client(self.account, self.token, http_client=self.http or TwilioHttpClient(timeout=self.timeout_s, logger=_quiet))


def _asked(call: Callable[[], T]) -> T:
    """What Twilio answers. Raises Refused, Unavailable, with Twilio's number for what is wrong: its words quote ours."""
    try:
        return call()
    except TwilioRestException as error:
        raise _problem(int(error.status), f"{error.status} {error.code or ''}".strip()) from None
    except (RequestException, TwilioException) as error:
        raise Unavailable(f"no answer: {type(error).__name__}") from None


def _problem(status: int, said: str) -> Refused | Unavailable:
    if status == 429:
        return Unavailable(said, BUSY_S)
    if status in OURS or status >= 500 or status < 400:
        return Unavailable(said)
    return Refused(said)
