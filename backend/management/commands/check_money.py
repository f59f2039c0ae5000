"""`manage.py check_money`: whether charges less refunds are the fares of the bookings that stand, and receipts have no gaps."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from bookings import queries


class Command(BaseCommand):
    help = "Compare the ledger with bookings and receipts; says what doesn't add up, and then ends with 1."

    def handle(self, **_: Any) -> None:
        for name, pence in asdict(queries.money_totals()).items():
            self.stdout.write(f"{name.removesuffix('_pence').replace('_', ' '):<14} {pence / 100:>12,.2f}")
        faults = queries.list_money_faults()
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("It adds up.")
