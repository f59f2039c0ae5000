"""What a journey costs, in whole pence; README.md has the format of `Service.fares`."""

from bookings.fares.pricing import Pricing, fare_again, pricing_for
from bookings.fares.quoting import Line, Quote
from bookings.fares.tables import UnfitFares
from bookings.fares.tariff import BANDS, Tariff, read_tariff, unknown_zones
from bookings.fares.wording import say_line

__all__ = [
    "BANDS",
    "Line",
    "Pricing",
    "Quote",
    "Tariff",
    "UnfitFares",
    "fare_again",
    "pricing_for",
    "read_tariff",
    "say_line",
    "unknown_zones",
]
