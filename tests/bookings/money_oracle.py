"""The same books kept a second time, by plain rules: what people owe by how they stand, and what the provider really has."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from bookings.models import Booking, Checkout, LedgerEntry, Receipt, Refund, Strike
from tests.bookings.till import Till

FULL_BEFORE, LATE_PART = timedelta(hours=2), 2
"""Of `till.takes_money`: cancelled later than that, one half is kept."""


class Books:
    """What was kept of cancelled fares, and what drivers took."""

    def __init__(self) -> None:
        self.kept: dict[int, int] = {}
        self.cash: dict[int, int] = {}

    def fee(self, booking: Booking, *, whole: bool, now: datetime) -> int:
        """What may be kept of a fare, were a booking cancelled now."""
        in_time = booking.pickup_from_at - now >= FULL_BEFORE or now > booking.pickup_until_at
        if booking.status != "confirmed" or whole or in_time or booking.pay_by == "on_board":
            return 0
        half = booking.fare_pence // LATE_PART
        return min(half, self.online(booking.pk)) if booking.pay_by == "online" else half

    def keep(self, booking: Booking, pence: int) -> None:
        """A booking was cancelled, and so much of its fare is kept; or nothing any more."""
        self.kept[booking.pk] = pence

    def took_cash(self, receipt: Receipt) -> None:
        self.cash[receipt.booking_id] = receipt.pence

    def online(self, pk: int) -> int:
        """What came by payment pages for a booking, or with one that it took the place of, and isn't gone or going back."""
        total = 0
        for entry in LedgerEntry.objects.filter(booking=pk, checkout__isnull=False):
            total += {"payment": 1, "brought": 1, "returned": 1, "refund": -1, "carried": -1}[entry.kind] * entry.pence
        return total - sum(Refund.objects.filter(booking=pk, status="due").values_list("pence", flat=True))

    def owed(self, booking: Booking) -> int:
        """By how a booking stands."""
        if booking.status in ("confirmed", "aboard", "completed"):
            return booking.fare_pence
        if booking.status == "no_show":  # their own fault, or that of a bus that was late
            return booking.fare_pence if Strike.objects.filter(booking=booking, reversed_at=None).exists() else 0
        return self.kept.get(booking.pk, 0) if booking.status == "cancelled" else 0

    def faults(self, till: Till) -> list[str]:
        return [fault for booking in Booking.objects.order_by("pk") for fault in self._of(booking)] + self._of_till(till)

    def _of(self, booking: Booking) -> list[str]:
        sums: dict[str, int] = defaultdict(int)
        for entry in LedgerEntry.objects.filter(booking=booking):
            sums[entry.kind] += entry.pence
        owes, owed, online = sums["charge"] - sums["credit"], self.owed(booking), self.online(booking.pk)
        found = []
        if owes != owed:
            found.append(f"owes {owes} instead of {owed}")
        live = booking.status in ("confirmed", "aboard", "completed", "no_show")
        least = 0 if live and booking.changed_from_id else owed  # a change may leave something to pay
        if booking.pay_by == "online" and not least <= online + self.cash.get(booking.pk, 0) <= owed:
            found.append(f"paid {online} online and {self.cash.get(booking.pk, 0)} to the driver, and owes {owed}")
        if booking.pay_by != "online" and online:
            found.append(f"paid {online} online")
        return [f"{booking} {fault}" for fault in found]

    def _of_till(self, till: Till) -> list[str]:
        """What the provider has is what people paid and did not get back; of some payments nobody here knows yet."""
        taken = set(Checkout.objects.filter(status="paid").values_list("session", flat=True))
        unknown = sum(pence for name, pence in till.payments.items() if name.removeprefix("payment ") not in taken)
        due = sum(Refund.objects.filter(status="due").values_list("pence", flat=True))
        known = sum(self.online(pk) for pk in Booking.objects.values_list("pk", flat=True))
        if till.here - unknown - due != known:
            return [f"the provider has {till.here}, of that {unknown} unknown and {due} to go back; people paid {known}"]
        return []
