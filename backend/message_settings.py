"""By which providers messages go, out of the environment (`settings.MESSAGES`), and how often they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import ImproperlyConfigured

CONSOLE, OFF = "console", ""
GOVUK, TWILIO, SMTP, WEB_PUSH = "govuk-notify", "twilio", "smtp", "web-push"

NEEDED = {
    ("sms", GOVUK): ("GOVUK_NOTIFY_KEY", "GOVUK_NOTIFY_SMS_TEMPLATE"),
    ("email", GOVUK): ("GOVUK_NOTIFY_KEY", "GOVUK_NOTIFY_EMAIL_TEMPLATE"),
    ("sms", TWILIO): ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_SENDER"),
    ("email", SMTP): ("EMAIL_URL", "EMAIL_FROM"),
    ("push", WEB_PUSH): ("VAPID_PRIVATE_KEY", "VAPID_CONTACT"),
}
"""What a provider wants to have set, by the channel that it's for."""


# They expire, so as not to pile up while there's no worker.
_TICK = {"options": {"expires": 60}}
BEAT = {
    "tell what happened": {"task": "backend.tasks.deliver", "schedule": timedelta(seconds=5), **_TICK},
    "tell partners": {"task": "backend.tasks.deliver_to_partners", "schedule": timedelta(seconds=5), **_TICK},
    "watch the running days": {"task": "backend.tasks.watch", "schedule": timedelta(minutes=1), **_TICK},
}


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """A provider for each channel, or none: then nothing is sent by it, and what is to be sent tries the next."""

    sms: str = OFF
    email: str = OFF
    push: str = OFF
    timeout_s: float = 10
    country_code: str = "44"
    govuk_key: str = field(default="", repr=False)
    govuk_sms_template: str = ""
    govuk_email_template: str = ""
    twilio_account: str = ""
    twilio_token: str = field(default="", repr=False)
    twilio_sender: str = ""
    email_from: str = ""
    vapid_key: str = field(default="", repr=False)
    vapid_contact: str = ""


def read(env: Any, *, usual: str) -> MessageSettings:
    """What the environment says; `usual` is the provider of a channel of which it says nothing. Raises ImproperlyConfigured."""
    chosen = {name: env.str(_variable(name), usual) for name in ("sms", "email", "push")}
    for name, provider in chosen.items():
        if provider not in (CONSOLE, OFF):
            _check(env, name, provider)
    return MessageSettings(
        **chosen,
        timeout_s=env.float("MESSAGE_TIMEOUT_S", 10),
        country_code=env.str("COUNTRY_CODE", "44"),
        govuk_key=env.str("GOVUK_NOTIFY_KEY", ""),
        govuk_sms_template=env.str("GOVUK_NOTIFY_SMS_TEMPLATE", ""),
        govuk_email_template=env.str("GOVUK_NOTIFY_EMAIL_TEMPLATE", ""),
        twilio_account=env.str("TWILIO_ACCOUNT_SID", ""),
        twilio_token=env.str("TWILIO_AUTH_TOKEN", ""),
        twilio_sender=env.str("TWILIO_SENDER", ""),
        email_from=env.str("EMAIL_FROM", ""),
        vapid_key=env.str("VAPID_PRIVATE_KEY", ""),
        vapid_contact=env.str("VAPID_CONTACT", ""),
    )


def read_networks(env: Any) -> list[str]:
    """Networks of one's own that webhooks may reach, such as 10.1.0.0/16. Raises ImproperlyConfigured."""
    networks: list[str] = env.list("WEBHOOK_NETWORKS", default=[])
    try:
        return [str(ip_network(each)) for each in networks]
    except ValueError as error:
        raise ImproperlyConfigured(f"WEBHOOK_NETWORKS: {error}; write 10.1.0.0/16, say") from None


def _variable(channel: str) -> str:
    return f"{channel.upper()}_PROVIDER"


def _check(env: Any, channel: str, provider: str) -> None:
    known = [each for name, each in NEEDED if name == channel]
    if provider not in known:
        raise ImproperlyConfigured(
            f"{_variable(channel)}={provider}: use one of {', '.join([*known, CONSOLE])}, or leave it empty"
        )
    missing = [name for name in NEEDED[channel, provider] if not env.str(name, "")]
    if missing:
        raise ImproperlyConfigured(f"{_variable(channel)}={provider} needs {', '.join(missing)}")
