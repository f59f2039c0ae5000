from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from bookings.models.people import Operator
from bookings.models.service import Service


class Promotion(models.Model):
    """What comes off fares for a time: for whoever gives its code, or by itself. Its uses are counted in bookings."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="promotions")
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: of all")
    name = models.CharField(max_length=80, help_text="told to passengers, such as: First ride at half price")
    code = models.CharField(max_length=30, blank=True, help_text="empty: comes off by itself")
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)], help_text="of the whole fare"
    )
    amount_pence = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    starts_at = models.DateTimeField(null=True, blank=True, help_text="when one books, not when one travels")
    ends_at = models.DateTimeField(null=True, blank=True)
    max_uses = models.PositiveIntegerField(null=True, blank=True, help_text="bookings in all; empty: any number")
    max_uses_each = models.PositiveIntegerField(null=True, blank=True, help_text="bookings of one passenger")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["operator", "code"], condition=~models.Q(code=""), name="promotion_code_once"),
            models.CheckConstraint(
                condition=models.Q(percent=None, amount_pence__isnull=False, amount_pence__gte=1)
                | models.Q(percent__isnull=False, percent__gte=1, percent__lte=100, amount_pence=None),
                name="promotion_of_one_kind",
                violation_error_message="Give a percentage from 1 to 100 or an amount of pence, and not both.",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at=None) | models.Q(ends_at=None) | models.Q(starts_at__lt=models.F("ends_at")),
                name="promotion_starts_before_it_ends",
                violation_error_message="It ends after it starts.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self._tidy()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._tidy()
        super().save(*args, **kwargs)

    def _tidy(self) -> None:
        """A code is kept in capitals and without blanks, as `bookings.promotions.tidy` looks for it."""
        self.code = "".join(self.code.split()).upper()
