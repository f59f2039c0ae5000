"""What a replay is made of: a day of wishes, and how the day is run."""

from __future__ import annotations

from dataclasses import dataclass

from routing.cost import Weights
from routing.model import RequestId, Shift, TimeWindow
from routing.optimise.protocol import Limit, Optimiser
from routing.replay.noise import STILL, Noise
from routing.travel.matrix import TravelMatrix
from routing.units import ServiceDay, ServiceTime
from routing.wishes import OfferRules, Wish


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish and the instant at which it comes in: negative on the days before."""

    id: RequestId
    at: ServiceTime
    wish: Wish


@dataclass(frozen=True, slots=True)
class Demand:
    """A service day as it is before anybody has asked, and all that will be asked, in any order.

    `travel` knows every point of wishes and shifts; all calls begin within `hours`.
    """

    service: str
    day: ServiceDay
    shifts: tuple[Shift, ...]
    travel: TravelMatrix
    hours: TimeWindow
    rules: OfferRules
    weights: Weights
    asked: tuple[Asked, ...]


SOON = Limit(60, 200)
"""Ended by the number of solutions; the seconds are for emergencies."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a day is run. The same demand and the same conduct give the same events, as far as no `limit.seconds` cuts in."""

    optimiser: Optimiser | None = None
    """None: whoever was put into the plan stays where insertion put them."""
    limit: Limit = SOON
    """For each re-optimisation of each group of shifts."""
    every_s: int = 15 * 60
    """How far the re-optimisations lie apart."""
    after_each: bool = False
    """Whether the plan is re-optimised after each promise too, so that the next wish meets a good one. Only in fleets of no more
    than `group`."""
    horizon_s: int = 24 * 3600
    """Shifts that begin later than this from now are left for later."""
    group: int = 50
    """At most so many shifts are re-optimised together, neighbours with neighbours."""
    margin: float = 0.001
    """The least share of its cost by which a plan must get better to be taken: below that, calm is worth more to drivers."""
    commit_s: int = 5 * 60
    """Visits that a vehicle sets off for within this time are committed."""
    second_look: Limit | None = None
    """Before anybody is refused the optimiser may look so long whether others, promises kept, can make room. Only in fleets of no
    more than `group`."""
    noise: Noise = STILL
    explain: bool = True
    """Whether a refusal says which constraint was in the way; with hundreds of shifts that takes longer than all the rest."""
