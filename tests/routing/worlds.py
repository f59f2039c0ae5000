"""Small random worlds for property tests: any roads, any windows, plans that may break every rule."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from routing.model import (
    ANY_TIME,
    EMPTY,
    FOREVER,
    Actual,
    Break,
    BreakId,
    Load,
    Point,
    Problem,
    Request,
    RequestId,
    Shift,
    ShiftId,
    TimeWindow,
    Vehicle,
)
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import schedule
from routing.travel.matrix import UNREACHABLE_S, TravelMatrix, matrix_of
from routing.units import ServiceTime
from tests.builders import DAY, problem_of

PLACES = tuple(Point(index / 100, 54.0) for index in range(5))


@st.composite
def windows(draw: st.DrawFn, latest: int = 60, width: int = 40) -> TimeWindow:
    """A window in minutes turned into seconds, so that waits and delays meet often."""
    begin = draw(st.integers(0, latest))
    return TimeWindow(ServiceTime(begin * 60), ServiceTime((begin + draw(st.integers(0, width))) * 60))


@st.composite
def requests(draw: st.DrawFn, name: str, width: int = 90) -> Request:
    return Request(
        id=RequestId(name),
        pickup=draw(st.sampled_from(PLACES)),
        dropoff=draw(st.sampled_from(PLACES)),
        pickup_window=draw(windows(width=width)),
        dropoff_window=draw(windows(latest=60, width=2 * width)),
        load=Load(draw(st.integers(0, 2)), draw(st.sampled_from((0, 0, 1)))),
        max_ride_s=draw(st.integers(1, 25)) * 60,
        boarding_s=draw(st.sampled_from((0, 60))),
        alighting_s=draw(st.sampled_from((0, 60))),
    )


@st.composite
def matrices(draw: st.DrawFn, gaps: bool = True) -> TravelMatrix:
    """Any times, without a triangle inequality; now and then no road at all."""
    legs = st.integers(0, 9).map(lambda minutes: minutes * 60)
    if gaps:
        legs = st.one_of(*([legs] * 9), st.just(UNREACHABLE_S))
    return matrix_of(PLACES, [[0 if a == b else draw(legs) for b in PLACES] for a in PLACES])


@st.composite
def shifts(draw: st.DrawFn, name: str, limited: bool = False) -> Shift:
    """A shift with a break at most; where `limited`, often of limited duration or of a vehicle that empties last in first out."""
    layouts = draw(st.sampled_from(((Load(2),), (Load(4, 1),), (Load(4, 0), Load(2, 1)), (Load(1, 1), Load(0, 2)))))
    breaks = tuple(
        Break(BreakId(f"{name}-{k}"), draw(st.sampled_from(PLACES)), draw(windows()), 600) for k in range(draw(st.integers(0, 1)))
    )
    begin = draw(st.integers(0, 20)) * 60
    window = TimeWindow(ServiceTime(begin), ServiceTime(begin + draw(st.integers(60, 240)) * 60))
    start, end = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))
    max_duration_s = draw(st.sampled_from((None, 600, 1800, 3600, 5400))) if limited else None
    vehicle = Vehicle(name, layouts, last_in_first_out=limited and draw(st.booleans()))
    return Shift(ShiftId(name), vehicle, start, end, window, breaks, max_duration_s)


@st.composite
def routes(draw: st.DrawFn, shift: Shift, names: list[str]) -> Route:
    """The shift's breaks and the named requests in any order that boards before it alights."""
    visits = [Visit(Action.BREAK, pause.id) for pause in shift.breaks]
    for name in names:
        up = draw(st.integers(0, len(visits)))
        down = draw(st.integers(up, len(visits)))
        visits = [*visits[:up], Visit(Action.BOARD, name), *visits[up:down], Visit(Action.ALIGHT, name), *visits[down:]]
    return Route(shift.id, tuple(visits), draw(st.sampled_from((0, 0, 1, len(visits)))) if visits else 0)


@st.composite
def worlds(
    draw: st.DrawFn, carried: int = 4, gaps: bool = True, hurry: bool = True, limited: bool = False
) -> tuple[Plan, Problem]:
    """A plan of two shifts, often with things wrong with it, at any instant, with or without a driver who reports.

    Without `hurry` windows stay open for hours, so that most that can go wrong is with ride limits.
    """
    made = [draw(requests(f"r{k}", width=90 if hurry else 240)) for k in range(draw(st.integers(0, carried)))]
    fleet = [draw(shifts("van1", limited)), draw(shifts("van2", limited))]
    split = draw(st.integers(0, len(made)))
    on_board = ([r.id for r in made[:split]], [r.id for r in made[split:]])
    driven = [draw(routes(shift, list(names))) for shift, names in zip(fleet, on_board, strict=True)]
    plan = Plan("test", DAY, 0, {route.shift: route for route in driven})
    now = draw(st.sampled_from((0, 0, 600, 1800)))
    problem = problem_of(draw(matrices(gaps)), fleet, made, now=now)
    if draw(st.booleans()):
        problem = problem_of(problem.travel, fleet, made, now=now, actuals=draw(reports(plan, problem)))
    return plan, problem


@st.composite
def waiting_routes(draw: st.DrawFn, carried: int = 5) -> tuple[Route, Problem]:
    """A route that waits here and there with people on board, and can be driven within all windows and limits.

    Now and then a driver has reported its first visits, not always in time.
    """
    names = [f"r{k}" for k in range(draw(st.integers(1, carried)))]
    shift = Shift(ShiftId("van1"), Vehicle("van1", (Load(99, 99),)), PLACES[0], PLACES[0], TimeWindow(ServiceTime(0), FOREVER))
    route, travel = draw(routes(shift, names)), draw(matrices(gaps=False))
    at, here, boarded = 0, PLACES[0], dict[str, int]()
    made = {name: Request(RequestId(name), here, here, ANY_TIME, ANY_TIME, EMPTY, 0) for name in names}
    for action, name in route.visits:
        place, request = draw(st.sampled_from(PLACES)), made[name]
        begins = at + travel(here, place) + draw(st.sampled_from((0, 0, 120, 600, 1500)))
        opens = begins - draw(st.sampled_from((0, 0, 60, 900, 3600)))
        window = TimeWindow(ServiceTime(opens), ServiceTime(begins + draw(st.sampled_from((0, 60, 240, 600, 1800)))))
        service_s = draw(st.sampled_from((0, 60)))
        at, here = begins + service_s, place
        if action is Action.BOARD:
            load = Load(draw(st.sampled_from((0, 1, 1, 5))))
            made[name] = replace(request, pickup=place, pickup_window=window, load=load, boarding_s=service_s)
            boarded[name] = at
        else:
            limit_s = begins - boarded[name] + draw(st.sampled_from((0, 0, 60, 900)))
            made[name] = replace(request, dropoff=place, dropoff_window=window, max_ride_s=limit_s, alighting_s=service_s)
    longest_s = draw(st.sampled_from((None, at + travel(here, PLACES[0]))))
    problem = problem_of(travel, [replace(shift, max_duration_s=longest_s)], made.values())
    seen = draw(st.sampled_from((0, 0, 1, 2)))
    if not seen:
        return route, problem
    route = replace(route, frozen=min(seen, len(route.visits)))
    problem = replace(problem, now=schedule(route, problem).calls[route.frozen - 1].depart)
    plan = Plan("test", DAY, 0, {route.shift: route})
    return route, replace(problem, actuals=draw(reports(plan, problem)))


@st.composite
def reports(draw: st.DrawFn, plan: Plan, problem: Problem) -> dict[Visit, Actual]:
    """What drivers reported of their first committed visits, now and then not of the very first: some minutes later than they
    were estimated, none after now."""
    said: dict[Visit, Actual] = {}
    for route in plan.routes.values():
        late_s = draw(st.integers(0, 15)) * 60
        told = draw(st.integers(0, route.frozen))
        for call in schedule(route, problem).calls[draw(st.sampled_from((0, 0, 1))) : told]:
            begin = min(call.begin + late_s, problem.now)
            depart = min(call.depart + late_s, problem.now)
            said[call.visit] = draw(
                st.sampled_from(
                    (
                        Actual(ServiceTime(begin), ServiceTime(begin), ServiceTime(depart)),
                        Actual(ServiceTime(begin), ServiceTime(begin)),
                        Actual(ServiceTime(begin)),
                        Actual(depart=ServiceTime(depart)),
                    )
                )
            )
    return said


def in_finer_units(problem: Problem, scale: int) -> Problem:
    """The same problem told in milliseconds, say: benchmarks have days of a milliard units."""

    def window(each: TimeWindow) -> TimeWindow:
        return TimeWindow(ServiceTime(each.earliest * scale), ServiceTime(each.latest * scale))

    def request(each: Request) -> Request:
        return replace(
            each,
            pickup_window=window(each.pickup_window),
            dropoff_window=window(each.dropoff_window),
            max_ride_s=each.max_ride_s * scale,
            boarding_s=each.boarding_s * scale,
            alighting_s=each.alighting_s * scale,
        )

    def shift(each: Shift) -> Shift:
        breaks = tuple(replace(a, window=window(a.window), duration_s=a.duration_s * scale) for a in each.breaks)
        longest_s = each.max_duration_s and each.max_duration_s * scale
        return replace(each, window=window(each.window), breaks=breaks, max_duration_s=longest_s)

    def actual(each: Actual) -> Actual:
        return Actual(*(at and ServiceTime(at * scale) for at in (each.arrive, each.begin, each.depart)))

    return replace(
        problem,
        now=ServiceTime(problem.now * scale),
        requests={key: request(each) for key, each in problem.requests.items()},
        shifts={key: shift(each) for key, each in problem.shifts.items()},
        travel=matrix_of(problem.travel.points, (problem.travel.seconds * scale).tolist()),
        actuals={key: actual(each) for key, each in problem.actuals.items()},
    )
