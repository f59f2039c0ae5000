from __future__ import annotations

from collections.abc import Iterator
from datetime import date as Date
from datetime import timedelta

from django.conf import settings
from django.db import models

from bookings.models.booking import Booking
from bookings.models.payment_methods import PayBy
from bookings.models.people import Passenger
from bookings.models.refusal import Refusal
from bookings.models.service import Service


class Series(models.Model):
    """A journey that comes again each week. `wish` is that of its first day; on others it's asked at the same local times."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="series")
    passenger = models.ForeignKey(Passenger, on_delete=models.PROTECT, related_name="series")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10)
    pay_by = models.CharField(max_length=10, choices=PayBy.choices, blank=True, help_text="empty: as is usual")
    wish = models.JSONField()
    first = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the last day, if it has one")
    weekdays = models.JSONField(help_text="0 is Monday")
    exceptions = models.JSONField(default=list, blank=True, help_text="dates on which it's not wanted")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"{self.passenger} from {self.first}"

    def dates(self, last: Date) -> Iterator[Date]:
        """The dates up to `last` on which it's wanted; whether the service runs is another matter."""
        for days in range((last - self.first).days + 1):
            date = self.first + timedelta(days=days)
            if self.wants(date):
                yield date

    def wants(self, date: Date) -> bool:
        """Whether a date is one of the pattern and none of its exceptions, and the series goes on."""
        within = self.first <= date and (self.until is None or date <= self.until)
        goes_on = within and self.ended_at is None
        return goes_on and date.weekday() in self.weekdays and date.isoformat() not in self.exceptions


class SeriesDay(models.Model):
    """What became of a series on a day: the booking, of the way there, or the refusal with what would have been possible."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="days")
    date = models.DateField()
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="series_day")
    refusal = models.OneToOneField(Refusal, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["series", "date"], name="series_day_once")]

    def __str__(self) -> str:
        return f"{self.series}, {self.date}: {'booked' if self.booking_id else 'refused'}"

    @property
    def service(self) -> Service:
        """By whose clocks its times are told."""
        return self.series.service

    @property
    def placed(self) -> Booking | None:
        """What was booked for it: at once, or since, for who waited."""
        waiting = getattr(self.refusal, "waiting", None)
        return self.booking or (waiting and waiting.booking)
