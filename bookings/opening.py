"""Opening a service day: the row that writers lock, and its shifts out of the patterns."""

from __future__ import annotations

from datetime import date as Date
from datetime import time

from django.db import transaction

from bookings.calendar import closed_because, runs_as
from bookings.models import Day, Service, Shift, ShiftPattern
from routing.units import ServiceDay


def open_day(service: Service, date: Date) -> Day:
    """The day, made with its shifts where it does not exist yet; of two at the same time, one makes it."""
    if day := Day.objects.filter(service=service, date=date).first():
        return day  # without a transaction, which on SQLite would wait for every writer
    with transaction.atomic():
        day, made = Day.objects.get_or_create(service=service, date=date)
        if made and closed_because(service, date) is None:
            Shift.objects.bulk_create(
                _shift(pattern, service.day(date))
                for pattern in service.shift_patterns.all()
                if runs_as(service, date) in pattern.weekdays
            )
    return day


def _shift(pattern: ShiftPattern, day: ServiceDay) -> Shift:
    return Shift(
        service_id=pattern.service_id,
        date=day.date,
        name=pattern.name,
        vehicle_id=pattern.vehicle_id,
        driver_id=pattern.driver_id,
        starts_s=day.wall_clock(pattern.starts),
        ends_s=day.wall_clock(pattern.ends),
        start_name=pattern.start_name,
        start_position=pattern.start_position,
        end_name=pattern.end_name,
        end_position=pattern.end_position,
        breaks=[
            {
                **pause,
                "earliest": day.wall_clock(time.fromisoformat(pause["earliest"])),
                "latest": day.wall_clock(time.fromisoformat(pause["latest"])),
            }
            for pause in pattern.breaks
        ],
    )
