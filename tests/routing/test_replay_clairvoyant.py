"""The same day with all wishes known before; and room that is made by moving others."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.check import violations
from routing.cost import Weights
from routing.insertion import find_best_insertion
from routing.model import Problem
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit
from routing.plan import Plan
from routing.replay.clairvoyant import Search, clairvoyant
from routing.replay.driving import driven
from routing.replay.engine import replay
from routing.replay.events import Alighted, Boarded, Home, Rested, SetOff
from routing.replay.promises import journeys
from routing.replay.report import report
from routing.replay.telling import told
from routing.replay.values import Conduct
from routing.wishes import OfferRules
from tests.builders import plan_of
from tests.routing.replays import TOWN, day, impossible, random_demand

QUICK = Search(Conduct(), rounds=12)


def test_who_knows_all_wishes_turns_the_one_away_that_fills_the_van() -> None:
    # Back from Station with the whole van it is 8:31:30, too late for anybody else. Without it two short trips fit.
    demand = day(
        TOWN,
        ["van1 Depot 8:00-8:35 seats 8"],
        "6:00 ann Depot->Station leave 8:00 party 8",
        "6:01 bob Depot->Mill leave 8:00",
        "6:02 cy Depot->Mill leave 8:00",
        hours="8:00-8:35",
    )

    lived = list(replay(demand, Conduct()))
    hindsight = clairvoyant(demand, QUICK, lived)

    assert [journey.promise.id for journey in journeys(lived)] == ["ann"]
    assert set(hindsight.told) == {"bob", "cy"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_more_beginnings_serve_no_fewer(seed: int) -> None:
    demand = random_demand(seed, wishes=20)
    lived = list(replay(demand, Conduct()))

    few, more = (clairvoyant(demand, Search(Conduct(), rounds=6, starts=starts), lived) for starts in (1, 3))

    assert len(few.told) <= len(more.told)


def test_the_lived_day_is_not_all_that_is_begun_with() -> None:
    # Ann with the whole van came first. Without a single round of ruin nobody who begins there finds that two others fit instead.
    demand = day(
        TOWN,
        ["van1 Depot 8:00-8:35 seats 8"],
        "6:00 bob Depot->Mill leave 8:00",
        "6:01 cy Depot->Mill leave 8:00",
        "5:59 ann Depot->Station leave 8:00 party 8",
        hours="8:00-8:35",
    )
    lived = list(replay(demand, Conduct()))

    assert [journey.promise.id for journey in journeys(lived)] == ["ann"]
    assert set(clairvoyant(demand, Search(Conduct(), rounds=0), lived).told) == {"bob", "cy"}


def test_a_plan_as_events() -> None:
    demand = day(TOWN, ["van1 Depot 7:00-12:00 seats 8 break 9:00-9:30 30m Mill"], "7:00 ann Mill->Station leave 8:00")
    hindsight = clairvoyant(demand, Search(Conduct(), rounds=0))

    events = driven(plan_of("van1 | +ann | -ann | *van1-1"), hindsight.problem, hindsight.told, demand)

    # 11 minutes from Mill to Station and back again to the break; the van is home 4 minutes after it.
    assert [told(event) for event in events if isinstance(event, SetOff | Boarded | Alighted | Rested | Home)] == [
        "7:56 van1 sets off with 0 for +ann",
        "8:01 van1: +ann since 8:00",
        "8:01 van1 sets off with 1 for -ann",
        "8:12:30 van1: -ann since 8:12",
        "8:49 van1 sets off with 0 for *van1-1",
        "9:30 van1: *van1-1 since 9:00",
        "9:30 van1 sets off with 0 for home",
        "9:34 van1 is home",
    ]
    assert report(events, demand).vehicle_m == 10 * 60 * (4 + 11 + 11 + 4)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_it_is_never_worse_than_the_day_as_it_was_lived(seed: int) -> None:
    demand = random_demand(seed)
    lived = list(replay(demand, Conduct()))

    hindsight = clairvoyant(demand, QUICK, lived)
    events = hindsight.events(demand)

    before, after = report(lived, demand), report(events, demand)
    assert after.served >= before.served
    assert violations(hindsight.plan, hindsight.problem) == []
    assert impossible(events, demand, still=True) == []
    assert after.kept == after.accepted == len(hindsight.told)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_nobody_is_promised_what_they_did_not_ask_for(seed: int) -> None:
    demand = random_demand(seed)
    rules = demand.rules
    latest_s = rules.search_after_s + rules.step_s + rules.pickup_after_s + 60

    for journey in journeys(clairvoyant(demand, QUICK).events(demand)):
        asked = journey.wish
        if asked.leave_at is not None:
            assert journey.promise.pickup_window.earliest >= asked.leave_at + journey.told.origin.walk_s
            assert journey.wait_s <= latest_s
        if asked.arrive_by is not None:
            last = journey.promise.dropoff_window.latest + asked.alighting_s + journey.told.destination.walk_s
            assert last <= asked.arrive_by


def test_the_same_search_again_finds_the_same_plan() -> None:
    conduct = Conduct(OrToolsOptimiser(Weights()), Limit(60, 5))
    one, again = (clairvoyant(random_demand(5), Search(conduct, rounds=6, every=3)) for _ in range(2))

    assert one.plan.routes == again.plan.routes


@dataclass(frozen=True)
class GivesWay:
    """An optimiser that takes one request out, puts in who is not in the plan, and then that one wherever they fit."""

    def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
        left_out = [request for request in problem.requests.values() if request.id not in plan.requests()]
        for moved in sorted(plan.requests()):
            tried = plan.without_request(moved)
            for request in [*left_out, problem.requests[moved]]:
                found = find_best_insertion(tried, request, problem, Weights())
                tried = tried if found is None else found.into(tried)
            if tried.requests() == problem.requests.keys():
                return tried
        return plan


@pytest.mark.parametrize("second_look", [None, Limit(10, 1)])
def test_before_a_refusal_others_are_asked_to_change_vans(second_look: Limit | None) -> None:
    # Van 1 has room for Ann or for a wheelchair and is nearer to Ann; van 2 has no place for a wheelchair.
    demand = day(
        TOWN,
        ["van1 Depot 7:00-12:00 layouts 1+0/0+1", "van2 Station 7:00-12:00 seats 4"],
        "6:00 ann Mill->School leave 8:00",
        "6:05 bob Mill->School leave 8:00 wheelchairs 1",
        rules=OfferRules(search_after_s=0),
    )

    events = list(replay(demand, Conduct(GivesWay(), every_s=10**6, second_look=second_look)))

    lines = [told(event) for event in events]
    assert "6:00 ann is promised 8:00-8:10 Mill, 8:17 School (van1)" in lines
    if second_look is None:
        assert "6:05 bob is refused: wheelchair" in lines
        return
    assert "6:05 bob is promised 8:00-8:10 Mill, 8:17 School (van1)" in lines
    assert "8:01 van2: +ann since 8:00" in lines
    assert [journey.broken for journey in journeys(events)] == [[], []]
    assert impossible(events, demand, still=True) == []
