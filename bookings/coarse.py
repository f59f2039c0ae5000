"""Places made coarse: where somebody lives becomes the stop next to it, which plans and figures can do with."""

from __future__ import annotations

from functools import cached_property
from math import cos, hypot, radians
from typing import Any

from django.contrib.gis.geos import Point as Position

from bookings.models import Promise, Service, Stop

MARK = "coarse"
"""In a wish that has been made coarse."""
WALK_M, WALK_S = 100, 60
"""What is left of walks: a distance to the metre from a stop leaves few houses."""


class Coarse:
    """The places of a service, made coarse."""

    def __init__(self, service: Service) -> None:
        self.service = service

    @cached_property
    def _stops(self) -> list[Stop]:
        return list(Stop.objects.filter(service=self.service))

    def near(self, lon: float, lat: float) -> tuple[float, float, str]:
        """Longitude, latitude and name of the next stop; without any, of the middle of a square of about a kilometre."""
        right = cos(radians(lat))
        nearest = min(self._stops, key=lambda stop: hypot((stop.position.x - lon) * right, stop.position.y - lat), default=None)
        if nearest is None:
            return round(lon, 2), round(lat, 2), ""
        return nearest.position.x, nearest.position.y, f"near {nearest}"[:120]

    def wish(self, wish: dict[str, Any]) -> dict[str, Any]:
        """A wish without the names of its places, and these coarse."""
        places = {end: list(self.near(*wish[end])[:2]) for end in ("origin", "destination")}
        return {**wish, **places, "origin_name": "", "destination_name": "", MARK: True}

    def ends(self, row: Promise) -> list[str]:
        """Make both ends of an offer or a booking coarse; the names of the columns to save. Promised times stay."""
        for end, stop in (("origin", row.pickup_stop), ("destination", row.dropoff_stop)):
            if stop is not None:  # where they boarded is known anyhow
                lon, lat, name = stop.position.x, stop.position.y, ""
            else:
                place = getattr(row, end)
                lon, lat, name = self.near(place.x, place.y)
            setattr(row, end, Position(lon, lat, srid=4326))
            setattr(row, f"{end}_name", name)
        for walk in ("pickup_walk", "dropoff_walk"):
            setattr(row, f"{walk}_m", round(getattr(row, f"{walk}_m") / WALK_M) * WALK_M)
            setattr(row, f"{walk}_s", round(getattr(row, f"{walk}_s") / WALK_S) * WALK_S)
        ends = ["origin", "destination", "origin_name", "destination_name"]
        return [*ends, "pickup_walk_m", "pickup_walk_s", "dropoff_walk_m", "dropoff_walk_s"]
