"""`manage.py load_service FOLDER`: a service out of a folder such as fixtures/ripon, made or brought up to date."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import transaction

from backend import wiring
from bookings.actions.load_service import load_service
from bookings.files import BadFile


class Command(BaseCommand):
    help = "Load a service from a folder such as fixtures/ripon; what is in the database already is brought up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="in fixtures/ or in the folder that DROVER_DATA names")

    def handle(self, *, folder: Path, **_: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"there is no folder {folder}")
        try:
            with transaction.atomic():
                service = load_service(folder.resolve())
                wiring.roads_for(service)
        except (BadFile, wiring.NoRoads, OSError) as error:
            raise CommandError(str(error)) from error
        stops = service.stops.filter(active=True).count()
        self.stdout.write(f"{service.name} ({service.slug}) of {service.operator} ({service.operator.slug}): {stops} stops")
