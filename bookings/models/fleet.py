"""What drives: vehicles, the pattern of their shifts, and the shifts of single days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.deconstruct import deconstructible

from bookings.models.people import Driver, Operator
from bookings.models.service import Service
from routing import model as routing
from routing.travel.vehicle_size import MEASURES, MINIBUS_SIZE, BadSize, VehicleSize, check_measure, known_size, largest
from routing.units import ServiceTime


def validate_layouts(layouts: object) -> None:
    """Raises ValidationError for anything but a list of [seats, wheelchairs]."""
    ok = (
        isinstance(layouts, list)
        and bool(layouts)
        and all(isinstance(one, list) and len(one) == 2 and all(type(n) is int and n >= 0 for n in one) for one in layouts)
    )
    if not ok:
        raise ValidationError("layouts are a list of [seats, wheelchairs], such as [[14, 0], [8, 2]]")


@deconstructible
class MeasureValidator:
    """Raises ValidationError for a number that is not such a measure of a vehicle in its unit."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, value: float) -> None:
        try:
            check_measure(self.name, value)
        except BadSize as error:
            raise ValidationError(f"{error}.") from error


def measured(name: str, what: str) -> models.FloatField[Any, Any]:
    """A column for a measure of a vehicle; where it's empty, that of a minibus counts."""
    told = f"{what}; where empty, {getattr(MINIBUS_SIZE, name):g} as of a minibus"
    return models.FloatField(null=True, blank=True, validators=[MeasureValidator(name)], help_text=told)


class Vehicle(models.Model):
    """A vehicle and the ways its inside can be arranged, as [seats, wheelchairs]; how large it is, which decides on its roads."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="vehicles")
    code = models.SlugField()
    name = models.CharField(max_length=80)
    registration = models.CharField(max_length=20)
    layouts = models.JSONField(validators=[validate_layouts])
    width_m = measured("width_m", "metres, with mirrors")
    height_m = measured("height_m", "metres, with what is on the roof")
    length_m = measured("length_m", "metres")
    weight_t = measured("weight_t", "tonnes, fully loaded")
    axle_t = measured("axle_t", "tonnes on the axle that bears most")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator", "code"], name="vehicle_code_once"),
            models.CheckConstraint(
                condition=models.Q(axle_t__isnull=True)
                | models.Q(weight_t__isnull=True)
                | models.Q(axle_t__lte=models.F("weight_t")),
                name="vehicle_axle_within_weight",
                violation_error_message="An axle bears no more than the vehicle weighs.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = Vehicle.objects.filter(pk=self.pk).first()
        super().save(*args, **kwargs)
        if before and before.size != self.size:
            for service in Service.objects.filter(models.Q(pk__in=_in(ShiftPattern, self)) | models.Q(pk__in=_in(Shift, self))):
                service.touch()  # its roads are those for its largest vehicles

    @property
    def measures(self) -> dict[str, float | None]:
        """By the names of `routing.travel.vehicle_size`; None where nobody said."""
        return {name: getattr(self, name) for name in MEASURES}

    @property
    def size(self) -> VehicleSize:
        return known_size(self.measures)

    def as_routing(self) -> routing.Vehicle:
        return routing.Vehicle(self.code, tuple(routing.Load(seats, wheelchairs) for seats, wheelchairs in self.layouts))


class ShiftPattern(models.Model):
    """A shift that comes again on some weekdays; times are local wall-clock.

    `breaks` is a list of {earliest "HH:MM", latest "HH:MM", duration_s, name, lon, lat}.
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="shift_patterns")
    code = models.SlugField()
    name = models.CharField(max_length=80)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="+")
    driver = models.ForeignKey(Driver, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    weekdays = models.JSONField(default=list, help_text="0 is Monday")
    starts = models.TimeField()
    ends = models.TimeField()
    start_name = models.CharField(max_length=120)
    start_position = models.PointField(srid=4326)
    end_name = models.CharField(max_length=120)
    end_position = models.PointField(srid=4326)
    breaks = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["service", "code"], name="pattern_code_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        self.service.touch()


class Shift(models.Model):
    """A vehicle and a driver for a stretch of one service day; times are seconds of the service day.

    `breaks` is a list of {earliest, latest, duration_s, name, lon, lat}, times in the same seconds.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="shifts")
    date = models.DateField()
    name = models.CharField(max_length=80)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="shifts")
    driver = models.ForeignKey(Driver, on_delete=models.SET_NULL, null=True, blank=True, related_name="shifts")
    starts_s = models.IntegerField()
    ends_s = models.IntegerField()
    start_name = models.CharField(max_length=120)
    start_position = models.PointField(srid=4326)
    end_name = models.CharField(max_length=120)
    end_position = models.PointField(srid=4326)
    breaks = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["date", "pk"]
        constraints = [models.UniqueConstraint(fields=["service", "date", "name"], name="shift_name_once_a_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    @property
    def routing_id(self) -> routing.ShiftId:
        return routing.ShiftId(f"s{self.pk}")

    @property
    def routing_window(self) -> routing.TimeWindow:
        return routing.TimeWindow(ServiceTime(self.starts_s), ServiceTime(self.ends_s))

    def as_routing(self) -> routing.Shift:
        return routing.Shift(
            self.routing_id,
            self.vehicle.as_routing(),
            routing.Point(self.start_position.x, self.start_position.y),
            routing.Point(self.end_position.x, self.end_position.y),
            self.routing_window,
            tuple(self._break(number, pause) for number, pause in enumerate(self.breaks, 1)),
        )

    def _break(self, number: int, pause: dict[str, float]) -> routing.Break:
        return routing.Break(
            routing.BreakId(f"{self.routing_id}-{number}"),
            routing.Point(pause["lon"], pause["lat"]),
            routing.TimeWindow(ServiceTime(int(pause["earliest"])), ServiceTime(int(pause["latest"]))),
            int(pause["duration_s"]),
        )


def _in(model: type[ShiftPattern] | type[Shift], vehicle: Vehicle) -> Any:
    """The services in whose patterns or shifts a vehicle is."""
    return model._default_manager.filter(vehicle=vehicle).values("service")


def booked_fleet(service: Service) -> QuerySet[Vehicle]:
    """The vehicles in the shifts of a service's days that are open and not over, whatever its patterns say by now."""
    yesterday = timezone.now().date() - timedelta(days=1)  # where it's today yet, somewhere on the earth
    return Vehicle.objects.filter(pk__in=Shift.objects.filter(service=service, date__gte=yesterday).values("vehicle"))


def fleet_of(service: Service) -> list[Vehicle]:
    """The vehicles of a service's patterns and of its open days."""
    planned = Vehicle.objects.filter(pk__in=ShiftPattern.objects.filter(service=service).values("vehicle"))
    return list((planned | booked_fleet(service)).order_by("code"))


def fleet_size(service: Service) -> VehicleSize:
    """The largest of each measure in a service's fleet: each vehicle has to get wherever the plan sends it."""
    return largest(vehicle.size for vehicle in fleet_of(service))
