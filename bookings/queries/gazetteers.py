"""The gazetteers that are searched for a service, kept in memory from one search to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bookings.gazetteer.kept import other_names_of_settlements, read_gazetteer
from bookings.gazetteer.making import Thing, make_gazetteer
from bookings.gazetteer.names import Gazetteer, Named
from bookings.gazetteer.search import SHORTEST_SURE
from bookings.models import Passenger, SavedPlace, Service, Stop
from bookings.spelling import code_key

_Kept = dict[int, tuple[datetime, Gazetteer]]
"""By the id of a service, and when the service had been changed."""
_places: _Kept = {}
_stops: _Kept = {}


def places_of(service: Service) -> Gazetteer:
    """The places of a service; read anew after the service was changed."""
    return _newest(_places, service, read_gazetteer)


def stops_of(service: Service) -> Gazetteer:
    """The stops in use of a service; made anew after the service was changed."""
    return _newest(_stops, service, _made_of_stops)


def saved_of(passenger: Passenger) -> Gazetteer:
    """The saved places of a passenger."""
    saved = SavedPlace.objects.filter(passenger=passenger)
    return make_gazetteer([Thing(Named("saved", place.label, "", f"{place.pk}", place.point)) for place in saved])


def _newest(kept: _Kept, service: Service, make: Callable[[Service], Gazetteer]) -> Gazetteer:
    changed_at, gazetteer = kept.get(service.pk, (None, None))
    if gazetteer is None or changed_at != service.changed_at:
        gazetteer = make(service)
        kept[service.pk] = service.changed_at, gazetteer
    return gazetteer


def _made_of_stops(service: Service) -> Gazetteer:
    stops = sorted(Stop.objects.filter(service=service, active=True), key=lambda stop: stop.code)
    settlements = other_names_of_settlements(service)
    return make_gazetteer([_thing(stop, settlements.get(stop.settlement, ())) for stop in stops])


def _thing(stop: Stop, detail_names: tuple[str, ...]) -> Thing:
    flags = filter(_is_telling, map(code_key, stop.public_code.split(";")))
    keys = {code_key(stop.code), code_key(stop.atco_code), *flags} - {""}
    named = Named("stop", stop.name, stop.settlement, stop.code, stop.point)
    return Thing(named, detail_names=detail_names, keys=tuple(sorted(keys)))


def _is_telling(key: str) -> bool:
    """Whether one stop alone may be meant by it: "A" is the name of a bay in every bus station."""
    return len(key) >= SHORTEST_SURE or any(sign.isdigit() for sign in key)
