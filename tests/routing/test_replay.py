"""Replayed days: stories, and what holds for any day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.cost import Weights
from routing.insertion import PreparedPlan
from routing.offers import Candidate, candidates_in
from routing.optimise.ortools_routing import OrToolsOptimiser
from routing.optimise.protocol import Limit
from routing.plan import Visit
from routing.replay import answering
from routing.replay.engine import replay
from routing.replay.events import Accepted, Alighted, Event, Refused, Reoptimised, SetOff, WishArrived
from routing.replay.fleet import Fleet
from routing.replay.noise import Noise
from routing.replay.promises import journeys
from routing.replay.telling import told
from routing.replay.values import Conduct, Demand
from routing.units import ServiceTime, parse_clock
from routing.wishes import OfferRules
from tests.routing.replays import TOWN, day, impossible, random_demand

RULES_NOW = OfferRules(notice_s=0)
VAN = "van1 Depot 7:00-12:00 seats 8"
SOLVED = Conduct(OrToolsOptimiser(Weights()), Limit(60, 15), every_s=3600)


class Jam(Noise):
    """Driving takes twice as long as estimated, on every road and all day."""

    def leg_s(self, estimate_s: int, visit: Visit) -> int:
        return 2 * estimate_s


def lines(demand: Demand, conduct: Conduct = Conduct()) -> list[str]:  # noqa: B008
    return [told(event) for event in replay(demand, conduct)]


def served(events: Sequence[Event]) -> set[str]:
    return {event.id for event in events if isinstance(event, Alighted)}


def accepted(events: Sequence[Event]) -> set[str]:
    return {event.promise.id for event in events if isinstance(event, Accepted)}


def test_a_morning_with_two_passengers() -> None:
    # 4 minutes to Mill, a minute to board, 6 to School, a minute, 5 to Station, half a minute each to alight. Bob asked to leave
    # at 8:05, the van is there at 8:07. Nobody else comes, so it waits at Station until it has to go home, by 12:00.
    assert lines(day(TOWN, [VAN], "7:30 ann Mill->Station leave 8:00", "7:40 bob School->Station leave 8:05")) == [
        "7:30 ann asks",
        "7:30 ann is promised 8:00-8:10 Mill, 8:22 Station (van1)",
        "7:40 bob asks",
        "7:40 bob is promised 8:05-8:17 School, 8:23 Station (van1)",
        "7:56 van1 sets off with 0 for +ann",
        "8:00 van1 is there for +ann",
        "8:01 van1: +ann since 8:00",
        "8:01 van1 sets off with 1 for +bob",
        "8:07 van1 is there for +bob",
        "8:08 van1: +bob since 8:07",
        "8:08 van1 sets off with 2 for -bob",
        "8:13 van1 is there for -bob",
        "8:13:30 van1: -bob since 8:13",
        "8:13:30 van1 sets off with 1 for -ann",
        "8:13:30 van1 is there for -ann",
        "8:14 van1: -ann since 8:13:30",
        "11:45 van1 sets off with 0 for home",
        "12:00 van1 is home",
    ]


def test_a_wish_during_the_drivers_break_is_refused_because_of_it() -> None:
    van = f"{VAN} break 8:00-8:10 90m Depot"

    told_all = lines(day(TOWN, [van], "7:30 ann Mill->School leave 8:10"))

    assert told_all[:2] == ["7:30 ann asks", "7:30 ann is refused: break"]
    assert "8:00 van1 is there for *van1-1" in told_all


def test_a_full_van_takes_nobody_and_says_why() -> None:
    van = "van1 Depot 7:00-9:00 seats 2"

    told_all = lines(day(TOWN, [van], "7:00 ann Mill->Station leave 8:00 party 3", "7:01 bob Mill->Station leave 8:00 party 2"))

    assert told_all[:4] == [
        "7:00 ann asks",
        "7:00 ann is refused: seats",
        "7:01 bob asks",
        "7:01 bob is promised 8:00-8:10 Mill, 8:22 Station (van1)",
    ]


def test_what_the_vehicle_has_set_off_for_stays() -> None:
    # At 7:55 the van sets off from Station for Ann at Mill, 11 minutes. At 7:58 Bob at Station asks to go one stop, now: the van
    # has left, and he is fetched once Ann has been set down at Depot (8:11:30) and the van is back, 15 minutes later.
    conduct = Conduct(commit_s=0)
    demand = day(
        TOWN,
        ["van1 Station 7:00-12:00 seats 8"],
        "7:30 ann Mill->Depot leave 8:06",
        "7:58 bob Station->School leave 7:58",
        rules=RULES_NOW,
    )

    told_all = lines(demand, conduct)

    assert told_all.index("7:55 van1 sets off with 0 for +ann") < told_all.index("7:58 bob asks")
    assert "8:26:30 van1 is there for +bob" in told_all


def test_a_wish_that_comes_too_late_for_the_notice_is_offered_a_later_time() -> None:
    assert lines(day(TOWN, [VAN], "7:55 ann Mill->Station leave 8:00"))[1] == (
        "7:55 ann is promised 8:05-8:15 Mill, 8:27 Station (van1)"
    )


def test_who_asks_when_all_is_over_is_refused() -> None:
    assert lines(day(TOWN, [VAN], "17:00 ann Mill->Station leave 17:30"))[:2] == [
        "17:00 ann asks",
        "17:00 ann is refused: too-far",
    ]


def test_a_late_driver_makes_the_plan_late_and_nobody_is_left_behind() -> None:
    # Each leg takes twice its time. To Mill 8 minutes from 7:56: 8:04, in time for Ann; to Station 22 for 11: 8:27, not 8:22.
    # Bob boards in time and is at Mill at 8:50:30, not 8:42. Cy is told 8:40-8:50 while nobody knows how late the van is.
    demand = day(
        TOWN, [VAN], "7:30 ann Mill->Station leave 8:00", "7:31 bob Station->Mill leave 8:20", "8:20 cy Mill->Depot leave 8:40"
    )

    events = list(replay(demand, Conduct(noise=Jam())))

    ann, bob, cy = journeys(events)
    assert served(events) == accepted(events) == {"ann", "bob", "cy"}
    assert ann.broken == ["alighted 300 s late"]
    assert bob.broken == ["alighted 510 s late"]
    assert cy.broken == ["boarded 60 s late", "alighted 300 s late"]
    assert impossible(events, demand, still=False) == []


def test_the_optimiser_spares_a_van_the_way_back() -> None:
    # As they come in, all go to the van that is nearer to Ann; Bob an hour later takes it back to Depot. Solved anew, the van at
    # Station begins and ends there with four trips and the other takes Bob: 40 minutes of driving instead of 48.
    demand = day(
        TOWN,
        ["van1 Depot 7:00-12:00 seats 8", "van2 Station 7:00-12:00 seats 8"],
        "6:00 ann Mill->School leave 8:00",
        "6:01 bob Depot->Mill leave 9:00",
        "6:02 cy Station->School leave 8:10",
        "6:03 di School->Station leave 8:02",
        "6:04 ed School->Station leave 8:20",
    )

    alone, solved = list(replay(demand, Conduct())), list(replay(demand, SOLVED))

    assert "7:00 2 shifts re-optimised, cost 31800 to 27000: taken" in map(told, solved)
    assert served(alone) == served(solved) == {"ann", "bob", "cy", "di", "ed"}
    assert [sum(leg.metres for leg in day if isinstance(leg, SetOff)) for day in (alone, solved)] == [28_800, 24_000]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_where_nothing_is_noisy_every_promise_is_kept(seed: int) -> None:
    demand = random_demand(seed)

    events = list(replay(demand, Conduct()))

    assert [journey.broken for journey in journeys(events) if journey.broken] == []
    assert served(events) == accepted(events)
    assert impossible(events, demand, still=True) == []


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_so_it_is_with_an_optimiser_at_work(seed: int, after_each: bool) -> None:
    demand = random_demand(seed)

    events = list(replay(demand, replace(SOLVED, after_each=after_each)))

    assert [journey.broken for journey in journeys(events) if journey.broken] == []
    assert served(events) == accepted(events)
    assert impossible(events, demand, still=True) == []


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from((0.1, 0.3, 0.8)))
def test_with_noise_nobody_is_lost_and_nothing_impossible_happens(seed: int, noise: float) -> None:
    demand = random_demand(seed)

    events = list(replay(demand, Conduct(noise=Noise(noise, noise, seed))))

    assert served(events) == accepted(events)
    assert impossible(events, demand, still=False) == []


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from((0.0, 0.3)))
def test_what_is_kept_from_wish_to_wish_offers_what_a_fresh_look_does(seed: int, noise: float) -> None:
    def offered(prepared: PreparedPlan, *asked: Any) -> list[Candidate]:
        found = candidates_in(prepared, *asked)
        fresh = candidates_in(PreparedPlan(prepared.plan, prepared.problem), *asked)
        assert [(each.request, each.added, each.insertion.route) for each in found] == [
            (each.request, each.added, each.insertion.route) for each in fresh
        ]
        return found

    with mock.patch.object(answering, "candidates_in", offered):
        list(replay(random_demand(seed, wishes=25), Conduct(noise=Noise(noise, noise, seed))))


@pytest.mark.parametrize("group", [1, 2])
def test_the_plan_is_solved_anew_after_each_promise_but_in_large_fleets(group: int) -> None:
    vans = ["van1 Depot 7:00-12:00 seats 8", "van2 Station 7:00-12:00 seats 8"]
    demand = day(TOWN, vans, "6:10 ann Mill->Station leave 8:00", "6:20 bob School->Station leave 8:05")

    events = list(replay(demand, replace(SOLVED, after_each=True, group=group)))

    asked_at = {event.at for event in events if isinstance(event, Accepted)}
    assert len(asked_at) == 2
    assert {event.at for event in events if isinstance(event, Reoptimised)} & asked_at == (asked_at if group == 2 else set())


def test_a_van_that_nobody_needs_ends_its_shift_once() -> None:
    demand = day(TOWN, [VAN])
    fleet = Fleet(demand, Conduct(), ServiceTime(0))

    # Each time that a plan is taken, the end of the shift is noted once more.
    events = [*fleet.take(list(fleet.plan.routes.values()), parse_clock("7:30")), *fleet.advance(None)]

    assert events == []
    assert fleet.plan.routes == {}


def test_every_wish_is_answered_at_once_and_events_are_in_order() -> None:
    demand = random_demand(3)

    events = list(replay(demand, SOLVED))

    for asked, answered in pairwise(events):
        if isinstance(asked, WishArrived):
            assert isinstance(answered, Accepted | Refused)
            assert answered.at == asked.at
    assert [event.at for event in events] == sorted(event.at for event in events)


@pytest.mark.parametrize("noise", [Noise(), Noise(0.2, 0.2, seed=5)])
def test_the_same_day_again_is_the_same_day(noise: Noise) -> None:
    conduct = Conduct(SOLVED.optimiser, SOLVED.limit, every_s=3600, noise=noise)

    assert list(replay(random_demand(11), conduct)) == list(replay(random_demand(11), conduct))


def test_another_seed_of_noise_is_another_day() -> None:
    one, other = (list(replay(random_demand(11), Conduct(noise=Noise(0.2, 0.2, seed)))) for seed in (1, 2))

    assert one != other
