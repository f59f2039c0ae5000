"""What the replay's tests share: small days, and a judge of what happened that knows events and the map alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from routing.cost import Weights
from routing.model import EMPTY, Load, Point, RequestId
from routing.replay.events import Accepted, Alighted, Arrived, Boarded, Event, Home, Rested, SetOff
from routing.replay.values import Asked, Demand
from routing.travel.matrix import matrix_of
from routing.units import ServiceTime, parse_clock
from routing.wishes import Access, OfferRules, Wish
from tests.builders import DAY, Town, line_town, span

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
RULES = OfferRules(notice_s=10 * 60)


def day(town: Town, shifts: Sequence[str], *wishes: str, hours: str = "7:00-18:00", rules: OfferRules = RULES) -> Demand:
    """Wishes such as `7:30 ann Mill->Station leave 8:00 party 2 wheelchairs 1`; shifts as in `Town.shift`."""
    fleet, asked = tuple(map(town.shift, shifts)), tuple(_asked(wish, town) for wish in wishes)
    return Demand("test", DAY, fleet, town.travel, span(hours), rules, Weights(), asked)


def _asked(text: str, town: Town) -> Asked:
    at, name, way, word, when, *rest = text.split()
    ends = [(Access(town.places[place], 0, 0, place),) for place in way.split("->")]
    times = {"leave": "leave_at", "arrive": "arrive_by"}
    said = dict(zip(rest[::2], map(int, rest[1::2]), strict=True))
    wheelchairs = said.get("wheelchairs", 0)
    load = Load(said.get("party", 0 if wheelchairs else 1), wheelchairs)
    wish = Wish(ends[0], ends[1], load, **{times[word]: parse_clock(when)}, boarding_s=60, alighting_s=30)  # type: ignore[arg-type]
    return Asked(RequestId(name), parse_clock(at), wish)


def random_demand(seed: int, wishes: int = 12, vans: int = 2) -> Demand:
    """A small town in the plane, vans with fold-up seats and a break each, wishes from the day before to the last minute."""
    rng = Random(seed)
    places = [Point(round(rng.uniform(-1.6, -1.5), 5), round(rng.uniform(54.1, 54.2), 5)) for _ in range(8)]
    travel = matrix_of(places, [[round(12000 * (abs(a.lon - b.lon) + abs(a.lat - b.lat))) for b in places] for a in places])
    town = Town({f"P{k}": place for k, place in enumerate(places)}, travel)
    shifts = []
    for number in range(vans):
        pause = f"break {rng.randint(9, 10)}:00-{11}:{rng.randint(10, 40)} 15m P{rng.randrange(8)}" if rng.random() < 0.6 else ""
        shifts.append(town.shift(f"van{number} P{number} 8:00-12:{rng.randint(10, 50)} layouts 4+0/2+1 {pause}"))
    asked = []
    for number in range(wishes):
        origin, destination = rng.sample(places, 2)
        at = rng.randrange(8 * 3600, 12 * 3600)
        loads = rng.choice((Load(1), Load(1), Load(2), Load(0, 1)))
        ends = [(Access(place, rng.randrange(300), 0, str(place)),) for place in (origin, destination)]
        by_arrival = rng.random() < 0.3
        wish = Wish(
            ends[0], ends[1], loads, None if by_arrival else ServiceTime(at), ServiceTime(at) if by_arrival else None,
            boarding_s=rng.choice((0, 60, 45)), alighting_s=rng.choice((0, 30)),
        )  # fmt: skip
        asked.append(Asked(RequestId(f"r{number}"), ServiceTime(at - rng.choice((300, 1200, 3600, 50000))), wish))
    rules = OfferRules(notice_s=rng.choice((0, 600)), search_after_s=1800, search_before_s=1800)
    return Demand("test", DAY, tuple(shifts), travel, span("8:00-12:30"), rules, Weights(), tuple(asked))


def impossible(events: Sequence[Event], demand: Demand, still: bool) -> list[str]:
    """What could not have happened so: vehicles that jump, rides out of order, too many on board, breaks not taken.

    `still`: everything took as long as estimated, so legs and dwells are as on the map and shifts end in time.
    """
    found: list[str] = []
    loads = {event.promise.id: event.promise for event in events if isinstance(event, Accepted)}
    driven: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if isinstance(event, SetOff | Arrived | Boarded | Alighted | Rested | Home):
            driven[event.shift].append(event)
    for shift in demand.shifts:
        place, free_at, load, aboard, rested = shift.start, shift.window.earliest, EMPTY, set[str](), set[str]()
        leg: SetOff | None = None
        there_at = free_at
        for event in driven[shift.id]:
            match event:
                case SetOff():
                    leg = event
                    if event.origin != place or event.at < free_at:
                        found.append(f"{event} from where it was not yet")
                    if event.aboard != load.people:
                        found.append(f"{event} with {load}")
                case Arrived() | Home():
                    assert leg is not None
                    if still and event.at - leg.at != demand.travel(leg.origin, leg.destination):
                        found.append(f"{event} took {event.at - leg.at}")
                    place, there_at = leg.destination, event.at
                    if still and isinstance(event, Home) and event.at > shift.window.latest:
                        found.append(f"{event} too late")
                case Boarded() | Alighted():
                    promise, ups = loads[event.id], isinstance(event, Boarded)
                    stop, dwell_s = (promise.pickup, promise.boarding_s) if ups else (promise.dropoff, promise.alighting_s)
                    if place != stop or event.begun < there_at or (event.id in aboard) is ups:
                        found.append(f"{event} at the wrong place or time")
                    if still and event.at - event.begun != dwell_s:
                        found.append(f"{event} dwelled {event.at - event.begun}")
                    load = load.plus(promise.load) if ups else load.minus(promise.load)
                    aboard ^= {event.id}
                    if not shift.vehicle.fits(load):
                        found.append(f"{event} fills the vehicle to {load}")
                    free_at = event.at
                case Rested():
                    pause = shift.get_break(event.pause)
                    rested.add(event.pause)
                    if aboard or place != pause.place or (still and event.begun not in pause.window):
                        found.append(f"{event} with {aboard}")
                    free_at = event.at
                case _:
                    pass
        if aboard or rested != {pause.id for pause in shift.breaks}:
            found.append(f"{shift.id} ends with {aboard} aboard, breaks taken: {rested}")
    return found
