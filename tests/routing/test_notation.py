"""A plan as one line of text a shift."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from routing.compacting import schedule_compactly
from routing.model import Problem, ShiftId
from routing.notation import UnreadablePlan, read_plan, show
from routing.plan import Action, Plan, Visit
from tests.builders import DAY, line_town
from tests.routing.worlds import worlds

TOWN = line_town("Depot 4m Mill 6m School 5m Station")


def test_a_plan_reads_as_it_is_shown() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00 break 9:00-9:30 30m Mill", "ann Mill->Station", "bob School->Station")
    text = "van1 8:00 | 8:04 +ann@Mill | 8:10 !bob@School || 8:15 -ann@Station | 9:00 *van1-1@Mill"

    plan = read_plan(text, DAY)

    assert plan.routes[ShiftId("van1")].frozen == 2
    assert plan.routes[ShiftId("van1")].visits[1] == Visit(Action.MISSED, "bob")
    assert TOWN.show(plan, problem) == text


def test_a_plan_shows_either_timing() -> None:
    problem = TOWN.problem("van1 Depot 8:00-12:00", "ann Mill->Station from 9:00")
    plan = read_plan("van1 | +ann | -ann", DAY)

    assert show(plan, problem, TOWN.names) == "van1 8:00 | 9:00 +ann@Mill | 9:11 -ann@Station"
    assert show(plan, problem, TOWN.names, schedule_compactly) == "van1 8:56 | 9:00 +ann@Mill | 9:11 -ann@Station"


@given(worlds(gaps=False))
@settings(max_examples=50, deadline=None)
def test_any_plan_reads_as_it_is_shown(world: tuple[Plan, Problem]) -> None:
    plan, problem = world

    read = read_plan(show(plan, problem, {}), DAY)

    assert read.routes == {shift: route for shift, route in plan.routes.items() if route.visits}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("van1 | 8:04 ann@Mill", "is not a visit"),
        ("van1 | 8:04 +", "is not a visit"),
        ("van1 | +ann || -ann || +bob", "only one"),
        ("| +ann", "name of its shift"),
        ("van1 | +ann\nvan1 | -ann", "two lines"),
    ],
)
def test_what_can_not_be_read_is_named(text: str, why: str) -> None:
    with pytest.raises(UnreadablePlan, match=why):
        read_plan(text, DAY)
