"""The figures of a replayed day or month: a fold over its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from routing.replay.events import Event, Refused, Reoptimised, SetOff, WishArrived
from routing.replay.promises import journeys
from routing.replay.values import Demand

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Report:
    """What a replay comes to. Sums, so that days add up to a month; shares and means are worked out of them."""

    asked: int = 0
    """Wishes."""
    accepted: int = 0
    served: int = 0
    """Wishes whose party was set down where it wanted to be."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """By the slug of the constraint; `unexplained` where nobody looked."""
    people: int = 0
    """Passengers set down."""
    waits_s: tuple[int, ...] = ()
    """Of each served wish: how far from the time wished for."""
    detours_s: tuple[int, ...] = ()
    """Of each served wish: how much longer than alone in the vehicle."""
    directs_s: tuple[int, ...] = ()
    kept: int = 0
    """Promises kept in full, out of `accepted`."""
    lates_s: tuple[int, ...] = ()
    """Of each accepted wish: how much after what was promised."""
    vehicle_s: int = 0
    """Seconds of shifts, breaks and waiting included."""
    vehicle_m: int = 0
    empty_m: int = 0
    solved: int = 0
    """Re-optimisations of groups of shifts,"""
    improved: int = 0
    """and how many of them changed the plan."""

    def plus(self, other: Report) -> Report:
        """Both together."""
        sums = {name: getattr(self, name) + getattr(other, name) for name in Report.__dataclass_fields__ if name != "refused"}
        return Report(refused=Counter(self.refused) + Counter(other.refused), **sums)

    @property
    def served_share(self) -> float:
        return self.served / self.asked if self.asked else 1.0

    @property
    def kept_share(self) -> float:
        return self.kept / self.accepted if self.accepted else 1.0

    @property
    def wait_s(self) -> float:
        """Mean over served wishes."""
        return mean(self.waits_s)

    @property
    def detour_s(self) -> float:
        """Mean over served wishes."""
        return mean(self.detours_s)

    @property
    def passengers_per_vehicle_hour(self) -> float:
        return self.people / (self.vehicle_s / HOUR_S) if self.vehicle_s else 0.0

    @property
    def empty_share(self) -> float:
        return self.empty_m / self.vehicle_m if self.vehicle_m else 0.0


def report(events: Iterable[Event], demand: Demand) -> Report:
    """The figures of one day."""
    events = list(events)
    taken = list(journeys(events))
    served = [journey for journey in taken if journey.boarded and journey.alighted]
    legs = [event for event in events if isinstance(event, SetOff)]
    solves = [event for event in events if isinstance(event, Reoptimised)]
    return Report(
        asked=sum(isinstance(event, WishArrived) for event in events),
        accepted=len(taken),
        served=len(served),
        refused=Counter(
            event.constraint.slug if event.constraint else "unexplained" for event in events if isinstance(event, Refused)
        ),
        people=sum(journey.promise.load.people for journey in served),
        waits_s=tuple(journey.wait_s for journey in served),
        detours_s=tuple(journey.ride_s - journey.told.direct_s for journey in served),
        directs_s=tuple(journey.told.direct_s for journey in served),
        kept=sum(not journey.broken for journey in taken),
        lates_s=tuple(journey.late_s for journey in taken),
        vehicle_s=sum(shift.window.latest - shift.window.earliest for shift in demand.shifts),
        vehicle_m=sum(leg.metres for leg in legs),
        empty_m=sum(leg.metres for leg in legs if not leg.aboard),
        solved=len(solves),
        improved=sum(solve.taken for solve in solves),
    )


def total(reports: Iterable[Report]) -> Report:
    """Several days as one, such as a month."""
    return reduce(Report.plus, reports, Report())


def mean(values: Sequence[int]) -> float:
    """0 of nothing."""
    return sum(values) / len(values) if values else 0.0
