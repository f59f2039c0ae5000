"""`manage.py purge [--dry-run]`: what has been kept for long enough is forgotten. Beat does it every night."""

from __future__ import annotations

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand

from bookings import clock
from bookings.actions.purge import purge


class Command(BaseCommand):
    help = "Forget what has been kept for longer than RETENTION_DAYS says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go, and leave it")

    def handle(self, *, dry_run: bool, **_: object) -> None:
        self.stdout.write(f"{'':20}{'kept for':>12}{'would go' if dry_run else 'gone':>12}")
        for what, count in purge(retention=settings.RETENTION, now=clock.database_now(), dry_run=dry_run):
            days = f"{settings.RETENTION[what]} days"
            self.stdout.write(f"{what.replace('_', ' '):20}{days:>12}{count:>12}")
