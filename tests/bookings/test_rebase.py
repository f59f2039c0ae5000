"""Bringing a solved snapshot onto the plan as it is by then, on paper."""

from __future__ import annotations

from bookings.rebase import rebase
from routing.check import violations
from routing.cost import Weights
from routing.model import RequestId, ShiftId
from routing.plan import Plan
from tests.builders import line_town, plan_of

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VANS = ("van1 Depot 8:40-12:00 seats 4", "van2 Depot 8:40-12:00 seats 4", "van3 Depot 8:00-12:00 seats 1")
ANN = "ann Mill->Station from 9:00 until 9:10 by 9:21 ride 20m"
BOB = "bob School->Station from 9:01 until 9:16 by 9:21 ride 20m"
EVE = "eve Mill->School from 8:00 until 8:30"
FAY = "fay Station->Mill from 8:00 until 9:00"
NIA = "nia School->Station from 8:20 until 8:20 by 8:25"

APART = "van1 | +ann@Mill | -ann@Station\nvan2 | +bob@School | -bob@Station"
TOGETHER = "van1 | +ann@Mill | +bob@School | -bob@Station | -ann@Station\nvan2"


def rebased(improved: str, snapshot: str, current: str, *requests: str, now: str = "7:00") -> tuple[Plan | None, str]:
    problem = TOWN.problem(*VANS, *requests, now=now)
    plan = rebase(plan_of(improved), plan_of(snapshot), plan_of(current), problem, Weights())
    if plan is not None:
        assert violations(plan, problem) == []
    return plan, "" if plan is None else TOWN.show(plan, problem)


def test_a_quiet_moment_takes_the_improved_plan_as_it_is() -> None:
    _, text = rebased(f"{TOGETHER}\nvan3", f"{APART}\nvan3", f"{APART}\nvan3", ANN, BOB)
    assert text == "van1 8:40 | 9:00 +ann@Mill | 9:06 +bob@School | 9:11 -bob@Station | 9:11 -ann@Station"


def test_where_a_newcomer_finds_no_room_the_untouched_vans_still_get_better() -> None:
    # Nia booked the small van's only seat between Eve and Fay: 8:10 Eve is off at School, 8:20-8:25 Nia, then Fay at Station.
    current = f"{APART}\nvan3 | +eve@Mill | -eve@School | +nia@School | -nia@Station | +fay@Station | -fay@Mill"
    # With Fay first, Nia would get there too late, or make Eve wait beyond 8:30.
    plan, text = rebased(
        f"{TOGETHER}\nvan3 | +fay@Station | -fay@Mill | +eve@Mill | -eve@School",
        f"{APART}\nvan3 | +eve@Mill | -eve@School | +fay@Station | -fay@Mill",
        current,
        *(ANN, BOB, EVE, FAY, NIA),
    )
    assert plan is not None
    assert text.splitlines()[0] == "van1 8:40 | 9:00 +ann@Mill | 9:06 +bob@School | 9:11 -bob@Station | 9:11 -ann@Station"
    assert plan.routes[ShiftId("van3")] == plan_of(current).routes[ShiftId("van3")]


def test_where_everything_is_touched_nothing_is_taken_over() -> None:
    current = "van1\nvan2\nvan3 | +eve@Mill | -eve@School | +nia@School | -nia@Station | +fay@Station | -fay@Mill"
    problem = TOWN.problem(VANS[2], EVE, FAY, NIA, now="7:00")
    improved = plan_of("van3 | +fay@Station | -fay@Mill | +eve@Mill | -eve@School")
    snapshot = plan_of("van3 | +eve@Mill | -eve@School | +fay@Station | -fay@Mill")
    assert rebase(improved, snapshot, plan_of(current.splitlines()[2]), problem, Weights()) is None


def test_somebody_picked_up_meanwhile_stays_in_the_van_that_fetched_her() -> None:
    # The optimiser moved Ann into the other van; van1 set off for her before its answer came.
    plan, text = rebased(
        "van1\nvan2 | +ann@Mill | +bob@School | -bob@Station | -ann@Station\nvan3",
        f"{APART}\nvan3",
        "van1 | +ann@Mill || -ann@Station\nvan2 | +bob@School | -bob@Station\nvan3",
        *(ANN, BOB),
        now="8:57",
    )
    assert plan is not None
    assert text.splitlines()[0] == "van1 8:40 | 9:00 +ann@Mill || 9:11 -ann@Station"
    assert RequestId("bob") in plan.requests()


def test_who_was_missed_meanwhile_does_not_come_back() -> None:
    plan, text = rebased(
        f"{TOGETHER}\nvan3", f"{APART}\nvan3", "van1 | !ann@Mill ||\nvan2 | +bob@School | -bob@Station\nvan3", ANN, BOB
    )
    assert plan is not None
    assert "+ann" not in text
    assert "-ann" not in text
    assert "!ann" in text


def test_one_van_that_would_get_worse_does_not_keep_the_others_from_getting_better() -> None:
    eve_first = "van3 | +eve@Mill | -eve@School | +fay@Station | -fay@Mill"  # 4 + 6 + 5 + 11 + 4 = 30 minutes of driving
    fay_first = "van3 | +fay@Station | -fay@Mill | +eve@Mill | -eve@School"  # 15 + 11 + 6 + 10 = 42
    current = f"{APART}\n{eve_first}"
    plan, text = rebased(f"{TOGETHER}\n{fay_first}", current, current, ANN, BOB, EVE, FAY)
    assert plan is not None
    assert text.splitlines()[0].endswith("9:06 +bob@School | 9:11 -bob@Station | 9:11 -ann@Station")
    assert plan.routes[ShiftId("van3")] == plan_of(eve_first).routes[ShiftId("van3")]
