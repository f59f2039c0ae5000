from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """What became of something that was to be told. `failed`: the other side won't have it. `given_up`: it could not be
    reached in time. `suppressed`: it was not to be told after all; `reason` says why."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    SUPPRESSED = "suppressed"


class Delivery(models.Model):
    """Something to be handed to others outside, tried again until they have it or it's too late.

    Due times are here and not in a queue. Whoever takes it up claims it for a while, with nothing locked while others are
    talked to; one who dies over it leaves it to the next once that while is over.
    """

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="telling it after that would be of no use")
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
