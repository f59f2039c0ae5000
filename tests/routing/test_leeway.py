"""By how little a rule would have to give: told to the second, and tried."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings

from routing.check import Kind, new_or_worse, violations
from routing.leeway import PRICES, Relaxation, Rule, relaxations
from routing.model import Problem, Request, TimeWindow
from routing.plan import Plan
from routing.units import parse_clock
from tests.builders import line_town, plan_of, town_of, with_requests
from tests.routing.worlds import requests, worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 layouts 4+0/2+1"


def relaxed(plan: str, lines: list[str], wish: str, van: str = VAN) -> dict[Rule, Relaxation]:
    found = relaxations(plan_of(f"van1 | {plan}"), TOWN.request(wish), TOWN.problem(van, *lines))
    return {each.rule: each for each in found}


def amounts(found: dict[Rule, Relaxation]) -> dict[Rule, int]:
    return {rule: each.amount for rule, each in found.items()}


def test_a_detour_four_minutes_too_long_for_ann() -> None:
    found = relaxed("+ann | -ann", ["ann School->Mill until 8:10 ride 12m"], "bob School->Station until 8:10 by 8:15")

    # Bob is taken to Station at 8:15 with Ann on board, who is at Mill at 8:26: 16 minutes instead of the 12 she may ride.
    # Or later: Ann is at Mill at 8:16, Bob at School at 8:22 and at Station at 8:27, by 8:15 it should be.
    # Or sooner, for he would come at any time: from the depot at 7:50 to School and Station and back for Ann at 8:10.
    assert amounts(found) == {Rule.DETOUR: 4 * 60, Rule.LATER: 12 * 60, Rule.SHIFT: 10 * 60}
    assert found[Rule.DETOUR].whom == ("ann",)
    assert found[Rule.LATER].insertion.pickup_begin == 8 * 3600 + 22 * 60


def test_a_break_that_would_have_to_wait() -> None:
    found = relaxed("*van1-1", [], "bob Depot->Mill from 9:10 until 9:20 by 9:24", f"{VAN} break 9:00-9:00 30m Depot")

    # Bob at 9:20, the break from 8:50 on; after him it would begin at 9:18 only. Or Bob after the break, at 9:30; or before
    # it, at 8:52, for the van has to be back from Mill at 9:00.
    assert amounts(found) == {Rule.BREAK: 10 * 60, Rule.LATER: 10 * 60, Rule.EARLIER: 18 * 60}
    assert found[Rule.BREAK].whom == ("van1-1",)


def test_overtime_and_a_shift_that_is_too_long() -> None:
    # Boarding at 11:44 he is at Station at 11:55, and the van back at 12:10.
    ends = relaxed("", [], "bob Mill->Station from 11:44 until 11:50")
    assert amounts(ends) == {Rule.SHIFT: 10 * 60, Rule.EARLIER: 10 * 60}

    # Out for 30 minutes, whenever that is.
    lasts = relaxed("", [], "bob Mill->Station", "van1 Depot 8:00-12:00 lasting 25m")
    assert amounts(lasts) == {Rule.SHIFT: 5 * 60}


def test_seats_and_places() -> None:
    three = "Mill->Station party 3 from 8:00 until 8:04 by 8:15"
    party = relaxed("+ann | -ann", [f"ann {three}"], f"bob {three}")
    chair = relaxed("", [], "bob Mill->Station wheelchairs 2")

    # Six people on four seats; or Bob's three wait until Ann's are at Station at 8:15, and the van is at Mill again at 8:26.
    assert amounts(party) == {Rule.SEATS: 2, Rule.LATER: 22 * 60}
    assert amounts(chair) == {Rule.WHEELCHAIR: 1}


def test_those_who_stand_before_the_door() -> None:
    lines = ["ann Depot->School from 8:00 until 8:00 by 8:10"]

    found = relaxed("+ann | -ann", lines, "bob Mill->Station from 8:04 until 8:04 by 8:15", "van1 Depot 8:00-12:00 lifo")

    # Once Ann is at School the van is at Mill again at 8:16.
    assert amounts(found) == {Rule.IN_THE_WAY: 1, Rule.LATER: 12 * 60}


def test_the_cheapest_is_what_is_told_first() -> None:
    plan, lines = plan_of("van1 | +ann | -ann"), ["ann School->Mill until 8:10 ride 12m"]
    wish, problem = TOWN.request("bob School->Station until 8:10 by 8:15"), TOWN.problem(VAN, *lines)

    # Two for each of Ann's 240 seconds, one for each of Bob's own 720, four for each of 600 that the driver begins earlier.
    assert [each.rule for each in relaxations(plan, wish, problem)] == [Rule.DETOUR, Rule.LATER, Rule.SHIFT]
    patient = relaxations(plan, wish, problem, prices={**PRICES, Rule.DETOUR: 10})
    assert [each.rule for each in patient] == [Rule.LATER, Rule.DETOUR, Rule.SHIFT]


def test_nothing_is_told_that_would_be_too_much() -> None:
    plan, lines = plan_of("van1 | +ann | -ann"), ["ann School->Mill until 8:10 ride 12m"]
    wish, problem = TOWN.request("bob School->Station until 8:10 by 8:15"), TOWN.problem(VAN, *lines)

    def told(most_s: int, closes: str) -> list[Rule]:
        within = TimeWindow(parse_clock("8:00"), parse_clock(closes))
        return [each.rule for each in relaxations(plan, wish, problem, most_s=most_s, within=within)]

    # Bob would be at Station at 8:27, when the service may be closed.
    assert told(720, "8:27") == [Rule.DETOUR, Rule.LATER, Rule.SHIFT]
    assert told(720, "8:26") == [Rule.DETOUR, Rule.SHIFT]
    assert told(719, "8:27") == [Rule.DETOUR, Rule.SHIFT]
    assert told(599, "8:27") == [Rule.DETOUR]
    assert told(239, "8:27") == []


def test_nothing_has_to_give_where_there_is_room_and_nothing_helps_without_a_road() -> None:
    town = town_of({"Depot": {"Mill": "4m"}, "Island": {}})

    assert relaxations(plan_of("van1"), TOWN.request("bob Mill->Station"), TOWN.problem(VAN)) == []
    assert relaxations(plan_of("van1"), town.request("bob Mill->Island"), town.problem(VAN)) == []
    assert relaxations(plan_of(""), TOWN.request("bob Mill->Station"), TOWN.problem()) == []


@given(worlds(limited=True), requests("new"))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_what_is_told_breaks_that_rule_alone_and_by_that_amount(world: tuple[Plan, Problem], request: Request) -> None:
    plan, problem = world
    asked = with_requests(problem, request)
    before = violations(plan, asked)
    # Where somebody is late already, more leeway for one ride changes which of the others is delayed.
    assume(all(each.kind in (Kind.UNSERVED, Kind.RIDE, Kind.BREAK_MISSING) for each in before))
    for found in relaxations(plan, request, problem):
        worse = new_or_worse(before, violations(found.insertion.into(plan), asked))

        assert worse  # or it would have fitted as it is
        if found.rule is Rule.DETOUR:
            assert {each.kind for each in worse} == {Kind.RIDE}
            assert {each.visit.subject for each in worse if each.visit} == set(found.whom)
            known = {each.visit: each.amount for each in before if each.kind is Kind.RIDE}
            assert all(each.amount <= known.get(each.visit, 0) + found.amount for each in worse)
