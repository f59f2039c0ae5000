"""How somebody is told something: in which language, by which way, and what they would rather not hear of."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class Language(models.TextChoices):
    EN = "en", "English"
    CY = "cy", "Cymraeg"


class MessageChannel(models.TextChoices):
    """In the order in which they are tried for those who prefer none."""

    SMS = "sms", "text message"
    PUSH = "push", "notification on a device"
    EMAIL = "email", "e-mail"


def validate_opt_outs(value: Any) -> None:
    """Raises ValidationError for anything but lists of topics by channel; which topics there are is in `bookings.kinds`."""
    ok = isinstance(value, dict) and all(
        channel in MessageChannel.values and isinstance(topics, list) and all(isinstance(topic, str) for topic in topics)
        for channel, topics in value.items()
    )
    if not ok:
        raise ValidationError('opt-outs are topics by channel, such as {"sms": ["reminders"]}')


class Contact(models.Model):
    """What a passenger says about being told things. Their telephone number is in a column of its own."""

    language = models.CharField(max_length=2, choices=Language.choices, default=Language.EN)
    email = models.EmailField(blank=True)
    preferred_channel = models.CharField(
        max_length=5,
        choices=MessageChannel.choices,
        blank=True,
        help_text="tried first; empty: text message, then device, then e-mail",
    )
    opted_out = models.JSONField(
        default=dict, blank=True, validators=[validate_opt_outs], help_text='topics by channel, such as {"sms": ["reminders"]}'
    )

    class Meta:
        abstract = True

    def has_opted_out(self, channel: str, topic: str) -> bool:
        return topic in self.opted_out.get(channel, ())
