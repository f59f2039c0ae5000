"""What a journey costs, in whole pence; README.md has the format of `Service.fares`."""

from bookings.fares.capping import cap_when_firm, come_due, lock_if_capped
from bookings.fares.pricing import FareMoved, Pricing, fare_again, pricing_for
from bookings.fares.quoting import Line, Quote
from bookings.fares.tables import UnfitFares
from bookings.fares.tariff import BANDS, Tariff, read_tariff, unknown_zones
from bookings.fares.wording import say_line

__all__ = [
    "BANDS",
    "FareMoved",
    "Line",
    "Pricing",
    "Quote",
    "Tariff",
    "UnfitFares",
    "cap_when_firm",
    "come_due",
    "fare_again",
    "lock_if_capped",
    "pricing_for",
    "read_tariff",
    "say_line",
    "unknown_zones",
]
