"""`manage.py erase_passenger ID`: somebody is forgotten for good."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from bookings import clock
from bookings.actions.erase_passenger import StillTravels, erase_passenger
from bookings.models import Audit, Passenger


class Command(BaseCommand):
    help = "Forget a passenger for good. Journeys stay, without a name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("passenger", type=int, help="the id")

    def handle(self, *, passenger: int, **_: object) -> None:
        row = Passenger.objects.filter(pk=passenger).first()
        if row is None:
            raise CommandError(f"There is no passenger {passenger}.")
        try:
            erase_passenger(row, now=clock.database_now())
        except StillTravels as error:
            raise CommandError(str(error)) from None
        operation = "manage.py erase_passenger"
        key = str(row.pk)
        Audit.objects.create(
            role="command", operator_id=row.operator_id, operation=operation, kind="passenger", key=key, passenger=row, status=204
        )
        self.stdout.write(f"Passenger {passenger} is erased.")
