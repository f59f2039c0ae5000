"""The arithmetic of a replay's report, on a day made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.plan import Action, Visit
from routing.relaxing import Constraint
from routing.replay.engine import replay_all
from routing.replay.events import Accepted, Alighted, Boarded, Event, Refused, Reoptimised, SetOff, WishArrived
from routing.replay.report import Report, report, total
from routing.replay.values import Conduct
from routing.units import ServiceTime, parse_clock
from tests.routing.replays import TOWN, day, random_demand

PLACES = TOWN.places
VAN = TOWN.shift("van1 Depot 7:00-9:00 seats 8")
DEMAND = day(
    TOWN,
    ["van1 Depot 7:00-9:00 seats 8"],
    "7:00 ann Mill->School leave 7:30 party 2",
    "7:01 bob Mill->Station arrive 8:30",
    "7:02 cy Mill->School leave 8:00",
    "7:03 di Mill->School leave 8:00",
)


def at(text: str) -> ServiceTime:
    return parse_clock(text)


def leg(when: str, way: str, metres: int, aboard: int) -> SetOff:
    here, _, there = way.partition("->")
    return SetOff(at(when), VAN.id, Visit(Action.BREAK, "any"), PLACES[here], PLACES[there], metres, aboard)


def hand_made() -> list[Event]:
    """Ann and her friend board 4 minutes after they could and ride 8 minutes for 6; Bob boards in time and is set down 3 minutes
    after his promise, 9 minutes before he has to be there, after 16 minutes for 11. Cy and Di are refused."""
    ann, bob, cy, di = (each for each in DEMAND.asked)
    told_ann = TOWN.request("ann Mill->School from 7:30 until 7:40 after 7:30 by 7:55 ride 20m party 2")
    told_bob = TOWN.request("bob Mill->Station from 7:50 until 8:05 after 7:50 by 8:18 ride 20m")
    return [
        WishArrived(at("7:00"), ann.id, ann.wish),
        Accepted(at("7:00"), told_ann, ann.wish.origins[0], ann.wish.destinations[0], 360, VAN.id),
        WishArrived(at("7:01"), bob.id, bob.wish),
        Accepted(at("7:01"), told_bob, bob.wish.origins[0], bob.wish.destinations[0], 660, VAN.id),
        WishArrived(at("7:02"), cy.id, cy.wish),
        Refused(at("7:02"), cy.id, Constraint.BUSY),
        WishArrived(at("7:03"), di.id, di.wish),
        Refused(at("7:03"), di.id, None),
        Reoptimised(at("7:15"), 1, 100, 90, True, ""),
        Reoptimised(at("7:20"), 1, 90, 90, False, "not better by enough"),
        leg("7:25", "Depot->Mill", 2400, 0),
        Boarded(at("7:35"), VAN.id, ann.id, at("7:34")),
        leg("7:35", "Mill->School", 3600, 2),
        Alighted(at("7:44"), VAN.id, ann.id, at("7:43")),
        leg("7:44", "School->Mill", 3600, 0),
        Boarded(at("8:05"), VAN.id, bob.id, at("8:04")),
        leg("8:05", "Mill->Station", 6600, 1),
        Alighted(at("8:21:30"), VAN.id, bob.id, at("8:21")),
        leg("8:22", "Station->Depot", 9000, 0),
    ]


def test_the_figures_of_a_day() -> None:
    found = report(hand_made(), DEMAND)

    assert found == Report(
        asked=4,
        accepted=2,
        served=2,
        refused={"busy": 1, "unexplained": 1},
        people=3,
        # Ann is at Mill at 7:30 and boards at 7:34; Bob is out at 8:21:30 and wanted to be there by 8:30.
        waits_s=(240, 510),
        # From 7:35 to 7:43 for 6 minutes; from 8:05 to 8:21 for 11.
        detours_s=(120, 300),
        directs_s=(360, 660),
        kept=1,
        lates_s=(0, 180),
        vehicle_s=7200,
        vehicle_m=25_200,
        empty_m=15_000,
        solved=2,
        improved=1,
    )
    assert found.served_share == 0.5
    assert found.kept_share == 0.5
    assert found.wait_s == 375
    assert found.detour_s == 210
    assert found.passengers_per_vehicle_hour == 1.5
    assert found.empty_share == pytest.approx(15 / 25.2)


@pytest.mark.parametrize(
    ("what", "broken"),
    [
        (Boarded, "7:29"),  # a minute before the window: nobody is told to be there then
        (Boarded, "7:41"),
        (Alighted, "7:56"),
    ],
)
def test_a_promise_counts_as_broken_wherever_it_is(what: type[Boarded | Alighted], broken: str) -> None:
    events = hand_made()
    index = next(k for k, event in enumerate(events) if isinstance(event, what) and event.id == "ann")
    events[index] = replace(events[index], begun=at(broken))  # type: ignore[call-arg]

    assert report(events, DEMAND).kept == 0


def test_too_long_a_ride_breaks_the_promise() -> None:
    events = hand_made()
    told = next(k for k, event in enumerate(events) if isinstance(event, Accepted))
    ann = events[told]
    assert isinstance(ann, Accepted)

    exactly, too_long = (replace(ann, promise=replace(ann.promise, max_ride_s=limit)) for limit in (480, 479))

    assert report([*events[:told], exactly, *events[told + 1 :]], DEMAND).kept == 1
    assert report([*events[:told], too_long, *events[told + 1 :]], DEMAND).kept == 0


def test_who_is_never_set_down_is_not_served_and_their_promise_is_broken() -> None:
    events = [event for event in hand_made() if not (isinstance(event, Alighted) and event.id == "ann")]

    found = report(events, DEMAND)

    assert (found.served, found.kept, found.people, found.accepted) == (1, 0, 1, 2)


def test_a_month_is_the_sum_of_its_days() -> None:
    days = [random_demand(seed, wishes=6) for seed in range(3)]
    events: dict[int, list[Event]] = {id(demand): [] for demand in days}

    for demand, event in replay_all(days, Conduct()):
        events[id(demand)].append(event)
    alone = [report(events[id(demand)], demand) for demand in days]
    month = total(alone)

    assert month.asked == 18
    assert month.vehicle_m == sum(each.vehicle_m for each in alone)
    assert sorted(month.waits_s) == sorted(wait for each in alone for wait in each.waits_s)
    assert sum(month.refused.values()) == month.asked - month.accepted
    assert total([]).served_share == 1.0
