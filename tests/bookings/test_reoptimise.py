"""Better plans are solved on a snapshot, while others go on booking, and brought onto the plan as it is by then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from bookings.actions.reoptimise import Outcome, reoptimise
from bookings.models import Booking, Event
from routing.model import Problem
from routing.optimise.protocol import Limit
from routing.plan import Action, Plan, Visit
from tests.bookings.town import Desk, open_desk

pytestmark = pytest.mark.django_db

TWO_VANS = ("van1 Depot 8:00-12:00 seats 4", "van2 Depot 8:00-12:00 seats 4")
Story = Callable[[], None]


def nothing() -> None:
    """Nobody does anything meanwhile."""


class Solver:
    """An optimiser that knows its answer; while it thinks, `meanwhile` happens."""

    def __init__(self, answer: Callable[[Plan], Plan], meanwhile: Story = nothing) -> None:
        self.answer, self.meanwhile = answer, meanwhile

    def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
        self.meanwhile()
        return self.answer(plan)


def visits(*texts: str, names: dict[str, Booking]) -> tuple[Visit, ...]:
    """Visits from `+ann` and `-ann`."""
    return tuple(Visit(Action(text[0]), names[text[1:]].request_id) for text in texts)


def together(desk: Desk, **names: Booking) -> Callable[[Plan], Plan]:
    """An answer: Ann and Bob share van1, van2 stays at home."""

    def answer(plan: Plan) -> Plan:
        one, two = (plan.routes[desk.shift(van).routing_id] for van in ("van1", "van2"))
        shared = visits("+ann", "+bob", "-bob", "-ann", names=names)
        return plan.with_routes({one.shift: one.with_visits(shared), two.shift: two.with_visits(())})

    return answer


def apart(desk: Desk) -> tuple[Booking, Booking]:
    """Ann and Bob booked the same way at the same time, and go in two vans, as nobody would plan it twice."""
    ann, bob = desk.book("ann", "Mill->Station leave 9:00"), desk.book("bob", "School->Station leave 9:00")
    solve(
        desk,
        Solver(
            lambda plan: plan.with_routes(
                {
                    desk.shift(van).routing_id: plan.routes[desk.shift(van).routing_id].with_visits(
                        visits(f"+{n}", f"-{n}", names={n: b})
                    )
                    for van, n, b in (("van1", "ann", ann), ("van2", "bob", bob))
                }
            )
        ),
        any_cost=True,
    )
    return ann, bob


def solve(desk: Desk, solver: Solver, any_cost: bool = False) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        if any_cost:
            patch.setattr("bookings.actions.reoptimise.MARGIN", -100.0)
            patch.setattr("bookings.rebase._better_groups", lambda rebased, *_: rebased)
        return reoptimise(desk.service, desk.date, optimiser=solver, limit=Limit(1), planner=desk.planner, clock=lambda: desk.now)


APART = "van1 8:00 | 9:00 +ann@Mill | 9:11 -ann@Station\nvan2 8:00 | 9:01 +bob@School | 9:06 -bob@Station"
TOGETHER = "van1 8:00 | 9:00 +ann@Mill | 9:06 +bob@School | 9:11 -bob@Station | 9:11 -ann@Station"


def test_a_better_plan_is_published_and_says_so() -> None:
    desk = open_desk(*TWO_VANS)
    ann, bob = apart(desk)
    assert desk.show() == APART
    outcome = solve(desk, Solver(together(desk, ann=ann, bob=bob)))
    assert desk.show() == TOGETHER
    assert outcome.published
    assert outcome.after < outcome.before
    event = Event.objects.filter(kind="plan.reoptimised").latest("pk")
    assert event.data["revision"] == outcome.revision == desk.plan().revision
    assert desk.faults() == []


def test_nobody_is_locked_out_while_it_is_solved() -> None:
    desk = open_desk(*TWO_VANS)
    ann, bob = apart(desk)
    depth: list[int] = []
    solve(desk, Solver(together(desk, ann=ann, bob=bob), lambda: depth.append(len(connection.savepoint_ids))))
    assert depth == [len(connection.savepoint_ids)]


def test_who_books_meanwhile_is_taken_along() -> None:
    desk = open_desk(*TWO_VANS)
    ann, bob = apart(desk)
    outcome = solve(desk, Solver(together(desk, ann=ann, bob=bob), lambda: desk.book("cid", "Mill->School leave 9:00") and None))
    assert outcome.published
    assert desk.show() == (
        "van1 8:00 | 9:00 +cid@Mill | 9:00 +ann@Mill | 9:06 -cid@School | 9:06 +bob@School"
        " | 9:11 -bob@Station | 9:11 -ann@Station"
    )
    assert desk.faults() == []


def test_who_cancels_meanwhile_is_left_out() -> None:
    desk = open_desk(*TWO_VANS)
    ann, bob = apart(desk)
    dan = desk.book("dan", "Mill->School leave 11:00")

    def answer(plan: Plan) -> Plan:
        shared = together(desk, ann=ann, bob=bob)(plan)
        route = shared.routes[desk.shift("van1").routing_id]
        return shared.with_route(route.with_visits((*route.visits, *visits("+dan", "-dan", names={"dan": dan}))))

    outcome = solve(desk, Solver(answer, lambda: desk.cancel(dan) and None))
    assert outcome.published
    assert desk.show() == TOGETHER
    assert desk.faults() == []


def test_a_hold_that_runs_out_meanwhile_is_left_out() -> None:
    desk = open_desk(*TWO_VANS)
    ann, bob = apart(desk)
    desk.hold("dan", "Mill->School leave 11:00")

    def answer(plan: Plan) -> Plan:
        return together(desk, ann=ann, bob=bob)(plan)

    def time_passes() -> None:
        desk.now = desk.at("8:00", on=desk.now.date())

    assert solve(desk, Solver(answer, time_passes)).published
    assert desk.show() == TOGETHER
    assert Booking.objects.get(passenger=desk.passenger("dan")).status == "expired"


def test_what_a_van_has_set_off_for_meanwhile_stays_with_it() -> None:
    desk = open_desk(*TWO_VANS)
    ann, bob = apart(desk)

    def time_passes() -> None:
        desk.now = desk.at("9:00")  # both vans are on their way

    outcome = solve(desk, Solver(together(desk, ann=ann, bob=bob), time_passes))
    assert not outcome.published
    assert desk.show().replace(" ||", "") == APART
    assert Event.objects.filter(kind="plan.kept").latest("pk").data["why"] == outcome.why == "it would not be better by enough"


def test_who_boards_meanwhile_stays_aboard() -> None:
    desk = open_desk(*TWO_VANS)
    ann, _ = apart(desk)

    def ann_boards() -> None:
        desk.now = desk.at("9:00")
        desk.report("boarded", ann)

    def swapped(plan: Plan) -> Plan:
        one, two = (plan.routes[desk.shift(van).routing_id] for van in ("van1", "van2"))
        return plan.with_routes({one.shift: one.with_visits(two.visits), two.shift: two.with_visits(one.visits)})

    solve(desk, Solver(swapped, ann_boards), any_cost=True)
    assert desk.show().replace(" ||", "").splitlines()[0] == "van1 8:00 | 9:00 +ann@Mill | 9:11 -ann@Station"
    assert desk.faults() == []


def test_a_plan_that_breaks_a_promise_is_not_published() -> None:
    desk = open_desk(*TWO_VANS)
    ann, _ = apart(desk)

    def ann_last(plan: Plan) -> Plan:
        return plan.with_route(plan.routes[desk.shift("van1").routing_id].with_visits(visits("-ann", "+ann", names={"ann": ann})))

    outcome = solve(desk, Solver(ann_last), any_cost=True)
    assert not outcome.published
    assert "alights without having boarded" in outcome.why
    assert desk.show() == APART


def test_no_better_no_change() -> None:
    desk = open_desk(*TWO_VANS)
    apart(desk)
    before = desk.plan().revision
    outcome = solve(desk, Solver(lambda plan: plan))
    assert (outcome.published, outcome.revision, desk.plan().revision) == (False, before, before)


def test_an_empty_day_is_not_even_solved() -> None:
    desk = open_desk(*TWO_VANS)

    def never(plan: Plan) -> Plan:
        raise AssertionError("there is nothing to solve")

    assert solve(desk, Solver(never)).why == "nobody has booked"


def test_storms_do_not_stop_it() -> None:
    """Others book during every single solve; with discard-on-conflict nothing would ever be published."""
    desk = open_desk(*TWO_VANS)
    apart(desk)
    outcomes = []
    for number in range(4):
        leave = f"Mill->School leave {9 + number // 2}:{30 * (number % 2):02d}"

        def shuffle(plan: Plan) -> Plan:
            one, two = (plan.routes[desk.shift(van).routing_id] for van in ("van1", "van2"))
            return plan.with_routes({one.shift: one.with_visits(two.visits), two.shift: two.with_visits(one.visits)})

        def book(who: str = f"guest {number}", text: str = leave) -> None:
            desk.book(who, text)

        outcomes.append(solve(desk, Solver(shuffle, book), any_cost=True))
    assert [outcome.published for outcome in outcomes] == [True] * 4
    assert desk.plan().requests() == {booking.request_id for booking in Booking.objects.all()}
    assert desk.faults() == []
