from __future__ import annotations

from math import cos, radians

from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet

from bookings.models import Booking, Operator, Passenger, PassengerWord, Place, PlaceKind, SavedPlace
from bookings.passenger_words import PHONE, asked_words
from bookings.references import is_reference, tidy
from bookings.refusals import Unfit

AROUND_M = 250
"""Postcodes are points in Drover: so near to one is there."""
_DEGREE_M = 111_195
_POSTCODE = 12


class TooVague(Unfit):
    """A search that would find nearly everybody."""

    kind = "too_vague"


def find_passengers(operator: Operator, text: str) -> QuerySet[Passenger]:
    """The passengers of an operator whom a text means, by name: telephone number, parts of a name, postcode, booking reference.

    A number is one in any spelling, or its last four digits and more; names go without case and accents, each word by how it
    begins; a postcode finds those who saved a place there or were fetched or brought at a door; a reference, whose booking it
    is. What can be read as several of these is all of them. Raises TooVague.
    """
    mine = Passenger.objects.filter(operator=operator, erased_at=None)
    found = _by_reference(operator, text) | _by_postcode(operator, text)
    words = asked_words(text)
    if any(word.startswith(PHONE) or len(word) > 1 for word in words):
        named = mine
        for word in words:
            of_word = PassengerWord.objects.filter(operator=operator, word__startswith=word)
            named = named.filter(pk__in=of_word.values("passenger"))
        found |= Q(pk__in=named)
    elif not found and not is_reference(text):
        raise TooVague(
            "Give two letters of a name at least, the last four digits of a number, a postcode or a booking reference."
        )
    return mine.filter(found).order_by("name", "pk")


def _by_reference(operator: Operator, text: str) -> Q:
    whose = Booking.objects.filter(reference=tidy(text), service__operator=operator).values_list("passenger", flat=True)
    return Q(pk__in=list(whose)) if whose else Q()


def _by_postcode(operator: Operator, text: str) -> Q:
    code = "".join(text.split()).upper()
    if not (code.isalnum() and 3 <= len(code) <= _POSTCODE and any(sign.isdigit() for sign in code)):
        return Q()
    found = Place.objects.filter(service__operator=operator, kind=PlaceKind.POSTCODE, code=code).first()
    if found is None:
        return Q()
    lat, lon = found.position.y, found.position.x
    up, right = AROUND_M / _DEGREE_M, AROUND_M / _DEGREE_M / cos(radians(lat))
    box = Polygon.from_bbox((lon - right, lat - up, lon + right, lat + up))
    box.srid = 4326
    saved = SavedPlace.objects.filter(position__intersects=box, passenger__operator=operator)
    fetched = Booking.objects.filter(pickup_stop=None, origin__intersects=box, service__operator=operator)
    brought = Booking.objects.filter(dropoff_stop=None, destination__intersects=box, service__operator=operator)
    there = (rows.values("passenger") for rows in (saved, fetched, brought))
    return Q(pk__in=next(there)) | Q(pk__in=next(there)) | Q(pk__in=next(there))
