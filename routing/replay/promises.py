"""Whether promises were kept: what somebody was told, against what happened to them. Knows nothing of plans or vehicles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from routing.model import Request, RequestId
from routing.replay.events import Accepted, Alighted, Boarded, Event, WishArrived
from routing.wishes import Wish


@dataclass(frozen=True, slots=True)
class Journey:
    """One accepted wish: what was asked, what was told, and when boarding and alighting really began and ended."""

    wish: Wish
    told: Accepted
    boarded: Boarded | None
    alighted: Alighted | None

    @property
    def promise(self) -> Request:
        return self.told.promise

    @property
    def ride_s(self) -> int:
        """From the end of boarding to the begin of alighting; 0 for a ride that did not take place."""
        return self.alighted.begun - self.boarded.at if self.boarded and self.alighted else 0

    @property
    def wait_s(self) -> int:
        """How far from the time wished for: from being at the stop as soon as wished, or from being there in time."""
        if self.boarded is None or self.alighted is None:
            return 0
        if self.wish.leave_at is not None:
            return self.boarded.begun - self.told.origin.walk_s - self.wish.leave_at
        assert self.wish.arrive_by is not None
        return self.wish.arrive_by - self.alighted.begun - self.wish.alighting_s - self.told.destination.walk_s

    @property
    def broken(self) -> list[str]:
        """What of the promise was not kept."""
        if self.boarded is None or self.alighted is None:
            return ["never fetched" if self.boarded is None else "never set down"]
        promise, found = self.promise, []
        for what, at, window in (
            ("boarded", self.boarded.begun, promise.pickup_window),
            ("alighted", self.alighted.begun, promise.dropoff_window),
        ):
            if at > window.latest:
                found.append(f"{what} {at - window.latest} s late")
            if at < window.earliest:
                found.append(f"{what} {window.earliest - at} s early")
        if self.ride_s > promise.max_ride_s:
            found.append(f"rode {self.ride_s - promise.max_ride_s} s too long")
        return found

    @property
    def late_s(self) -> int:
        """How much after what was promised, boarding or alighting, whichever is worse."""
        if self.boarded is None or self.alighted is None:
            return 0
        windows = self.promise.pickup_window, self.promise.dropoff_window
        return max(0, self.boarded.begun - windows[0].latest, self.alighted.begun - windows[1].latest)


def journeys(events: Iterable[Event]) -> Iterator[Journey]:
    """Every accepted wish of a day, in order of asking."""
    wishes: dict[RequestId, Wish] = {}
    told: dict[RequestId, Accepted] = {}
    boarded: dict[RequestId, Boarded] = {}
    alighted: dict[RequestId, Alighted] = {}
    for event in events:
        match event:
            case WishArrived():
                wishes[event.id] = event.wish
            case Accepted():
                told[event.promise.id] = event
            case Boarded():
                boarded[event.id] = event
            case Alighted():
                alighted[event.id] = event
            case _:
                pass
    for id_, accepted in told.items():
        yield Journey(wishes[id_], accepted, boarded.get(id_), alighted.get(id_))
