"""The ports that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from backend.message_settings import CONSOLE, GOVUK, OFF, SMTP, TWILIO, WEB_PUSH, MessageSettings
from backend.notify.letter import Port
from backend.notify.ports.console import Console
from backend.notify.ports.govuk import GovUkNotify
from backend.notify.ports.smtp import Smtp
from backend.notify.ports.twilio_sms import TwilioSms
from backend.notify.ports.web_push import WebPush
from bookings.models import MessageChannel

LOG = "messages.log"
"""Where the console writes, in DROVER_DATA."""


def ports() -> Mapping[str, Port]:
    """By channel, those that there are."""
    chosen: MessageSettings = settings.MESSAGES
    providers = {MessageChannel.SMS: chosen.sms, MessageChannel.EMAIL: chosen.email, MessageChannel.PUSH: chosen.push}
    return {channel.value: _port(channel.value, provider, chosen) for channel, provider in providers.items() if provider != OFF}


def _port(channel: str, provider: str, chosen: MessageSettings) -> Port:
    wait_s = chosen.timeout_s
    if provider == CONSOLE:
        return Console(channel, Path(settings.DATA_DIR) / LOG)
    if provider == GOVUK:
        template = chosen.govuk_sms_template if channel == MessageChannel.SMS else chosen.govuk_email_template
        return GovUkNotify(channel, chosen.govuk_key, template, wait_s)
    if provider == TWILIO:
        return TwilioSms(chosen.twilio_account, chosen.twilio_token, chosen.twilio_sender, wait_s)
    if provider == SMTP:
        return Smtp(chosen.email_from, wait_s)
    assert provider == WEB_PUSH  # the settings have been checked
    return WebPush(chosen.vapid_key, chosen.vapid_contact, wait_s)
