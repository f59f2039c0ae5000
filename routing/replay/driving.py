"""A plan as the events it comes to when everything takes as long as estimated, so that a plan and a replay have one report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from routing.model import BreakId, Problem, RequestId
from routing.plan import Action, Plan
from routing.replay.events import Accepted, Alighted, Arrived, Boarded, Event, Home, Refused, Rested, SetOff, WishArrived
from routing.replay.values import Demand
from routing.schedule import Call, Schedule, schedules
from routing.units import ServiceTime


def driven(plan: Plan, problem: Problem, told: Mapping[RequestId, Accepted], demand: Demand) -> list[Event]:
    """The day of `demand` if `plan` is driven: who is not in `told` is refused. In order of time."""
    events: list[Event] = []
    for asked in demand.asked:
        events.append(WishArrived(asked.at, asked.id, asked.wish))
        events.append(told.get(asked.id) or Refused(asked.at, asked.id, None))
    for timed in schedules(plan, problem).values():
        events += _driven(timed, problem)
    return sorted(events, key=lambda event: event.at)


def _driven(timed: Schedule, problem: Problem) -> Iterator[Event]:
    """What a shift does; nothing where it has no visits. It sets off so as to arrive just when a visit begins."""
    shift = problem.shifts[timed.shift]
    place, load = shift.start, 0
    for call in timed.calls:
        sets_off = ServiceTime(call.begin - problem.travel(place, call.place))
        yield SetOff(sets_off, shift.id, call.visit, place, call.place, problem.travel.distance_m(place, call.place), load)
        yield Arrived(call.begin, shift.id, call.visit)
        yield _event(timed, call)
        place, load = call.place, call.load.people
    if timed.calls:
        sets_off = timed.calls[-1].depart
        yield SetOff(sets_off, shift.id, None, place, shift.end, problem.travel.distance_m(place, shift.end), load)
        yield Home(timed.ends, shift.id)


def _event(timed: Schedule, call: Call) -> Event:
    match call.visit.action:
        case Action.BOARD:
            return Boarded(call.depart, timed.shift, RequestId(call.visit.subject), call.begin)
        case Action.ALIGHT:
            return Alighted(call.depart, timed.shift, RequestId(call.visit.subject), call.begin)
        case _:
            return Rested(call.depart, timed.shift, BreakId(call.visit.subject), call.begin)
