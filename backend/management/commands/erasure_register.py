"""`manage.py erasure_register > FILE`: digests of who was erased, to be kept apart from backups. It names nobody."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from bookings.models import Erasure


class Command(BaseCommand):
    help = "Print the register of erasures, for `erase_again` after a backup was restored."

    def handle(self, **_: object) -> None:
        for row in Erasure.objects.all():
            self.stdout.write(str(row))
