from __future__ import annotations

from bookings.models import GONE, Booking
from bookings.references import tidy
from bookings.refusals import DomainNotFound
from bookings.words import Words, phrase


class NoSuchBooking(DomainNotFound):
    """There is no booking by that reference."""

    kind = "no_such_booking"


def find_way_back(booking: Booking) -> Booking | None:
    """The way back that was booked with a journey, unless it has left the plan since."""
    rows = Booking.objects.select_related("service", "pickup_stop", "dropoff_stop", "passenger")
    return rows.filter(return_of=booking).exclude(status__in=GONE).first()


def find_legs(booking: Booking) -> list[Booking]:
    """A journey that has not left the plan, with the way there or back that was booked with it; the way there first."""
    there = booking.return_of
    both = [there, booking] if there else [booking, find_way_back(booking)]
    return [leg for leg in both if leg is not None and leg.status not in GONE]


def get_booking(reference: str) -> Booking:
    """The booking by a reference, as somebody may have typed it. Raises NoSuchBooking."""
    rows = Booking.objects.select_related("service", "pickup_stop", "dropoff_stop", "passenger")
    booking = rows.filter(reference=tidy(reference)).first()
    if booking is None:
        raise NoSuchBooking(phrase("There is no booking {reference}.", reference=reference))
    return booking


def held_too_long(booking: Booking) -> Words:
    """What is said of a booking whose hold has run out."""
    said = phrase("{reference} was held too long, and its seat was given back. Ask for the journey again.")
    return said.with_values(reference=booking.reference)
