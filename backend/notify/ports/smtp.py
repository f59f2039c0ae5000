"""E-mail over SMTP, by Django's own mail."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from backend.notify.letter import Letter, Refused, Unavailable


@dataclass(frozen=True, slots=True)
class Smtp:
    """Where to and as whom is in Django's settings (EMAIL_HOST and others).

    SMTP can't be asked what it has taken. A letter sent twice carries the same Message-ID, by which mail systems that look for it
    keep one.
    """

    sender: str
    timeout_s: float
    name: str = "smtp"

    def send(self, letter: Letter) -> str:
        message_id = f"<{letter.key}@{parseaddr(self.sender)[1].rpartition('@')[2] or 'localhost'}>"
        headers = {"Message-ID": message_id, "Content-Language": letter.language, "Auto-Submitted": "auto-generated"}
        mail = EmailMessage(letter.title, letter.text, self.sender, [letter.to], headers=headers)
        connection = EmailBackend(timeout=self.timeout_s)
        try:
            connection.open()
            connection.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            raise _problem(next(iter(error.recipients.values()))[0]) from None
        except smtplib.SMTPDataError as error:
            raise _problem(error.smtp_code) from None
        except smtplib.SMTPResponseException as error:  # signing in, or as whom we send
            raise Unavailable(f"{error.smtp_code}") from None
        except OSError as error:  # what smtplib raises is one, too
            raise Unavailable(f"no answer: {type(error).__name__}") from None
        finally:
            with suppress(OSError):  # it has been taken by then
                connection.close()
        return message_id

    def find(self, letter: Letter) -> str | None:
        return None


def _problem(code: int) -> Refused | Unavailable:
    return Refused(str(code)) if code >= 500 else Unavailable(str(code))
