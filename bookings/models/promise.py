"""What a passenger was told: the columns that an offer and the booking made of it share."""

from __future__ import annotations

from django.contrib.gis.db import models

from bookings.models.promotion import Promotion
from bookings.models.service import Service
from bookings.models.stop import Stop
from routing.model import Load, Point, Request, RequestId, TimeWindow
from routing.units import ServiceDay


class Channel(models.TextChoices):
    APP = "app"
    PHONE = "phone"
    PARTNER = "partner"


class Promise(models.Model):
    """A journey with times that hold for ever: pick-up from `pickup_from_at` to `pickup_until_at`, there by `arrive_by_at`."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel.choices)

    party = models.JSONField(help_text="people by fare band; see bookings/party.py")
    seats = models.PositiveSmallIntegerField()
    wheelchairs = models.PositiveSmallIntegerField()
    fare_pence = models.PositiveIntegerField()
    fare_lines = models.JSONField(default=list, help_text="what adds up to it; see bookings/fares")
    fare_own_pence = models.PositiveIntegerField(default=0, help_text="of it, the passenger's own place, as caps count it")
    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    origin = models.PointField(srid=4326)
    destination = models.PointField(srid=4326)
    origin_name = models.CharField(max_length=120, blank=True, help_text="what a driver knows the origin by, if it's called at")
    destination_name = models.CharField(max_length=120, blank=True, help_text="likewise")
    pickup_stop = models.ForeignKey(
        Stop, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: at the origin itself, a door"
    )
    dropoff_stop = models.ForeignKey(
        Stop, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: at the destination itself"
    )
    pickup_walk_m = models.PositiveIntegerField()
    pickup_walk_s = models.PositiveIntegerField()
    dropoff_walk_m = models.PositiveIntegerField()
    dropoff_walk_s = models.PositiveIntegerField()

    pickup_from_at = models.DateTimeField()
    pickup_until_at = models.DateTimeField()
    arrive_by_at = models.DateTimeField()
    open_return = models.BooleanField(default=False, help_text="room in the last vehicle home, to be changed to an earlier one")
    expected_pickup_at = models.DateTimeField(help_text="as planned when it was offered")
    expected_arrival_at = models.DateTimeField(help_text="as planned when it was offered")
    max_ride_s = models.PositiveIntegerField()
    ride_s = models.PositiveIntegerField(help_text="as planned when it was offered")
    direct_s = models.PositiveIntegerField()
    boarding_s = models.PositiveIntegerField()
    alighting_s = models.PositiveIntegerField()

    class Meta:
        abstract = True

    @property
    def due_pence(self) -> int:
        """What is to be paid for it in all."""
        return self.fare_pence

    @property
    def pickup_point(self) -> Point:
        """Where the passenger boards. Needs the stop: select it with the row."""
        return self.pickup_stop.point if self.pickup_stop else Point(self.origin.x, self.origin.y)

    @property
    def dropoff_point(self) -> Point:
        """Where the passenger alights."""
        return self.dropoff_stop.point if self.dropoff_stop else Point(self.destination.x, self.destination.y)

    @property
    def pickup_name(self) -> str:
        """Where the passenger boards, for people."""
        return str(self.pickup_stop) if self.pickup_stop else self.origin_name

    @property
    def dropoff_name(self) -> str:
        """Where the passenger alights, for people."""
        return str(self.dropoff_stop) if self.dropoff_stop else self.destination_name

    @property
    def is_at_a_door(self) -> bool:
        """Whether the vehicle comes to the passenger's own place at either end."""
        return self.pickup_stop is None or self.dropoff_stop is None

    def request_as(self, request_id: RequestId, day: ServiceDay) -> Request:
        """The promise as hard windows. Needs both stops: select them with the row."""
        pickup_from = day.time_of(self.pickup_from_at)
        return Request(
            request_id,
            self.pickup_point,
            self.dropoff_point,
            TimeWindow(pickup_from, day.time_of(self.pickup_until_at)),
            TimeWindow(pickup_from, day.time_of(self.arrive_by_at)),
            Load(self.seats, self.wheelchairs),
            self.max_ride_s,
            self.boarding_s,
            self.alighting_s,
        )


PROMISE_FIELDS = tuple(field.attname for field in Promise._meta.local_fields)
"""What a booking takes over from its offer, by name."""
