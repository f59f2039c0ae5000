"""The rules that a service.json may leave to what the database has already. Everything raises BadFile."""

from __future__ import annotations

from typing import Any

from bookings.files import BadFile
from bookings.models.service import ZoneTrips
from bookings.notice import UnfitNotice, read_notice
from bookings.service_folder import DAYS, Section


def describe_rules(top: Section) -> dict[str, Any]:
    """Values of columns of `Service`: by when to book, holidays, and which trips are taken, as far as the file tells."""
    booking = top.section("booking")
    return {**_notice(booking), **_limits(booking), **_payments(top), **_holidays(top.section("holidays")), **_trips(top)}


def _notice(booking: Section) -> dict[str, Any]:
    """By when to book; nothing of what the file doesn't tell."""
    told: dict[str, Any] = {
        name: booking.get(name, bool) for name in ("staff_skip_notice", "staff_skip_horizon") if name in booking.data
    }
    if "rules" not in booking.data:
        return told
    rules = booking.get("rules", dict)
    try:
        read_notice(rules) if rules else None
    except UnfitNotice as error:
        raise BadFile(booking.file, f"{booking.where}.rules", str(error)) from None
    return {**told, "booking_rules": rules}


def _limits(booking: Section) -> dict[str, Any]:
    """What a passenger may have booked at once."""
    told: dict[str, Any] = {name: booking.amount(name) for name in ("duplicate_m", "duplicate_s") if name in booking.data}
    if "one_at_a_time" in booking.data:
        told["one_at_a_time"] = booking.get("one_at_a_time", bool)
    if "max_open_bookings" in booking.data:
        most = booking.data["max_open_bookings"]
        told["max_open_bookings"] = None if most is None else booking.amount("max_open_bookings")
    return told


def _payments(top: Section) -> dict[str, Any]:
    """How one pays, and what is given back."""
    if "payments" not in top.data:
        return {}
    section = top.section("payments")
    told: dict[str, Any] = {
        name: section.amount(name) for name in ("refund_full_before_s", "refund_late_percent") if name in section.data
    }
    if "methods" in section.data:
        told["payment_methods"] = section.get("methods", list)
    return told


def _holidays(section: Section) -> dict[str, Any]:
    told: dict[str, Any] = {"holiday_region": section.get("region", str)}
    if "run_as" in section.data:
        told["holiday_weekday"] = section.chosen("run_as", {**{day: number for number, day in enumerate(DAYS)}, "": None})
    return told


def _trips(top: Section) -> dict[str, Any]:
    """Which trips are taken; nothing where the file doesn't tell."""
    if "trips" not in top.data:
        return {}
    trips = top.section("trips")
    longest = trips.data.get("max_m")
    return {
        "zone_trips": trips.chosen("zones", {each.value: each.value for each in ZoneTrips}) if "zones" in trips.data else "any",
        "min_trip_m": trips.amount("min_m") if "min_m" in trips.data else 0,
        "max_trip_m": None if longest is None else trips.amount("max_m"),
    }
