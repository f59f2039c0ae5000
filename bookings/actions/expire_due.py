from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bookings import holds, plans
from bookings.models import Booking, Service, Status
from bookings.planner import Planner


def expire_due(*, planner_for: Callable[[Service], Planner], now: datetime) -> int:
    """Give back the seats of all holds that are over, day by day; how many there were.

    Offers take no seat and expire by themselves. A day that others are changing is left for the next time.
    """
    over = Booking.objects.filter(status=Status.HELD, held_until__lte=now).order_by("service_id", "date")
    days = list(over.values_list("service_id", "date").distinct())
    services = Service.objects.in_bulk({service_id for service_id, _ in days})
    swept = 0
    for service_id, date in days:
        service = services[service_id]
        planner = planner_for(service)
        try:
            with plans.writing(service, date):
                swept += holds.sweep(service, date, travel=planner.travel, now=now)
        except plans.DayBusy:
            continue
    return swept
