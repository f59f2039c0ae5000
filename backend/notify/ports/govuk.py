"""GOV.UK Notify, by its own library.

Notify sends nothing but templates of the service's own. Those that Drover uses hold the whole text as one value: for text
messages `((text))`, for e-mail the subject `((title))` and the body `((text))`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from backend.notify.letter import Letter, Refused, Unavailable

BASE_URL = "https://api.notifications.service.gov.uk"
NO_ANSWER = "no answer"
BUSY_S = 60
"""Notify names no time after which to try again; its limits count by the minute."""
OURS = (401, 403)
"""What is wrong is our key or account: no letter is to blame."""
logging.getLogger("notifications_python_client").setLevel(logging.ERROR)  # its warnings quote what Notify says of a number

GIVEN_BACK = ("permanent-failure", "temporary-failure", "technical-failure", "validation-failed")


@dataclass(frozen=True, slots=True)
class GovUkNotify:
    """Text messages or e-mail. A letter's key is its reference, by which it's looked up before it's sent a second time."""

    channel: str
    api_key: str = field(repr=False)
    template: str
    timeout_s: float
    base_url: str = BASE_URL
    name: str = "govuk-notify"

    def send(self, letter: Letter) -> str:
        client = self._client()
        values = {"text": letter.text, "title": letter.title}
        if self.channel == "sms":
            return str(_asked(lambda: client.send_sms_notification(letter.to, self.template, values, letter.key))["id"])
        return str(_asked(lambda: client.send_email_notification(letter.to, self.template, values, letter.key))["id"])

    def find(self, letter: Letter) -> str | None:
        client = self._client()
        found = _asked(lambda: client.get_all_notifications(reference=letter.key, template_type=self.channel))
        taken = [each for each in found["notifications"] if each["status"] not in GIVEN_BACK]
        return str(taken[0]["id"]) if taken else None

    def _client(self) -> NotificationsAPIClient:
        """One for each letter: the library's clients are not for several threads."""
        return NotificationsAPIClient(self.api_key, base_url=self.base_url, timeout=self.timeout_s)


def _asked(call: Callable[[], Any]) -> dict[str, Any]:
    """What Notify answers. Raises Refused, Unavailable."""
    try:
        found: dict[str, Any] = call()
    except APIError as error:
        status = None if error.response is None else int(error.response.status_code)
        raise _problem(status, _codes(error)) from None
    return found


def _problem(status: int | None, codes: str) -> Refused | Unavailable:
    if status is None:
        return Unavailable(NO_ANSWER)
    if status == 429:
        return Unavailable(f"429 {codes}", BUSY_S)
    if status in OURS or status >= 500 or status < 400:
        return Unavailable(f"{status} {codes}".strip())
    return Refused(f"{status} {codes}".strip())


def _codes(error: APIError) -> str:
    """The kinds of errors; their messages may quote what was sent."""
    try:
        found = error.response.json()["errors"] if error.response is not None else []
        return " ".join(sorted({str(each["error"])[:40] for each in found}))
    except (KeyError, TypeError, ValueError):
        return ""
