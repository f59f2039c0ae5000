"""`manage.py erase_again --register FILE`: after a backup was restored, whoever was erased since it was made is erased again."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from backend import wiring
from bookings import clock, erasures
from bookings.actions.cancel_booking import cancel_booking
from bookings.actions.erase_passenger import OPEN, erase_passenger
from bookings.models import Booking, Passenger

_LINE = re.compile(r"([0-9a-f]{64})( [0-9]{4}-[0-9]{2}-[0-9]{2})?")


class Command(BaseCommand):
    help = "Erase again whom a register of erasures names. Do it before anybody gets to see what was restored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--register", required=True, type=Path, help="from `erasure_register` or ERASURE_REGISTER")

    def handle(self, *, register: Path, **_: object) -> None:
        digests, now, count = _read(register), clock.database_now(), 0
        for passenger in Passenger.objects.filter(erased_at=None).order_by("pk"):
            if erasures.digest_of(passenger) in digests:
                _cancel_journeys(passenger, now)
                erase_passenger(passenger, now=now)
                count += 1
        self.stdout.write(f"Erased again: {count}, of {len(digests)} on the register.")


def _cancel_journeys(passenger: Passenger, now: datetime) -> None:
    """They were cancelled before the erasure, which the backup doesn't know."""
    for booking in Booking.objects.filter(passenger=passenger, status__in=OPEN, arrive_by_at__gte=now).select_related("service"):
        planner = wiring.planner_for(booking.service)
        cancel_booking(booking.reference, planner=planner, by=None, with_return=False, for_operator=True, now=now)


def _read(path: Path) -> set[str]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} can't be read: {error}") from None
    found = [_LINE.fullmatch(line.strip()) for line in lines if line.strip()]
    if wrong := next((number for number, each in enumerate(found, 1) if each is None), None):
        raise CommandError(f"{path}: line {wrong} is no line of a register of erasures.")
    return {each[1] for each in found if each}
