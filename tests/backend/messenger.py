"""A desk with passengers who can be reached, and providers that do as the story wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User

from backend.notify.breaker import Breaker
from backend.notify.letter import Letter, Unavailable
from backend.notify.outbox import queue_untold
from backend.notify.sending import send_due
from bookings.actions.cancel_booking import cancel_booking
from bookings.models import Booking, Message, Passenger
from tests.bookings.town import Desk, open_desk

RIDE = "Mill->Station leave 10:00"
TWO_VANS = ("van1 Depot 8:00-18:00 seats 4", "van2 Depot 8:00-18:00 seats 4")


@dataclass
class Provider:
    """Takes letters, and remembers them by key; `trouble` is raised instead, `after` is called when it has taken one."""

    name: str = "provider"
    taken: list[Letter] = field(default_factory=list)
    trouble: Exception | None = None
    after: Callable[[Letter], None] = lambda _: None
    remembers: bool = True
    asked: int = 0

    def send(self, letter: Letter) -> str:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        self.taken.append(letter)
        self.after(letter)
        return f"id-{len(self.taken)}"

    def find(self, letter: Letter) -> str | None:
        self.asked += 1
        if self.trouble:
            raise self.trouble
        keys = [each.key for each in self.taken]
        return f"id-{keys.index(letter.key) + 1}" if self.remembers and letter.key in keys else None

    @property
    def texts(self) -> list[str]:
        return [letter.text for letter in self.taken]

    def fail(self) -> None:
        self.trouble = Unavailable("503")

    def recover(self) -> None:
        self.trouble = None


@dataclass
class Messenger:
    """The desk of a town, and a deliverer with a provider for each channel."""

    desk: Desk
    sms: Provider = field(default_factory=Provider)
    email: Provider = field(default_factory=Provider)
    push: Provider = field(default_factory=Provider)
    breaker: Breaker = field(default_factory=lambda: Breaker(failures=10**6))
    off: Collection[str] = ()

    @property
    def ports(self) -> dict[str, Any]:
        found = {"sms": self.sms, "email": self.email, "push": self.push}
        return {channel: port for channel, port in found.items() if channel not in self.off}

    def deliver(self) -> Counter[str]:
        """What beat has done every few seconds."""
        while queue_untold(usable=self.ports.keys(), now=self.desk.now):
            pass
        return send_due(self.ports, clock=lambda: self.desk.now, seconds=60, breaker=self.breaker)

    def wait(self, minutes: float) -> Counter[str]:
        """Some time later it is done again."""
        self.desk.now += timedelta(minutes=minutes)
        return self.deliver()

    def at(self, text: str) -> Counter[str]:
        self.desk.now = self.desk.at(text)
        return self.deliver()

    def passenger(self, name: str, **contact: Any) -> Passenger:
        """Somebody with a mobile telephone, unless `contact` says otherwise, and an account of their own."""
        who = self.desk.passenger(name)
        who.user = User.objects.create_user(name)
        for column, value in contact.items():
            setattr(who, column, value)
        who.save()
        return who


def states(booking: Booking | None = None) -> list[tuple[str, str, str]]:
    """Kind, channel and state of every message, in order."""
    rows = Message.objects.filter(booking=booking) if booking else Message.objects.all()
    return [(row.kind, row.channel, row.state) for row in rows]


def open_messenger(*vans: str, now: str = "9:00", days_before: int = 1) -> Messenger:
    return Messenger(open_desk(*(vans or TWO_VANS), now=now, days_before=days_before))


def cancel(town: Messenger, booking: Booking, who: str | None, why: str = "", **how: Any) -> None:
    """Somebody cancels; None for staff who have gone since."""
    by = town.desk.passenger(who).user if who else None
    cancel_booking(booking.reference, planner=town.desk.planner, by=by, why=why, now=town.desk.now, **how)
