"""The judge: each thing that can be wrong with a plan, by kind, visit and amount."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

import routing.check
from routing.check import Kind, Violation, frozen_moved, new_or_worse, violations
from routing.model import Actual, Problem, RequestId, ShiftId
from routing.plan import Action, Plan, Visit
from routing.schedule import Schedule, schedule
from routing.travel.matrix import UNREACHABLE_S
from routing.units import ServiceTime, parse_clock
from tests.builders import line_town, plan_of, town_of
from tests.routing.constraints import least_times
from tests.routing.worlds import in_finer_units, worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 seats 2"
VAN1 = ShiftId("van1")


def board(name: str) -> Visit:
    return Visit(Action.BOARD, name)


def alight(name: str) -> Visit:
    return Visit(Action.ALIGHT, name)


def judged(plan: str, *lines: str, now: str = "0:00", actuals: dict[Visit, Actual] | None = None) -> list[Violation]:
    return violations(plan_of(plan), TOWN.problem(*lines, now=now, actuals=actuals))


def test_a_plan_that_keeps_everything_has_no_violations() -> None:
    assert not judged("van1 | +ann@Mill | -ann@Station", VAN, "ann Mill->Station from 8:00 until 8:04 by 8:15 ride 11m party 2")


@pytest.mark.parametrize(
    ("plan", "asked", "expected"),
    [
        ("+ann | -ann", "ann Mill->Station until 8:03", Violation(Kind.LATE_PICKUP, VAN1, board("ann"), 60)),
        ("+ann | -ann", "ann Mill->Station by 8:13", Violation(Kind.LATE_DROPOFF, VAN1, alight("ann"), 120)),
        ("+ann | -ann", "ann Mill->Station ride 9m", Violation(Kind.RIDE, VAN1, alight("ann"), 120)),
        ("+ann | -ann", "ann Mill->Station from 11:50", Violation(Kind.SHIFT_END, VAN1, None, 16 * 60)),
        ("+ann", "ann Mill->Station", Violation(Kind.LEFT_ABOARD, VAN1, board("ann"), 1)),
        ("", "ann Mill->Station", Violation(Kind.UNSERVED, None, board("ann"), 1)),
        ("!ann", "ann Mill->Station", Violation(Kind.FALSE_MISS, VAN1, Visit(Action.MISSED, "ann"), 1)),
        ("+ann | -ann | +bob", "ann Mill->Station", Violation(Kind.UNKNOWN, VAN1, board("bob"), 1)),
        ("+ann | -ann | *van1-9", "ann Mill->Station", Violation(Kind.UNKNOWN, VAN1, Visit(Action.BREAK, "van1-9"), 1)),
    ],
)
def test_one_thing_wrong(plan: str, asked: str, expected: Violation) -> None:
    assert judged(f"van1 | {plan}", VAN, asked) == [expected]


def test_alighting_before_boarding_is_wrong_twice() -> None:
    found = judged("van1 | -ann | +ann", VAN, "ann Mill->Station")

    assert {violation.kind for violation in found} == {Kind.ORDER, Kind.LEFT_ABOARD}


def test_three_people_on_two_seats() -> None:
    found = judged("van1 | +ann | +bob | -ann | -bob", VAN, "ann Mill->Station party 2", "bob School->Station")

    assert found == [Violation(Kind.OVERLOAD, VAN1, board("bob"), 1)]


def test_folding_up_seats_makes_room_for_wheelchairs() -> None:
    van = "van1 Depot 8:00-12:00 layouts 4+0/1+2"
    together = "van1 | +ann | +cat | -ann | -cat"

    # Four seats, or one seat and two wheelchair places.
    assert not judged(together, van, "ann Mill->Station party 1", "cat School->Station wheelchairs 2")
    # Two on seats and one in a wheelchair: too many by one in either layout.
    assert judged(together, van, "ann Mill->Station party 2", "cat School->Station wheelchairs 1") == [
        Violation(Kind.OVERLOAD, VAN1, board("cat"), 1)
    ]


def test_breaks_are_taken_in_time_and_with_nobody_on_board() -> None:
    van = f"{VAN} break 8:30-9:00 30m Depot"
    ann = "ann Mill->Station from 8:50"

    assert judged("van1 | +ann | -ann", van, ann) == [Violation(Kind.BREAK_MISSING, VAN1, Visit(Action.BREAK, "van1-1"), 1)]
    # Station at 9:01, Depot at 9:16: the break begins 16 minutes late. With Ann on board it begins at 8:54.
    assert judged("van1 | +ann | -ann | *van1-1", van, ann) == [
        Violation(Kind.BREAK_LATE, VAN1, Visit(Action.BREAK, "van1-1"), 16 * 60)
    ]
    assert judged("van1 | +ann | *van1-1 | -ann", van, ann) == [
        Violation(Kind.BREAK_OCCUPIED, VAN1, Visit(Action.BREAK, "van1-1"), 1)
    ]


def test_the_same_visit_in_two_routes() -> None:
    found = judged("van1 | +ann | -ann\nvan2 | +ann | -ann", VAN, "van2 Depot 8:00-12:00", "ann Mill->Station")

    assert found == [Violation(Kind.TWICE, None, board("ann"), 1), Violation(Kind.TWICE, None, alight("ann"), 1)]


def test_a_place_without_a_road() -> None:
    town = town_of({"Depot": {"Mill": "4m"}, "Mill": {"Depot": "4m"}, "Island": {}})
    problem = town.problem("van1 Depot 8:00-12:00", "ann Mill->Island")

    found = violations(plan_of("van1 | +ann | -ann"), problem)

    assert Violation(Kind.NO_WAY, VAN1, alight("ann"), 1) in found
    assert problem.travel(problem.requests[RequestId("ann")].pickup, town.places["Island"]) == UNREACHABLE_S


def test_a_shift_takes_no_longer_than_it_may_however_late_it_sets_off() -> None:
    asked = ("ann Mill->School from 8:30 until 8:45", "bob School->Station from 9:15")
    plan = "van1 | +ann | -ann | +bob | -bob"

    # At Mill at 8:45 at the latest, so off at 8:41; Bob at 9:15, so back at 9:35: 54 minutes.
    assert not judged(plan, f"{VAN} lasting 54m", *asked)
    assert judged(plan, f"{VAN} lasting 50m", *asked) == [Violation(Kind.DURATION, VAN1, None, 4 * 60)]


def test_a_shift_that_serves_nobody_does_not_take_time() -> None:
    van = f"{VAN} lasting 1h break 8:00-8:00 30m Depot break 11:00-11:00 30m Depot"

    assert not judged("van1 | *van1-1 | *van1-2", van)
    # With Ann it's on the road from 8:00, and its second break ends at 11:30.
    found = judged("van1 | *van1-1 | +ann | -ann | *van1-2", van, "ann Mill->Station")
    assert found == [Violation(Kind.DURATION, VAN1, None, 2 * 3600 + 30 * 60)]


def test_who_boarded_last_alights_first_where_the_vehicle_is_built_so() -> None:
    asked = ("ann Depot->Station party 0", "bob Mill->Station party 0", "cat School->Station party 0")
    in_turn = "van1 | +ann | +bob | -bob | +cat | -cat | -ann"
    out_of_turn = "van1 | +ann | +bob | +cat | -ann | -cat | -bob"

    assert not judged(in_turn, f"{VAN} lifo", *asked)
    # Ann has to get past Bob and Cat; then Cat is the last, and Bob the only one.
    assert judged(out_of_turn, f"{VAN} lifo", *asked) == [Violation(Kind.OUT_OF_TURN, VAN1, alight("ann"), 2)]
    assert not judged(out_of_turn, VAN, *asked)


def test_one_more_in_the_way_is_worse() -> None:
    problem = TOWN.problem(f"{VAN} lifo", "ann Depot->School", "bob Mill->Station", "cat Mill->Station party 0")
    before = violations(plan_of("van1 | +ann | +bob | -ann | -bob"), problem)

    in_the_way = violations(plan_of("van1 | +ann | +bob | +cat | -ann | -cat | -bob"), problem)
    afterwards = violations(plan_of("van1 | +ann | +bob | -ann | +cat | -cat | -bob"), problem)

    assert new_or_worse(before, in_the_way) == [Violation(Kind.OUT_OF_TURN, VAN1, alight("ann"), 2)]
    assert not new_or_worse(before, afterwards)


def test_a_shift_too_long_already_may_stay_so_but_get_no_longer() -> None:
    before = [Violation(Kind.DURATION, VAN1, None, 120)]

    assert not new_or_worse(before, [Violation(Kind.DURATION, VAN1, None, 120)])
    longer = [Violation(Kind.DURATION, VAN1, None, 121), Violation(Kind.DURATION, ShiftId("van2"), None, 1)]
    assert new_or_worse(before, longer) == longer


def test_what_was_driven_early_is_told() -> None:
    early = Actual(parse_clock("8:05"), parse_clock("8:05"), parse_clock("8:06"))

    found = judged("van1 | +ann || -ann", VAN, "ann Mill->Station from 8:10", now="8:06", actuals={board("ann"): early})

    assert found == [Violation(Kind.EARLY, VAN1, board("ann"), 5 * 60)]


def test_a_schedule_that_can_not_be_driven_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station boarding 1m", now="8:00")
    plan = plan_of("van1 | +ann | -ann")

    def teleports(*_: object) -> Schedule:
        honest = schedule(plan.routes[VAN1], problem)
        first, last = honest.calls
        begin = ServiceTime(last.begin - 300)
        soon = ServiceTime(first.arrive - 120)
        calls = (first._replace(arrive=soon, begin=soon, depart=soon), last._replace(arrive=begin, begin=begin, depart=begin))
        return replace(honest, calls=calls, ends=begin, leaves=ServiceTime(honest.leaves - 60))

    monkeypatch.setattr(routing.check, "schedule", teleports)

    assert violations(plan, problem) == [
        Violation(Kind.SHIFT_BEGIN, VAN1, None, 60),
        Violation(Kind.TIMING, VAN1, board("ann"), 60),  # 7:59 + 4 is 8:03, not 8:02; and no minute for boarding
        Violation(Kind.PAST, VAN1, board("ann"), 120),
        Violation(Kind.TIMING, VAN1, alight("ann"), 120),
        Violation(Kind.TIMING, VAN1, None, 15 * 60),
    ]


def test_a_late_van_may_stay_as_late_as_it_is_but_not_later() -> None:
    before = [Violation(Kind.LATE_PICKUP, VAN1, board("ann"), 120)]

    assert not new_or_worse(before, [Violation(Kind.LATE_PICKUP, ShiftId("van2"), board("ann"), 120)])
    later = Violation(Kind.LATE_PICKUP, VAN1, board("ann"), 121)
    other = Violation(Kind.LATE_PICKUP, VAN1, board("bob"), 1)
    assert new_or_worse(before, [later, other]) == [later, other]


def test_what_is_committed_may_not_move() -> None:
    plan = plan_of("van1 | +ann | +bob || -ann | -bob")

    assert not frozen_moved(plan, plan_of("van1 | +ann | +bob | -bob | -ann"))
    assert frozen_moved(plan, plan_of("van1 | +bob | +ann | -ann | -bob")) == [
        Violation(Kind.FROZEN, VAN1, board("ann"), 1),
        Violation(Kind.FROZEN, VAN1, board("bob"), 1),
    ]
    assert frozen_moved(plan, plan_of("van2 | +ann | +bob")) == frozen_moved(plan, plan_of("van1"))


@given(worlds(limited=True))
@settings(max_examples=200, deadline=None)
def test_no_plan_is_worse_than_itself_and_schedules_are_never_found_out(world: tuple[Plan, Problem]) -> None:
    plan, problem = world

    found = violations(plan, problem)

    assert not new_or_worse(found, found)
    assert not {Kind.TIMING, Kind.PAST, Kind.SHIFT_BEGIN} & {violation.kind for violation in found}


@given(worlds(gaps=False, limited=True))
@settings(max_examples=60, deadline=None)
def test_no_matter_in_what_units_time_is_told(world: tuple[Plan, Problem]) -> None:
    plan, problem = world

    found = violations(plan, problem)

    finer = [each._replace(amount=each.amount * 1000) if "(s)" in each.kind else each for each in found]
    assert violations(plan, in_finer_units(problem, 1000)) == finer


OF_TIMES = {Kind.EARLY, Kind.LATE_PICKUP, Kind.LATE_DROPOFF, Kind.BREAK_LATE, Kind.RIDE, Kind.DURATION, Kind.SHIFT_END}


@given(worlds(gaps=False, hurry=False, limited=True))
@settings(max_examples=200, deadline=None)
def test_the_judge_finds_no_fault_with_times_just_when_there_are_times_without_fault(world: tuple[Plan, Problem]) -> None:
    plan, problem = world
    problem = replace(problem, now=ServiceTime(0), actuals={})
    plan = plan.with_routes({shift: replace(route, frozen=0) for shift, route in plan.routes.items()})

    at_fault = {found.shift for found in violations(plan, problem) if found.kind in OF_TIMES}

    for route in plan.routes.values():
        if any(visit.action is not Action.BREAK for visit in route.visits):
            assert (route.shift in at_fault) == (least_times(route, problem) is None)


@given(worlds(gaps=False, limited=True))
@settings(max_examples=200, deadline=None)
def test_the_judge_counts_what_a_clerk_would_count(world: tuple[Plan, Problem]) -> None:
    """Loads, turns, rides and windows once more, the slow way: from who is on board at each moment."""
    plan, problem = world
    expected: set[tuple[Kind, Visit, int]] = set()
    for route in plan.routes.values():
        calls, layouts = schedule(route, problem).calls, problem.shifts[route.shift].vehicle.layouts
        for index, call in enumerate(calls):
            done = [each.visit for each in calls[: index + 1]]
            aboard = [r for r in problem.requests.values() if board(r.id) in done and alight(r.id) not in done]
            seats, wheelchairs = sum(r.load.seats for r in aboard), sum(r.load.wheelchairs for r in aboard)
            over = min(max(0, seats - fit.seats) + max(0, wheelchairs - fit.wheelchairs) for fit in layouts)
            expected |= {(Kind.OVERLOAD, call.visit, over)} if over else set()
            if call.visit.action is Action.BREAK:
                expected |= {(Kind.BREAK_OCCUPIED, call.visit, seats + wheelchairs)} if aboard else set()
                late = call.begin - problem.shifts[route.shift].get_break(call.visit.subject).window.latest
                expected |= {(Kind.BREAK_LATE, call.visit, late)} if late > 0 else set()
                continue
            request = problem.requests[RequestId(call.visit.subject)]
            if call.visit.action is Action.BOARD:
                late = call.begin - request.pickup_window.latest
                expected |= {(Kind.LATE_PICKUP, call.visit, late)} if late > 0 else set()
                continue
            later = [r for r in aboard if done.index(board(r.id)) > done.index(board(request.id))]
            if later and problem.shifts[route.shift].vehicle.last_in_first_out:
                expected.add((Kind.OUT_OF_TURN, call.visit, len(later)))
            late = call.begin - request.dropoff_window.latest
            expected |= {(Kind.LATE_DROPOFF, call.visit, late)} if late > 0 else set()
            over_ride = call.begin - calls[done.index(board(request.id))].depart - request.max_ride_s
            expected |= {(Kind.RIDE, call.visit, over_ride)} if over_ride > 0 else set()

    found = violations(plan, problem)

    told = {(v.kind, v.visit, v.amount) for v in found if v.kind not in (Kind.SHIFT_END, Kind.DURATION, Kind.EARLY)}
    assert told == expected
