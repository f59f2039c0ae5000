"""What a day costs: driving, time on board, and being late."""

from __future__ import annotations

from routing.cost import Weights, cost, route_cost
from routing.model import ShiftId
from tests.builders import line_town, plan_of

TOWN = line_town("Depot 4m Mill 6m School 5m Station")
VAN = "van1 Depot 8:00-12:00 seats 8"


def test_driving_and_riding_are_added_up() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station party 2", "bob School->Station")
    plan = plan_of("van1 | +ann@Mill | +bob@School | -ann@Station | -bob@Station")

    # Driven: 4 + 6 + 5 there and 15 back, 30 minutes. Aboard: two Anns for 11 minutes, Bob for 5: 27 person-minutes.
    assert cost(plan, problem, Weights(driving=1, riding=0)) == 30 * 60
    assert cost(plan, problem, Weights(driving=0, riding=1)) == 27 * 60
    assert cost(plan, problem, Weights(driving=10, riding=2)) == 10 * 30 * 60 + 2 * 27 * 60


def test_a_van_that_stays_at_the_depot_costs_nothing() -> None:
    problem = TOWN.problem(f"{VAN} to Station")

    assert route_cost(plan_of("van1").routes[ShiftId("van1")], problem, Weights()) == 0


def test_being_late_costs_by_the_person_and_the_second() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station until 8:03 by 8:13 party 3")
    plan = plan_of("van1 | +ann@Mill | -ann@Station")

    # At Mill 8:04, a minute late; at Station 8:15, two.
    assert cost(plan, problem, Weights(driving=0, riding=0, lateness=1)) == 3 * (60 + 120)


def test_time_on_board_counts_from_the_end_of_boarding() -> None:
    problem = TOWN.problem(VAN, "ann Mill->Station boarding 2m alighting 2m")
    plan = plan_of("van1 | +ann@Mill | -ann@Station")

    assert cost(plan, problem, Weights(driving=0, riding=1)) == 11 * 60


def test_a_shift_costs_once_it_serves_anybody() -> None:
    van = "van1 Depot 8:00-12:00 break 9:00-9:00 30m Depot"
    problem = TOWN.problem(van, "van2 Depot 8:00-12:00", "ann Mill->Station", "bob Mill->Station")
    dear = Weights(driving=0, riding=0, lateness=0, shift=7)

    assert cost(plan_of("van1 | *van1-1\nvan2"), problem, dear) == 0
    assert cost(plan_of("van1 | *van1-1 | +ann | -ann | +bob | -bob\nvan2"), problem, dear) == 7
    assert cost(plan_of("van1 | *van1-1 | +ann | -ann\nvan2 | +bob | -bob"), problem, dear) == 14
