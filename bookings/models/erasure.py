from __future__ import annotations

from django.db import models


class Erasure(models.Model):
    """Somebody was erased. The digest is of a random key of theirs and tells nothing; by it a backup that still knows them is
    made to forget them again."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.digest} {self.erased_at:%Y-%m-%d}"
