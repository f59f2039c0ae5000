"""When the van is where: each visit as early as it can be, passengers fetched no sooner than their ride limits want."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.model import Actual, Problem, RequestId, ShiftId
from routing.plan import Action, Plan, Route, Visit
from routing.schedule import schedule, schedules, task_of
from routing.units import ServiceTime, clock, parse_clock
from tests.builders import line_town, plan_of
from tests.routing.constraints import least_times
from tests.routing.worlds import worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 seats 8"


def test_every_visit_begins_as_early_as_it_can() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:00 boarding 1m alighting 30s", "bob School->Station from 8:20")
    plan = plan_of("van1 | +ann@Mill | +bob@School | -ann@Station | -bob@Station")

    # 8:00 + 4 = 8:04 at Mill; a minute to board and 6 to drive: 8:11 at School, but Bob comes at 8:20; + 5 = 8:25; + 30 s.
    assert TOWN.show(plan, problem) == (
        "van1 8:00 | 8:04 +ann@Mill | 8:20 +bob@School | 8:25 -ann@Station | 8:25:30 -bob@Station"
    )
    timed = schedules(plan, problem)[ShiftId("van1")]
    assert clock(timed.calls[1].arrive) == "8:11"
    assert [call.load.seats for call in timed.calls] == [1, 2, 1, 0]
    assert clock(timed.ends) == "8:40:30"  # 15 minutes home


def test_the_van_waits_before_ann_boards_rather_than_with_her_on_board() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:00 ride 13m", "bob School->Station from 8:20")
    plan = plan_of("van1 | +ann@Mill | +bob@School | -ann@Station | -bob@Station")

    # Bob is there at 8:20, so Station is 8:25; Ann may ride 13 minutes, so she boards at 8:12 and not at 8:04.
    assert TOWN.show(plan, problem) == ("van1 8:00 | 8:12 +ann@Mill | 8:20 +bob@School | 8:25 -ann@Station | 8:25 -bob@Station")


def test_nobody_is_made_late_to_keep_a_ride_short() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:00 until 8:10 ride 13m", "bob School->Station from 8:20")
    plan = plan_of("van1 | +ann@Mill | +bob@School | -ann@Station | -bob@Station")

    # Boarding at 8:12 would break the promise to fetch Ann by 8:10; her ride is 15 minutes then, and that is what `check` finds.
    assert TOWN.show(plan, problem).startswith("van1 8:00 | 8:10 +ann@Mill |")


def test_what_the_driver_reports_overrides_the_estimate() -> None:
    board = Visit(Action.BOARD, "ann")
    reported = Actual(parse_clock("8:07"), parse_clock("8:07"), parse_clock("8:09"))
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:00", now="8:10", actuals={board: reported})
    plan = plan_of("van1 | +ann@Mill || -ann@Station")

    # She left Mill at 8:09 and not at 8:04; the van was 2 minutes short of being due when asked at 8:10: 8:09 + 11 = 8:20.
    assert TOWN.show(plan.with_route(replace(plan.routes[ShiftId("van1")], frozen=2)), problem) == (
        "van1 8:00 | 8:07 +ann@Mill | 8:20 -ann@Station ||"
    )


def test_a_driver_who_has_not_reported_is_not_there_yet() -> None:
    board = Visit(Action.BOARD, "ann")
    reported = Actual(parse_clock("8:04"), parse_clock("8:04"), parse_clock("8:04"))
    plan = plan_of("van1 | +ann@Mill | -ann@Station ||")

    late = TOWN.problem(VAN, "ann Mill->Station", now="8:20", actuals={board: reported})
    silent = TOWN.problem(VAN, "ann Mill->Station", now="8:20")

    # Due at 8:15. Who reports, and has not yet, is there at 8:20 at best; who never reports is taken to be on time.
    assert TOWN.show(plan, late) == "van1 8:00 | 8:04 +ann@Mill | 8:20 -ann@Station ||"
    assert TOWN.show(plan, silent) == "van1 8:00 | 8:04 +ann@Mill | 8:15 -ann@Station ||"


def test_a_report_of_the_departure_alone_bounds_what_was_not_reported() -> None:
    board = Visit(Action.BOARD, "ann")
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:10", now="8:08", actuals={board: Actual(depart=parse_clock("8:06"))})

    timed = schedule(plan_of("van1 | +ann@Mill || -ann@Station").routes[ShiftId("van1")], problem)

    # The window opens at 8:10, yet they drove off at 8:06: she boarded by then.
    assert [clock(at) for at in (timed.calls[0].arrive, timed.calls[0].begin, timed.calls[0].depart)] == ["8:04", "8:06", "8:06"]


def test_a_vehicle_with_nothing_committed_sets_off_now_at_the_earliest() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station", now="9:00")

    assert TOWN.show(plan_of("van1 | +ann@Mill | -ann@Station"), problem) == "van1 9:00 | 9:04 +ann@Mill | 9:15 -ann@Station"


def test_a_shift_that_is_over_went_home_when_it_was_done() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station", now="23:00")

    timed = schedule(plan_of("van1 | +ann@Mill | -ann@Station ||").routes[ShiftId("van1")], problem)

    assert clock(timed.ends) == "8:30"


def test_a_passenger_whom_the_van_waited_for_was_fetched_as_planned_unless_somebody_says_otherwise() -> None:
    bob = "bob School->Station from 8:20"
    plan = plan_of("van1 | +ann@Mill || +bob@School | -ann@Station | -bob@Station")

    # Planned for 8:12 so that Ann rides 13 minutes; at 8:13 that is the past, and still the best guess without a report.
    silent = TOWN.problem(VAN, "ann Mill->Station from 8:00 ride 13m", bob, now="8:13")
    assert TOWN.show(plan, silent).startswith("van1 8:00 | 8:12 +ann@Mill || 8:20 +bob@School | 8:25 -ann@Station")
    # The driver has fetched her at 8:04: a fact, and now her ride will be too long.
    reported = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:04")] * 3)}
    told = TOWN.problem(VAN, "ann Mill->Station from 8:00 ride 13m", bob, now="8:13", actuals=reported)
    assert TOWN.show(plan, told).startswith("van1 8:00 | 8:04 +ann@Mill || 8:20 +bob@School | 8:25 -ann@Station")


def test_a_missed_passenger_costs_the_way_and_no_time() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station from 8:10 boarding 2m", "bob School->Station")

    shown = TOWN.show(plan_of("van1 | !ann@Mill || +bob@School | -bob@Station"), problem)

    assert shown == "van1 8:00 | 8:04 !ann@Mill || 8:10 +bob@School | 8:15 -bob@Station"


def test_a_break_waits_for_its_window_and_takes_its_time() -> None:
    problem = TOWN.problem(f"{VAN} break 9:00-9:30 30m Depot", "ann Mill->Station from 9:20")

    assert TOWN.show(plan_of("van1 | *van1-1 | +ann@Mill | -ann@Station"), problem) == (
        "van1 8:00 | 9:00 *van1-1@Depot | 9:34 +ann@Mill | 9:45 -ann@Station"
    )


def test_a_shift_of_limited_duration_sets_off_late() -> None:
    van = "van1 Depot 8:00-12:00 lasting 1h"
    problem = TOWN.problem(van, "ann Mill->School from 8:30 until 8:45", "bob School->Station from 9:15")
    plan = plan_of("van1 | +ann@Mill | -ann@School | +bob@School | -bob@Station")

    # Back at 9:35 after fetching Bob at 9:15, so off at 8:35 and not at 8:00: Mill at 8:39, long enough before 8:45.
    assert TOWN.show(plan, problem) == ("van1 8:35 | 8:39 +ann@Mill | 8:45 -ann@School | 9:15 +bob@School | 9:20 -bob@Station")
    assert clock(schedules(plan, problem)[ShiftId("van1")].ends) == "9:35"


def test_nobody_is_made_late_to_keep_a_shift_short() -> None:
    van = "van1 Depot 8:00-12:00 lasting 50m"
    problem = TOWN.problem(van, "ann Mill->School from 8:30 until 8:43", "bob School->Station from 9:15")
    plan = plan_of("van1 | +ann@Mill | -ann@School | +bob@School | -bob@Station")

    # Off at 8:45 the shift would be 50 minutes, and Ann fetched at 8:49; she was promised 8:43, 4 minutes from the depot.
    assert TOWN.show(plan, problem).startswith("van1 8:39 | 8:43 +ann@Mill |")


def test_a_van_that_was_seen_on_the_way_has_set_off_just_in_time() -> None:
    van = "van1 Depot 8:00-12:00 lasting 1h"
    plan = plan_of("van1 | +ann@Mill || -ann@School")
    seen = {Visit(Action.BOARD, "ann"): Actual(parse_clock("9:04"), parse_clock("9:10"))}
    problem = TOWN.problem(van, "ann Mill->School", now="9:12", actuals=seen)

    # Home at 9:12 + 6 + 10 = 9:28, so off at 8:28 keeps to the hour; it was not seen before 9:04.
    assert TOWN.show(plan, problem).startswith("van1 8:28 | 9:10 +ann@Mill || 9:18 -ann@School")


def is_kept(route: Route, problem: Problem) -> bool:
    """Whether the schedule keeps all windows, ride limits and hours."""
    timed, shift = schedule(route, problem), problem.shifts[route.shift]
    boarded = {call.visit.subject: call.depart for call in timed.calls if call.visit.action is Action.BOARD}
    for call in timed.calls:
        if call.begin > task_of(call.visit, shift, problem).window.latest:
            return False
        if call.visit.action is Action.ALIGHT:
            limit = problem.requests[RequestId(call.visit.subject)].max_ride_s
            if call.begin - boarded[call.visit.subject] > limit:
                return False
    if shift.max_duration_s is not None and timed.ends - timed.leaves > shift.max_duration_s:
        return False
    return timed.ends <= shift.window.latest


@given(worlds(gaps=False, hurry=False, limited=True))
@settings(max_examples=300, deadline=None)
def test_a_route_keeps_everything_just_when_the_constraints_can_be_met_and_then_as_early_as_possible(
    world: tuple[Plan, Problem],
) -> None:
    plan, problem = world
    problem = replace(problem, now=parse_clock("0:00"), actuals={})
    for route in plan.routes.values():
        free = replace(route, frozen=0)

        least = least_times(free, problem)

        assert is_kept(free, problem) == (least is not None)
        if least is not None:
            timed = schedule(free, problem)
            assert [timed.leaves, *(call.begin for call in timed.calls), timed.ends] == least


@given(worlds(limited=True))
@settings(max_examples=200, deadline=None)
def test_calls_follow_one_another_as_the_road_allows(world: tuple[Plan, Problem]) -> None:
    plan, problem = world
    for timed in schedules(plan, problem).values():
        assert timed.leaves >= problem.shifts[timed.shift].window.earliest
        if timed.calls and timed.calls[0].visit not in problem.actuals:
            start = problem.shifts[timed.shift].start
            assert timed.leaves + problem.travel(start, timed.calls[0].place) <= timed.calls[0].arrive
        for here, there in pairwise(timed.calls):
            if there.visit not in problem.actuals:
                assert here.depart + problem.travel(here.place, there.place) <= there.arrive <= there.begin <= there.depart
        assert all(call.arrive <= call.begin <= call.depart for call in timed.calls)


@given(
    worlds(gaps=False, hurry=False, limited=True),
    st.lists(st.tuples(st.integers(0, 9), st.integers(-9, 9)), min_size=1, max_size=6),
)
@settings(max_examples=150, deadline=None)
def test_time_that_passes_as_planned_changes_nothing(world: tuple[Plan, Problem], moments: list[tuple[int, int]]) -> None:
    """A visit is committed when its vehicle sets off for it; then every schedule is the one made in the morning."""
    plan, problem = world
    morning = replace(problem, now=parse_clock("0:00"), actuals={})
    for route in plan.routes.values():
        route = replace(route, frozen=0)
        calm = schedule(route, morning)
        planned = [call.begin for call in calm.calls]
        instants = sorted(planned[k] + 60 * minutes for k, minutes in moments if k < len(planned))
        for now in instants:
            later = replace(morning, now=ServiceTime(max(0, now)))
            calls, place, frozen = schedule(route, later).calls, later.shifts[route.shift].start, 0
            while frozen < len(calls) and planned[frozen] - later.travel(place, calls[frozen].place) <= later.now:
                place, frozen = calls[frozen].place, frozen + 1
            timed = schedule(replace(route, frozen=frozen), later)
            assert [call.begin for call in timed.calls] == planned
            assert timed.leaves == calm.leaves or frozen == 0  # nobody has set off
