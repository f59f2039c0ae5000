"""The vehicles of a replayed day: where they really are, and what the plan knows of that.

Two things are kept apart. The truth is in the errands: drawn when a vehicle is sent out, hidden until it happens. What is known
is in `facts`: observed times as drivers report them, and for a vehicle on its way the time at which it's expected. With those
the plan is timed by the very same `schedule` as everywhere; where nothing is noisy, what it says is what happens.

A visit is committed once its vehicle sets off for it within `commit_s`; the vehicle sets off so as to begin on time and waits,
where it has to, at the place before. Trips that are over leave the plan, all but the last, which says where the vehicle stands:
what is decided stays the same, and a long day gets no slower towards its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from heapq import heappop, heappush

from routing.model import Actual, BreakId, Point, Problem, Request, RequestId, ShiftId
from routing.plan import Action, Route, Visit, opening_plan
from routing.replay.errand import Errand
from routing.replay.events import Alighted, Arrived, Boarded, Event, Home, Rested, SetOff
from routing.replay.values import Conduct, Demand
from routing.schedule import Call, schedule, task_of
from routing.units import ServiceTime


class Fleet:
    """All vehicles of a day, and the live plan. Instants must not go back; `since` is the first."""

    def __init__(self, demand: Demand, conduct: Conduct, since: ServiceTime) -> None:
        self.commit_s, self.noise = conduct.commit_s, conduct.noise
        self.plan = opening_plan(demand.service, demand.day, demand.shifts)
        self.requests: dict[RequestId, Request] = {}
        self.shifts = {shift.id: shift for shift in demand.shifts}
        self.facts: dict[Visit, Actual] = {}
        self.changes = dict.fromkeys(self.shifts, 0)
        """Counts what changes about each shift, route or facts, so that others can tell what they know already."""
        self._problem = Problem(demand.day, since, self.requests, self.shifts, demand.travel, self.facts)
        self._errands: dict[ShiftId, Errand] = {}
        self._done = dict.fromkeys(self.shifts, 0)
        self._aboard = dict.fromkeys(self.shifts, 0)
        self._late: set[ShiftId] = set()
        self._homeward: set[ShiftId] = set()
        self._looks: list[tuple[ServiceTime, ShiftId]] = []
        self._look_at: dict[ShiftId, ServiceTime] = {}
        for shift in self.shifts.copy():
            for _ in self._look(shift, since):
                raise ValueError(f"shift {shift} is under way before anybody can ask")

    def problem(self, now: ServiceTime) -> Problem:
        """What is known at `now`. Valid until the next `advance` or `take`."""
        for shift in self._late:
            errand = self._errands[shift]
            if errand.expected < now:
                self.facts[errand.visit] = errand.known(now)
                self.changes[shift] += 1
        return replace(self._problem, now=now)

    def settled_until(self, shift: ShiftId) -> ServiceTime | None:
        """Until when what is known of a shift stays as it is by itself; None where each instant changes it.

        A vehicle with nothing committed could set off now, so for its plan every now is another.
        """
        errand = self._errands.get(shift)
        if errand is None:
            begins = self.shifts[shift].window.earliest
            return begins if not self._done[shift] else None
        if not errand.there:
            return errand.expected
        task = task_of(errand.visit, self.shifts[shift], self._problem)
        return ServiceTime(errand.begins + task.service_s)

    def advance(self, until: ServiceTime | None) -> Iterator[Event]:
        """All that happens up to an instant and at it, in order; None for the rest of the day."""
        while self._looks and (until is None or self._looks[0][0] <= until):
            at, shift = heappop(self._looks)
            if self._look_at.get(shift) == at:  # else it's out of date, or the second of two alike
                del self._look_at[shift]
                yield from self._look(shift, at)

    def take(self, routes: Iterable[Route], now: ServiceTime) -> Iterator[Event]:
        """Go on by other routes, which have what is committed in its place."""
        changed = {route.shift: route for route in routes}
        self.plan = self.plan.with_routes(changed)
        for shift in changed:
            self.changes[shift] += 1
            yield from self._look(shift, now)

    def _look(self, shift: ShiftId, now: ServiceTime) -> Iterator[Event]:
        """What is due, what is to be committed, and when to look again."""
        if shift in self._homeward:
            yield Home(now, shift)
            return
        while True:
            then = self._commit(shift, now)
            errand = self._errands.get(shift)
            if errand is None or errand.next > now:
                break
            yield from self._go_on(shift, errand)
        times = [then] if then is not None else []
        if errand is not None:
            times.append(errand.next)
        if times:
            self._look_again(shift, min(times))
        else:
            yield from self._nothing_to_do(shift, now)

    def _look_again(self, shift: ShiftId, at: ServiceTime) -> None:
        self._look_at[shift] = at
        heappush(self._looks, (at, shift))

    def _commit(self, shift: ShiftId, now: ServiceTime) -> ServiceTime | None:
        """Commit what is to be set off for within `commit_s`, and send the vehicle; when the visit after that is to be.

        None where nothing is left to commit.
        """
        route, done = self.plan.routes[shift], self._done[shift]
        frozen, then = route.frozen, None
        if frozen == len(route.visits) and (shift in self._errands or frozen == done):
            return None
        calls = schedule(route, self.problem(now)).calls
        while frozen < len(calls):
            sets_off = calls[frozen].begin - self._leg_s(shift, calls, frozen)
            if sets_off > now + self.commit_s:
                then = ServiceTime(sets_off - self.commit_s)
                break
            frozen += 1
        if frozen > route.frozen:
            self.plan = self.plan.with_route(replace(route, frozen=frozen))
            self.changes[shift] += 1
        if frozen > done and shift not in self._errands:
            self._send(shift, calls[done], self._leg_s(shift, calls, done), now)
        return then

    def _leg_s(self, shift: ShiftId, calls: tuple[Call, ...], index: int) -> int:
        origin = calls[index - 1].place if index else self.shifts[shift].start
        return self._problem.travel(origin, calls[index].place)

    def _send(self, shift: ShiftId, call: Call, leg_s: int, now: ServiceTime) -> None:
        """Settle when the vehicle sets off for its next visit, and draw what becomes of it."""
        sets_off = max(now, call.begin - leg_s)
        arrives = sets_off + self.noise.leg_s(leg_s, call.visit)
        begins = max(arrives, call.begin)
        takes_s = task_of(call.visit, self.shifts[shift], self._problem).service_s
        departs = begins + self.noise.dwell_s(takes_s, call.visit)
        errand = Errand(
            call.visit,
            sets_off=ServiceTime(sets_off),
            expected=ServiceTime(sets_off + leg_s),
            agreed=call.begin,
            arrives=ServiceTime(arrives),
            begins=ServiceTime(begins),
            departs=ServiceTime(departs),
        )
        self._errands[shift] = errand
        self.facts[call.visit] = errand.known(now)
        self.changes[shift] += 1
        if errand.late:
            self._late.add(shift)

    def _go_on(self, shift: ShiftId, errand: Errand) -> Iterator[Event]:
        """The next thing that happens to a vehicle on an errand."""
        at = errand.next
        if not errand.under_way:
            errand.under_way = True
            yield self._set_off(shift, errand.visit, at)
        elif not errand.there:
            errand.there = True
            self.facts[errand.visit] = errand.known(at)
            self.changes[shift] += 1
            self._late.discard(shift)
            yield Arrived(at, shift, errand.visit)
        else:
            yield self._over(shift, errand)

    def _set_off(self, shift: ShiftId, visit: Visit | None, at: ServiceTime) -> SetOff:
        origin = self._stands(shift)
        goes_to = self.shifts[shift].end if visit is None else task_of(visit, self.shifts[shift], self._problem).place
        metres = self._problem.travel.distance_m(origin, goes_to)
        return SetOff(at, shift, visit, origin, goes_to, metres, self._aboard[shift])

    def _stands(self, shift: ShiftId) -> Point:
        """Where the vehicle is, or was before it set off."""
        done = self._done[shift]
        if not done:
            return self.shifts[shift].start
        return task_of(self.plan.routes[shift].visits[done - 1], self.shifts[shift], self._problem).place

    def _over(self, shift: ShiftId, errand: Errand) -> Event:
        """The visit is over: it becomes a fact."""
        action, subject = errand.visit
        self.facts[errand.visit] = errand.as_fact()
        self.changes[shift] += 1
        self._done[shift] += 1
        del self._errands[shift]
        self._forget(shift, keep=subject)
        if action is Action.BREAK:
            return Rested(errand.departs, shift, BreakId(subject), errand.begins)
        people = self.requests[RequestId(subject)].load.people
        self._aboard[shift] += people if action is Action.BOARD else -people
        kind = Boarded if action is Action.BOARD else Alighted
        return kind(errand.departs, shift, RequestId(subject), errand.begins)

    def _forget(self, shift: ShiftId, keep: str) -> None:
        """Take trips that are over out of the plan, except one."""
        route, done = self.plan.routes[shift], self._done[shift]
        over = {visit.subject for visit in route.visits[:done] if visit.action is Action.ALIGHT} - {keep}
        for subject in over:
            route = route.without_request(subject)
            del self.requests[RequestId(subject)]
            for action in (Action.BOARD, Action.ALIGHT):
                del self.facts[Visit(action, subject)]
        self._done[shift] -= 2 * len(over)
        self.plan = self.plan.with_route(route)

    def _nothing_to_do(self, shift: ShiftId, now: ServiceTime) -> Iterator[Event]:
        """Wait where the last visit was until it's time to be back, then go home; the shift takes part no more."""
        ends = self.shifts[shift]
        home_s = self._problem.travel(self._stands(shift), ends.end) if self._done[shift] else 0
        leaves = ServiceTime(ends.window.latest - home_s)
        if leaves > now:
            self._look_again(shift, leaves)
            return
        if self._done[shift]:
            yield self._set_off(shift, None, now)
            self._homeward.add(shift)
            self._look_again(shift, ServiceTime(now + self.noise.leg_s(home_s, Visit(Action.BREAK, f"{shift} home"))))
        self._leave(shift)

    def _leave(self, shift: ShiftId) -> None:
        """The shift is over: it leaves the plan and the problem."""
        for visit in self.plan.routes[shift].visits:
            self.facts.pop(visit, None)
            self.requests.pop(RequestId(visit.subject), None)
        self.plan = replace(self.plan, routes={key: route for key, route in self.plan.routes.items() if key != shift})
        del self.shifts[shift]
