"""Each rule of the routing library's model on its own: what the model does where it may, and leaves where it may not."""

from __future__ import annotations

import pytest

from routing.check import Kind, violations
from routing.model import Actual, Problem
from routing.optimise.ortools_descent import descend
from routing.optimise.standing import standings
from routing.optimise.tolerance import Tolerance
from routing.plan import Action, Plan, Visit
from routing.units import parse_clock
from tests.builders import line_town, plan_of
from tests.routing.optimising import WEIGHTS

TOWN = line_town("Depot 4m Mill 6m School 5m Station")


def finds(plan: Plan, problem: Problem) -> set[str]:
    """What the library comes by on its way down, as visits, before any guard has looked at it."""
    before = violations(plan, problem)
    found = descend(plan, standings(plan, problem, before), problem, WEIGHTS, Tolerance.of(before), seconds=20)
    return {visits(each) for each in found}


def visits(plan: Plan) -> str:
    return " / ".join(" ".join(visit.action + visit.subject for visit in route.visits) for route in plan.routes.values())


TWO_VANS = "van1 | +ann | -ann\nvan2 | +bob | -bob"
SHARED = {"+ann +bob -bob -ann / ", "+ann +bob -ann -bob / ", " / +ann +bob -bob -ann", " / +ann +bob -ann -bob"}


@pytest.mark.parametrize(
    ("rule", "van", "ann", "bob", "shared"),
    [
        ("none", "seats 8", "", "", True),
        ("latest boarding, just met", "seats 8", "from 8:05", "until 8:11", True),
        ("latest boarding", "seats 8", "from 8:05", "until 8:10", False),
        ("ride, just met", "seats 8", "until 8:04 ride 16m", "from 8:15 until 8:20", True),
        ("ride", "seats 8", "until 8:04 ride 15m", "from 8:15 until 8:20", False),
        ("arrival, just met", "seats 8", "until 8:04 by 8:20", "from 8:15 until 8:20", True),
        ("arrival", "seats 8", "until 8:04 by 8:19", "from 8:15 until 8:20", False),
        ("seats", "seats 1", "by 8:20", "until 8:15", False),
        ("a folded seat, just free", "layouts 3+0/1+1", "wheelchairs 1 by 8:20", "until 8:15", True),
        ("a folded seat", "layouts 3+0/1+1", "wheelchairs 1 by 8:20", "party 2 until 8:15", False),
        ("duration, just met", "lasting 35m", "until 8:04", "from 8:15 until 8:20", True),
        ("duration", "lasting 34m", "until 8:04", "from 8:15 until 8:20", False),
        ("duration, just met by setting off a minute late", "lasting 34m", "from 8:05 until 8:05", "from 8:15 until 8:20", True),
        ("wheelchair places", "layouts 3+0/1+1", "wheelchairs 1 by 8:20", "wheelchairs 1 until 8:15", False),
    ],
)
def test_two_rides_share_a_van_where_every_rule_allows_it(rule: str, van: str, ann: str, bob: str, shared: bool) -> None:
    ann, bob = (words if "from" in words else f"{words} from 8:00" for words in (ann, bob))
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 {van}", f"van2 Depot 8:00-12:00 {van}",
        f"ann Mill->Station {ann}", f"bob School->Station {bob}",
    )  # fmt: skip
    plan = plan_of(TWO_VANS)
    assert violations(plan, problem) == []

    assert bool(finds(plan, problem) & SHARED) == shared, rule


@pytest.mark.parametrize(("van", "crossing"), [("", True), (" lifo", False)])
def test_nobody_gets_past_who_boarded_later_where_the_vehicle_empties_last_in_first_out(van: str, crossing: bool) -> None:
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00{van}", f"van2 Depot 8:00-12:00{van}",
        "ann Depot->School from 8:00 until 8:00", "bob Mill->Station from 8:00 until 8:05",
    )  # fmt: skip

    # One van could take both, but Ann would have to get past Bob at School.
    found = finds(plan_of(TWO_VANS), problem)
    assert bool(found & {"+ann +bob -ann -bob / ", " / +ann +bob -ann -bob"}) == crossing


@pytest.mark.parametrize(("van", "crossing"), [("", True), (" lifo", False)])
def test_nor_past_who_boards_while_they_are_on_board_already(van: str, crossing: bool) -> None:
    facts = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:00")] * 3)}
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 to Station{van}", "van2 Depot 8:00-12:00", "ann Depot->School",
        "bob Mill->Station until 8:05", now="8:00", actuals=facts,
    )  # fmt: skip
    found = finds(plan_of("van1 | +ann || -ann\nvan2 | +bob | -bob"), problem)

    assert ("+ann +bob -ann -bob / " in found) == crossing


@pytest.mark.parametrize(("van", "past"), [("", True), (" lifo", False)])
def test_nor_do_those_get_past_one_another_who_are_on_board_already(van: str, past: bool) -> None:
    facts = {Visit(Action.BOARD, name): Actual(*[parse_clock("8:04")] * 3) for name in ("ann", "bob")}
    problem = TOWN.problem(
        f"van1 Mill 8:00-12:00 to Station{van}", "ann Mill->School", "bob Mill->Station", now="8:05", actuals=facts
    )

    # To bring Ann to School first is no detour, but she sits behind Bob.
    assert bool(finds(plan_of("van1 | +ann | +bob || -bob | -ann"), problem)) == past


def test_last_in_first_out_does_not_bind_those_who_travel_one_after_the_other_or_inside_one_another() -> None:
    facts = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:00")] * 3)}
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 lifo", "van2 Depot 8:00-12:00", "van3 Depot 8:00-12:00", "ann Depot->Station",
        "bob Mill->School until 8:05", "cid Station->Depot from 8:30", now="8:00", actuals=facts,
    )  # fmt: skip

    found = finds(plan_of("van1 | +ann || -ann\nvan2 | +bob | -bob\nvan3 | +cid | -cid"), problem)

    assert "+ann +bob -bob -ann +cid -cid /  / " in found


@pytest.mark.parametrize(("lasting", "more"), [("34m", True), ("33m", False)])
def test_the_duration_of_a_shift_that_has_set_off_counts_from_when_it_did(lasting: str, more: bool) -> None:
    facts = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:04")] * 3)}
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 lasting {lasting}", "van2 Depot 8:00-12:00", "ann Mill->Station",
        "bob School->Station from 8:14 until 8:20", now="8:05", actuals=facts,
    )  # fmt: skip

    # Van1 left the depot at 8:00. With Bob at 8:14 it is at the Station at 8:19 and home at 8:34.
    found = finds(plan_of("van1 | +ann || -ann\nvan2 | +bob | -bob"), problem)
    assert any(each.startswith(("+ann +bob -ann -bob", "+ann +bob -bob -ann")) for each in found) == more


@pytest.mark.parametrize(("party", "through"), [("party 1", False), ("party 0", True)])
def test_a_break_on_the_way_is_not_taken_with_somebody_on_board(party: str, through: bool) -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00 break 8:10-8:12 20m School", f"ann Mill->Station from 8:00 until 9:00 {party}")

    # 42 min of driving with the break first, 30 with the break on the way. A parcel, as a party of 0, may stay on board.
    assert ("+ann *van1-1 -ann" in finds(plan_of("van1 | *van1-1 | +ann | -ann"), problem)) == through


def test_breaks_stay_with_their_driver() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00 break 8:00-10:00 20m Station", "van2 Station 8:00-12:00 to Station")

    # The other van is at the Station already, but it is not its driver who has to rest.
    assert finds(plan_of("van1 | *van1-1\nvan2"), problem) == set()


def test_who_is_on_board_alights_from_the_same_vehicle_which_counts_them() -> None:
    facts = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:04")] * 3)}

    def found(seats: int) -> set[str]:
        problem = TOWN.problem(
            f"van1 Depot 8:00-12:00 seats {seats}", "van2 Mill 8:00-12:00 to Mill",
            "ann Mill->Station from 8:00", "bob School->Station from 8:00 until 9:00", now="8:05", actuals=facts,
        )  # fmt: skip
        return finds(plan_of("van1 | +ann || -ann\nvan2 | +bob | -bob"), problem)

    assert found(seats=2) & {"+ann +bob -bob -ann / ", "+ann +bob -ann -bob / "}
    # With one seat Bob comes after Ann, or stays with the other van.
    assert not any("+bob" in each.split("-ann")[0] and each.startswith("+ann +bob") for each in found(seats=1))
    assert all(each.split(" / ")[0].split().count("-ann") == 1 for each in found(seats=1))


@pytest.mark.parametrize(("ride", "detour"), [("25m", True), ("15m", False)])
def test_the_ride_of_who_is_on_board_has_begun_already(ride: str, detour: bool) -> None:
    facts = {Visit(Action.BOARD, "ann"): Actual(*[parse_clock("8:04")] * 3)}
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 to Station", f"ann Mill->Station from 8:00 ride {ride}", "bob Mill->School from 8:10 until 9:00",
        now="8:05", actuals=facts,
    )  # fmt: skip

    # To wait for Bob at the Mill until 8:10 brings Ann to the Station at 8:21, after 17 min.
    assert ("+ann +bob -bob -ann" in finds(plan_of("van1 | +ann || -ann | +bob | -bob"), problem)) == detour


def test_committed_visits_come_first_and_in_their_order() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00", "ann Station->School from 8:00", "bob Mill->School from 8:00", now="8:01")

    assert all(each.startswith("+ann") for each in finds(plan_of("van1 | +ann || +bob | -bob | -ann"), problem))
    assert any(each.startswith("+bob") for each in finds(plan_of("van1 | +ann | +bob | -bob | -ann"), problem))


@pytest.mark.parametrize(("until", "after"), [("8:37", True), ("8:36", False)])
@pytest.mark.parametrize("told", [False, True])
def test_what_follows_a_committed_visit_is_not_set_off_for_before_now(told: bool, until: str, after: bool) -> None:
    calls = {Visit(Action.BOARD, "ann"): "8:00", Visit(Action.ALIGHT, "ann"): "8:04"}
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Station 8:00-12:00 to Station",
        "ann Depot->Mill from 8:00", f"bob School->Mill from 8:00 until {until}", now="8:31",
        actuals={visit: Actual(*[parse_clock(at)] * 3) for visit, at in calls.items() if told},
    )  # fmt: skip
    plan = plan_of("van1 | +ann | -ann ||\nvan2 | +bob | -bob")

    # Whether the driver tells or not, Ann left the van at the Mill at 8:04. From there it is 6 min to School: 8:37.
    assert ("+ann -ann +bob -bob / " in finds(plan, problem)) == after


@pytest.mark.parametrize(("until", "after"), [("8:46", True), ("8:45", False)])
def test_what_a_driver_who_reports_has_not_reported_has_not_begun(until: str, after: bool) -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00", "van2 Station 8:00-12:00 to Station",
        "zoe Depot->Mill from 8:00", "ann Mill->Depot from 8:00 boarding 10m", f"bob School->Mill from 8:00 until {until}",
        now="8:30", actuals={Visit(Action.BOARD, "zoe"): Actual(*[parse_clock("8:00")] * 3)},
    )  # fmt: skip
    plan = plan_of("van1 | +zoe | +ann || -zoe | -ann\nvan2 | +bob | -bob")

    # Ann begins to board at 8:30 at the earliest, not at 8:04. The van leaves her stop at 8:40 and is at School at 8:46.
    assert any(each.startswith("+zoe +ann") and "+bob" in each.split(" / ")[0] for each in finds(plan, problem)) == after


@pytest.mark.parametrize(
    ("kind", "van", "ann", "plan"),
    [
        (Kind.LATE_PICKUP, "8:00-12:00", "until 8:03", "+ann | -ann"),
        (Kind.LATE_DROPOFF, "8:00-12:00", "by 8:14", "+ann | -ann"),
        (Kind.RIDE, "8:00-12:00", "until 8:10 ride 10m", "+ann | -ann"),
        (Kind.SHIFT_END, "8:00-8:29", "until 8:10", "+ann | -ann"),
        (Kind.OVERLOAD, "8:00-12:00 seats 2", "until 8:10 party 3", "+ann | -ann"),
        (Kind.OVERLOAD, "8:00-12:00 layouts 4+0/2+1", "until 8:10 party 3 wheelchairs 1", "+ann | -ann"),
        (Kind.DURATION, "8:00-12:00 lasting 29m", "until 8:10", "+ann | -ann"),
        (Kind.BREAK_LATE, "8:00-12:00 break 8:00-8:14 20m Station", "until 8:10", "+ann | -ann | *van1-1"),
    ],
)
def test_what_is_broken_already_is_no_reason_not_to_start(kind: Kind, van: str, ann: str, plan: str) -> None:
    problem = TOWN.problem(
        f"van1 Depot {van}", "van2 Depot 8:00-12:00", "van3 School 8:00-12:00",
        f"ann Mill->Station from 8:00 {ann}", "bob School->Station from 8:00",
    )  # fmt: skip
    start = plan_of(f"van1 | {plan}\nvan2 | +bob | -bob\nvan3")
    assert [found.kind for found in violations(start, problem)][:1] == [kind]

    # Bob need not be fetched from the depot, and nothing of what is broken already forbids that.
    assert finds(start, problem)


@pytest.mark.parametrize(
    ("van", "plan"),
    [
        ("lasting 10m break 9:00-9:10 30m Depot", "*van1-1"),
        ("lifo", "+ann | +cid | -ann | -cid"),
    ],
)
def test_a_route_that_the_model_can_not_hold_keeps_no_other_from_getting_better(van: str, plan: str) -> None:
    problem = TOWN.problem(
        f"van1 Depot 8:00-12:00 {van}", "van2 Depot 8:00-12:00", "van3 School 8:00-12:00 to Station",
        "ann Mill->School", "cid Mill->Station", "bob School->Station from 8:00",
    )  # fmt: skip

    found = finds(plan_of(f"van1 | {plan}\nvan2 | +bob | -bob\nvan3"), problem)

    assert {each.split(" / ", 1)[1] for each in found} == {" / +bob -bob"}


def test_a_shift_that_is_over_and_never_began_is_no_reason_not_to_start() -> None:
    problem = TOWN.problem(
        "van1 Depot 6:00-8:00",
        "van2 Depot 8:00-12:00",
        "van3 School 8:00-12:00 to Station",
        "bob School->Station from 8:00",
        now="8:30",
    )

    assert finds(plan_of("van1\nvan2 | +bob | -bob\nvan3"), problem) == {" /  / +bob -bob"}


@pytest.mark.parametrize(("ends", "taken"), [("8:40", True), ("8:39", False)])
def test_a_shift_is_home_in_time(ends: str, taken: bool) -> None:
    problem = TOWN.problem(
        f"van1 Depot 8:00-{ends}", "van2 Depot 8:00-8:39", "ann Depot->Station from 8:00",
        "bob Mill->Depot from 8:21 boarding 10m",
    )  # fmt: skip
    plan = plan_of("van1 | +ann | -ann\nvan2 | +bob | -bob")

    # Back from the Station van1 is at the Mill at 8:26, has Bob's luggage on board at 8:36 and is home at 8:40.
    assert any(each.startswith("+ann -ann +bob -bob") for each in finds(plan, problem)) == taken


def test_lateness_that_need_not_be_costs() -> None:
    problem = TOWN.problem(
        "van1 Depot 8:00-12:00 seats 1", "van2 Depot 8:00-12:00 seats 1",
        "ann Mill->Station from 8:00 until 8:05", "bob School->Depot from 8:00 until 8:30", now="8:20",
    )  # fmt: skip

    # Ann waits until 8:44 for van1 to bring Bob home. Sending both vans drives as far, but Ann gets on at 8:24.
    found = finds(plan_of("van1 | +bob | -bob | +ann | -ann\nvan2"), problem)
    assert found & {"+bob -bob / +ann -ann", "+ann -ann / +bob -bob"}


def test_a_shift_that_has_not_set_off_may_do_so_sooner_than_it_does_as_planned() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00 lasting 30m", "ann Mill->School from 9:00", now="8:10")
    plan = plan_of("van1 | +ann | -ann")

    # As planned it sets off at 8:46, to be back within half an hour: in another order, or with others, that may be too late.
    (standing,) = standings(plan, problem, violations(plan, problem))
    assert (standing.timed.leaves, standing.leaves) == (parse_clock("8:46"), parse_clock("8:10"))
