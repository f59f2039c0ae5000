"""Rutland out of its real files with one command, and the trips of a day as its people might make them."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from django.core.management import call_command

from bookings.models import Place, PlaceKind, Service
from routing.travel.sphere import distance_m

FILES = Path(__file__).resolve().parents[2] / "fixtures" / "rutland"


class Purpose(NamedTuple):
    """What people go out for: the kind of place, how often, when they set off, how long they stay."""

    kind: str
    weight: int
    hours: tuple[int, int]
    stay_h: int


PURPOSES = (
    Purpose("Supermarket", 30, (9, 12), 1),
    Purpose("Surgery", 20, (9, 14), 1),
    Purpose("School", 15, (8, 8), 7),
    Purpose("Railway station", 10, (8, 15), 3),
    Purpose("Pharmacy", 10, (9, 14), 1),
    Purpose("Library", 10, (10, 13), 2),
    Purpose("Pub", 5, (12, 13), 2),
)
"""Modelled: nobody counted them."""

QUARTERS = (0, 15, 30, 45)
NEAR_M, TYPICAL_M = 1500, 5000
"""Nearer places are walked to; the farther one is, the rarer people choose it."""


def add_rutland(shared_data: Path) -> Service:
    """What an operator does: one command, over the real roads, stops and postcodes."""
    call_command(
        "add_service", "rutland", "--operator", "Rutland Council",
        "--roads", str(shared_data / "roads" / "rutland.osm.pbf"),
        "--stops", str(shared_data / "stops" / "naptan-268-rutland.csv"),
        "--postcodes", str(shared_data / "postcodes" / "le.csv"), str(shared_data / "postcodes" / "pe.csv"),
        "--area", str(FILES / "area.geojson"), "--fleet", str(FILES / "fleet.csv"),
    )  # fmt: skip
    return Service.objects.get(slug="rutland")


class Trip(NamedTuple):
    """From a place to another, to leave at an hour and a minute."""

    origin: Place
    destination: Place
    hour: int
    minute: int

    def wish(self, **more: Any) -> dict[str, Any]:
        return {"origin": _point(self.origin), "destination": _point(self.destination), **more}


def trips(service: Service, count: int, seed: int) -> list[Trip]:
    """Trips in the order of their time: out from a postcode, each as likely as another, and mostly back again."""
    rng, made = Random(seed), []
    homes = list(service.places.filter(kind=PlaceKind.POSTCODE).order_by("code"))
    landmarks = list(service.places.filter(kind=PlaceKind.LANDMARK).order_by("code"))
    while len(made) < count:
        made += list(_outing(rng, rng.choice(homes), landmarks))
    return sorted(made[:count], key=lambda trip: (trip.hour, trip.minute))


def _outing(rng: Random, home: Place, landmarks: list[Place]) -> Iterator[Trip]:
    """There and mostly back; nothing where they would walk."""
    purpose = rng.choices(PURPOSES, [each.weight for each in PURPOSES])[0]
    goals = {place: distance_m(home.point, place.point) for place in landmarks if place.detail.startswith(purpose.kind)}
    far = {place: metres for place, metres in goals.items() if metres > NEAR_M}
    if not far:
        return
    goal = rng.choices(list(far), [exp(-metres / TYPICAL_M) for metres in far.values()])[0]
    hour = rng.randint(*purpose.hours)
    yield Trip(home, goal, hour, rng.choice(QUARTERS))
    if rng.random() < 0.8:
        yield Trip(goal, home, hour + purpose.stay_h, rng.choice(QUARTERS))


def _point(place: Place) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [place.position.x, place.position.y]}
