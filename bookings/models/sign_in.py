"""Codes by which passengers sign in."""

from __future__ import annotations

from django.db import models

from bookings.models.contact import Language
from bookings.models.people import Operator


class CodeChannel(models.TextChoices):
    SMS = "sms", "text message"
    EMAIL = "email", "e-mail"


class SignInCode(models.Model):
    """A code that was sent to somebody. Of the code, and of the ticket of whoever asked for it, there are digests alone."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="+")
    ticket_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=5, choices=CodeChannel.choices)
    to = models.CharField(max_length=254, help_text="a telephone number as +441632960100, or an e-mail address")
    language = models.CharField(max_length=2, choices=Language.choices)
    tries_left = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code {self.pk} by {self.channel}"
