from __future__ import annotations

from django.contrib.gis.geos import Point as Position
from django.db import transaction

from bookings import travellers
from bookings.models import Passenger, SavedPlace
from bookings.refusals import Conflict
from bookings.words import phrase
from routing.model import Point

MOST = 30
"""Places that a passenger can keep."""


class TooManyPlaces(Conflict):
    kind = "too_many_places"


def save_place(passenger: Passenger, *, label: str, point: Point) -> SavedPlace:
    """Keep a place for a passenger; one of the same label moves there. Raises TooManyPlaces, PassengerErased."""
    with transaction.atomic():
        travellers.lock_known(passenger)  # two at once don't go beyond MOST
        others = SavedPlace.objects.filter(passenger=passenger).exclude(label=label).count()
        if others >= MOST:
            raise TooManyPlaces(phrase("No more than {most} places can be kept: remove one first.", most=MOST))
        position = Position(point.lon, point.lat, srid=4326)
        place, _ = SavedPlace.objects.update_or_create(passenger=passenger, label=label, defaults={"position": position})
    return place
