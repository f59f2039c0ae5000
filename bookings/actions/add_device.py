from __future__ import annotations

from datetime import datetime

from django.db import transaction

from bookings import travellers
from bookings.models import Device, Passenger
from bookings.refusals import Conflict
from bookings.words import phrase

MOST = 20
"""Devices that somebody can have."""


class TooManyDevices(Conflict):
    kind = "too_many_devices"


def add_device(passenger: Passenger, *, endpoint: str, p256dh: str, auth: str, now: datetime) -> Device:
    """Have a passenger's notifications shown on a device, and nobody else's who used it before.

    Raises TooManyDevices, PassengerErased.
    """
    with transaction.atomic():
        travellers.lock_known(passenger)  # two at once don't go beyond MOST
        Device.objects.filter(endpoint=endpoint).exclude(passenger=passenger).delete()
        if passenger.devices.exclude(endpoint=endpoint).count() >= MOST:
            raise TooManyDevices(phrase("No more than {most} devices can be used: remove one first.", most=MOST))
        keys = {"p256dh": p256dh, "auth": auth}
        device, _ = Device.objects.update_or_create(
            passenger=passenger, endpoint=endpoint, defaults=keys, create_defaults={**keys, "created_at": now}
        )
    return device
