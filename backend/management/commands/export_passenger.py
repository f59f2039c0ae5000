"""`manage.py export_passenger ID > FILE`: everything that is kept of a passenger, as JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from bookings import queries
from bookings.models import Audit, Passenger


class Command(BaseCommand):
    help = "Print everything that is kept of a passenger, to be handed to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("passenger", type=int, help="the id")

    def handle(self, *, passenger: int, **_: object) -> None:
        row = Passenger.objects.filter(pk=passenger).first()
        if row is None:
            raise CommandError(f"There is no passenger {passenger}.")
        about = {"kind": "passenger", "key": str(row.pk), "passenger": row, "operator_id": row.operator_id}
        Audit.objects.create(role="command", operation="manage.py export_passenger", status=200, **about)
        self.stdout.write(json.dumps(queries.export(row), ensure_ascii=False, indent=1))
