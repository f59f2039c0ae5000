"""Who travels together, by fare band, and what they take up."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bookings.models import Service
from routing.model import Load


@dataclass(frozen=True, slots=True)
class Party:
    """People by fare band, and what they bring. `wheelchairs` of them travel in their wheelchair, the others, under-5s too, on a
    seat each; what the rest takes up is the service's to say.

    Raises ValueError for counts that are not whole numbers from 0 on, nobody at all, or more wheelchairs than people.
    """

    adults: int = 0
    children: int = 0
    under5: int = 0
    concessions: int = 0
    companions: int = 0
    wheelchairs: int = 0
    assistance_dogs: int = 0
    prams: int = 0
    luggage: int = 0

    def __post_init__(self) -> None:
        for band, count in asdict(self).items():
            if type(count) is not int or count < 0:
                raise ValueError(f"{band} must be a whole number, 0 or more")
        if not self.people:
            raise ValueError("a party needs at least one person")
        if self.wheelchairs > self.people:
            raise ValueError(f"{self.wheelchairs} wheelchairs are more than the {self.people} people of the party")

    @property
    def people(self) -> int:
        return self.adults + self.children + self.under5 + self.concessions + self.companions

    def load(self, service: Service) -> Load:
        """What the party takes up in a vehicle of a service."""
        brought = (
            self.assistance_dogs * service.dog_seats + self.prams * service.pram_seats + self.luggage * service.luggage_seats
        )
        return Load(self.people - self.wheelchairs + brought, self.wheelchairs)

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    def __str__(self) -> str:
        """As a driver reads it: `2 adults, 1 child, 1 wheelchair`."""
        names = {
            "adults": ("adult", "adults"),
            "children": ("child", "children"),
            "under5": ("under 5", "under 5"),
            "concessions": ("pass holder", "pass holders"),
            "companions": ("companion", "companions"),
            "wheelchairs": ("wheelchair", "wheelchairs"),
            "assistance_dogs": ("assistance dog", "assistance dogs"),
            "prams": ("pram", "prams"),
            "luggage": ("large piece of luggage", "large pieces of luggage"),
        }
        return ", ".join(f"{count} {names[band][count != 1]}" for band, count in asdict(self).items() if count)
