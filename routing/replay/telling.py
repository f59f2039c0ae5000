"""Events as lines of text, for tests and logs.

7:30 ann asks
7:30 ann is promised 8:00-8:10 Mill, 8:22 Station (van1)
7:45 bob is refused: busy
7:56 van1 sets off with 0 for +ann
8:01 van1: +ann since 8:00
"""

from __future__ import annotations

from routing.plan import Visit
from routing.replay.events import (
    Accepted,
    Alighted,
    Arrived,
    Boarded,
    Event,
    Home,
    Refused,
    Reoptimised,
    Rested,
    SetOff,
    WishArrived,
)
from routing.units import clock


def told(event: Event) -> str:
    """One line."""
    return f"{clock(event.at)} {_what(event)}"


def _what(event: Event) -> str:
    match event:
        case WishArrived():
            return f"{event.id} asks"
        case Accepted():
            pickup, last = event.promise.pickup_window, event.promise.dropoff_window.latest
            windows = (
                f"{clock(pickup.earliest)}-{clock(pickup.latest)} {event.origin.stop}, {clock(last)} {event.destination.stop}"
            )
            return f"{event.promise.id} is promised {windows} ({event.shift})"
        case Refused():
            return f"{event.id} is refused: {event.constraint.slug if event.constraint else 'unexplained'}"
        case Reoptimised():
            found = "taken" if event.taken else f"not taken, {event.why}"
            return f"{event.shifts} shifts re-optimised, cost {event.before} to {event.after}: {found}"
        case SetOff():
            return f"{event.shift} sets off with {event.aboard} for {_short(event.visit)}"
        case Arrived():
            return f"{event.shift} is there for {_short(event.visit)}"
        case Boarded():
            return f"{event.shift}: +{event.id} since {clock(event.begun)}"
        case Alighted():
            return f"{event.shift}: -{event.id} since {clock(event.begun)}"
        case Rested():
            return f"{event.shift}: *{event.pause} since {clock(event.begun)}"
        case Home():
            return f"{event.shift} is home"
    raise TypeError(f"{event!r} is no event of a replay")


def _short(visit: Visit | None) -> str:
    return "home" if visit is None else f"{visit.action}{visit.subject}"
