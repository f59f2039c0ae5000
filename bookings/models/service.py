"""What is offered: a service with its area, hours, rules and fares."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as Date
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils import timezone

from bookings.models.message_rules import MessageRules
from bookings.models.payment_methods import on_board, validate_payment_methods
from bookings.models.people import Operator
from bookings.notice import Deadline, Notice, UnfitNotice, read_notice
from bookings.sources import validate_sources
from routing.travel.rush import BadSpeeds, read_speeds
from routing.units import ServiceDay


def validate_zone(name: str) -> None:
    """Raises ValidationError for what is no IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(f"{name!r} is not an IANA time zone such as Europe/London") from error


def validate_speeds(table: object) -> None:
    """Raises ValidationError for what is no table of speeds."""
    try:
        read_speeds(table)
    except BadSpeeds as error:
        raise ValidationError(str(error)) from error


def validate_booking_rules(told: object) -> None:
    """Raises ValidationError for what are no booking rules."""
    try:
        read_notice(told)
    except UnfitNotice as error:
        raise ValidationError(str(error)) from error


class ZoneTrips(models.TextChoices):
    """Which trips a service takes, by the zones of their ends; what lies outside all zones counts as one more."""

    ANY = "any", "between any two places"
    INSIDE = "inside", "inside a zone alone"
    BETWEEN = "between", "between different zones alone"


class Service(MessageRules):
    """One demand-responsive service. Durations in seconds, distances in metres, fares in pence."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="services")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    zone = models.CharField(max_length=60, validators=[validate_zone])
    area = models.MultiPolygonField(srid=4326)
    holiday_region = models.CharField(max_length=10, blank=True, help_text="such as GB-ENG: closed on its public holidays")
    holiday_weekday = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(6)], help_text="runs on public holidays as on this day, 0 is Monday"
    )
    roads = models.CharField(max_length=200, help_text="the road network, relative to one of settings.ROADS_ROOTS")
    sources = models.JSONField(
        default=list, blank=True, validators=[validate_sources], help_text="of its data, for whose sake something is to be said"
    )
    speeds = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_speeds],
        help_text="factors by class of road and hour, see routing/travel/rush.py",
    )

    notice_s = models.PositiveIntegerField(default=1800)
    horizon_days = models.PositiveSmallIntegerField(default=7)
    booking_rules = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_booking_rules],
        help_text="as in GTFS, see bookings/notice.py; empty: as notice_s and horizon_days say",
    )
    staff_skip_notice = models.BooleanField(default=False, help_text="agents and dispatchers may book at short notice")
    staff_skip_horizon = models.BooleanField(default=False, help_text="agents and dispatchers may book farther ahead")
    max_party = models.PositiveSmallIntegerField(default=8)
    max_wheelchairs = models.PositiveSmallIntegerField(default=2)
    max_open_bookings = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="journeys that a passenger may have before them; empty: as many as they like"
    )
    one_at_a_time = models.BooleanField(default=True, help_text="nobody has two journeys booked that overlap")
    duplicate_m = models.PositiveIntegerField(default=150, help_text="both ends so near: the same journey twice; 0: let be")
    duplicate_s = models.PositiveIntegerField(default=1800, help_text="and no further apart in time than this")
    zone_trips = models.CharField(max_length=8, choices=ZoneTrips.choices, default=ZoneTrips.ANY)
    min_trip_m = models.PositiveIntegerField(default=0, help_text="no shorter trips, in a straight line")
    max_trip_m = models.PositiveIntegerField(null=True, blank=True, help_text="no longer trips, in a straight line")
    max_offers = models.PositiveSmallIntegerField(default=5)
    offer_ttl_s = models.PositiveIntegerField(default=600)
    hold_s = models.PositiveIntegerField(default=600)
    waitlist_s = models.PositiveIntegerField(default=1800, help_text="a place for who waited is held for them for this long")
    late_cancel_s = models.PositiveIntegerField(
        default=3600, help_text="cancelling later than this before the pick-up is a strike"
    )
    strikes_days = models.PositiveSmallIntegerField(default=90, help_text="strikes count for so many days")
    strikes_warn = models.PositiveSmallIntegerField(default=2, help_text="with so many, a passenger is warned")
    strikes_suspend = models.PositiveSmallIntegerField(default=3, help_text="with so many, suspended; 0: nobody is")
    suspension_days = models.PositiveSmallIntegerField(default=14)
    commit_s = models.PositiveIntegerField(default=300, help_text="visits set off for within this time are frozen")

    walk_limit_m = models.PositiveIntegerField(default=400)
    walk_circuity = models.FloatField(default=1.25)
    walk_speed_mps = models.FloatField(default=1.2)

    pickup_before_s = models.PositiveIntegerField(default=300, help_text="promised window: from the expected pick-up back")
    pickup_after_s = models.PositiveIntegerField(default=600, help_text="promised window: from the expected pick-up on")
    arrival_slack_s = models.PositiveIntegerField(default=600, help_text="promised arrival: later than the expected one by")
    search_before_s = models.PositiveIntegerField(default=3600, help_text="how far back from the time to arrive by to look")
    search_after_s = models.PositiveIntegerField(default=3600, help_text="how far on from the time to leave at to look")
    max_detour_s = models.PositiveIntegerField(default=1200)
    detour_alpha = models.FloatField(default=1.5)
    detour_beta_s = models.PositiveIntegerField(default=600)
    min_detour_s = models.PositiveIntegerField(default=480)
    dog_seats = models.PositiveSmallIntegerField(
        default=0, help_text="seats that an assistance dog takes; 0: it lies at the feet"
    )
    pram_seats = models.PositiveSmallIntegerField(default=1, help_text="seats that a pram takes")
    luggage_seats = models.PositiveSmallIntegerField(default=0, help_text="seats that a large piece of luggage takes")
    boarding_s = models.PositiveIntegerField(default=60)
    alighting_s = models.PositiveIntegerField(default=45)
    wheelchair_boarding_s = models.PositiveIntegerField(default=240)
    wheelchair_alighting_s = models.PositiveIntegerField(default=180)
    door_s = models.PositiveIntegerField(default=90, help_text="boarding and alighting at a door take longer by")

    payment_methods = models.JSONField(
        default=on_board, validators=[validate_payment_methods], help_text="on_board, on_account, online; the usual one first"
    )
    refund_full_before_s = models.PositiveIntegerField(
        default=7200, help_text="cancelled so long before the pick-up window, a fare is given back whole"
    )
    refund_late_percent = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(100)], help_text="and later, so much of it"
    )
    fares = models.JSONField(default=list, help_text="see bookings/fares/README.md")
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def notice(self) -> Notice:
        """From when and until when passengers book."""
        horizon = Deadline(self.horizon_days, time(0))
        if not self.booking_rules:
            return Notice(least_s=self.notice_s, start=horizon)
        found = read_notice(self.booking_rules)
        return found if found.start or found.most_s is not None else replace(found, start=horizon)

    def touch(self) -> None:
        """Tell those who keep what they made of the service that it has changed."""
        self.changed_at = timezone.now()
        self.save(update_fields=["changed_at"])

    def day(self, date: Date) -> ServiceDay:
        """The service day of a local calendar date."""
        return ServiceDay(date, self.tz)


class ServiceHours(models.Model):
    """Open hours of one weekday, local wall-clock; a weekday without a row is closed."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday")
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["service", "weekday"], name="hours_once_a_weekday"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="hours_of_a_weekday"),
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="opens_before_closing"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens:%H:%M}-{self.closes:%H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.service.touch()  # which hours count for `speeds`


class SpecialHours(models.Model):
    """Other open hours on a date, whatever its weekday: Christmas Eve until 15:00, a holiday on which the service does run."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="special_hours")
    date = models.DateField()
    opens = models.TimeField()
    closes = models.TimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["service", "date"], name="special_hours_once_a_day"),
            models.CheckConstraint(condition=models.Q(opens__lt=models.F("closes")), name="special_hours_open_before_closing"),
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.opens:%H:%M}-{self.closes:%H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.service.touch()  # as with `ServiceHours`


class Closure(models.Model):
    """A day on which a service does not run, beside the public holidays of its region."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="closures")
    date = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["service", "date"], name="closed_once_a_day")]

    def __str__(self) -> str:
        return f"{self.date}: {self.reason}"
