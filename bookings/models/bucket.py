from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """How much somebody may ask for: a token bucket, kept as the instant at which it will be full again.

    No row is a full bucket, so a row whose instant is past can go. On PostgreSQL the table is unlogged: a crash fills all
    buckets, and no call waits for a disk.
    """

    name = models.CharField(max_length=80, primary_key=True, help_text="what is limited, and a digest of who asks")
    full_at_us = models.BigIntegerField(help_text="microseconds since 1970: what both databases can add to in one statement")

    def __str__(self) -> str:
        return self.name
