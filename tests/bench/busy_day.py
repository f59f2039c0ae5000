"""The busiest modelled day of Ripon, booked through the API as its passengers and a phone agent would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bookings.calendar import open_hours
from bookings.models import Service
from tests.backend.api_world import LONDON, RIPON, World, build_world
from tests.bench.size import Size

Json = dict[str, Any]


@dataclass
class BusyDay:
    """A service day with bookings; `wishes` are the day's, in the order in which they are asked."""

    world: World
    date: date
    wishes: list[Json]
    references: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def path(self) -> str:
        return f"services/{self.world.service.slug}/days/{self.date}"

    def asker(self, wish: Json) -> str:
        return "agent" if wish["channel"] == "phone" else "ann"

    def question(self, wish: Json) -> Json:
        """The body of POST offers."""
        when = next(name for name in ("leave_at", "arrive_by") if name in wish)
        at = datetime.combine(self.date, time.fromisoformat(wish[when]), LONDON).isoformat()
        asked = {"service": self.world.service.slug, "party": wish["party"], when: at}
        asked |= {end: {"type": "Point", "coordinates": wish[end]["point"]} for end in ("origin", "destination")}
        return asked | ({"passenger": wish["passenger"]} if wish["channel"] == "phone" else {})

    def ask(self, wish: Json) -> list[Json]:
        """The offers for a wish; none where it is refused."""
        answer = self.world.post(self.asker(wish), "offers", self.question(wish))
        found: list[Json] = answer.data.get("offers", [])
        return found

    def book_all(self) -> None:
        """Everybody takes the first offer."""
        for wish in self.wishes:
            if offers := self.ask(wish):
                booked = self.world.post(self.asker(wish), "bookings", {"offer": offers[0]["id"]})
                assert booked.status_code == 201, booked.data
                self.references.append(booked.data["reference"])
            else:
                self.refused += 1


def booked(size: Size) -> BusyDay:
    """A weekday from the day after tomorrow on, by the real clock, with `size.wishes` asked and booked."""
    now = datetime.now(LONDON)
    world = build_world(now)
    # One passenger books for all who have the app, and everybody asks twice.
    Service.objects.filter(pk=world.service.pk).update(one_at_a_time=False, duplicate_m=0)
    days = (now.date() + timedelta(days=ahead) for ahead in range(2, 8))
    chosen = next(day for day in days if day.weekday() < 5 and open_hours(world.service, day))
    wishes = json.loads((RIPON / "wishes_busiest.json").read_text())["wishes"][: size.wishes]
    day = BusyDay(world, chosen, wishes)
    day.book_all()
    return day
