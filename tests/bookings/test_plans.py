"""The one write path: what a revision stores, what it refuses, and what can be asked of the past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import plan_reasons, plans
from bookings.models import Booking, Day, Shift
from bookings.opening import open_day
from routing import check
from routing.check import Kind
from routing.model import Problem
from routing.plan import Action, Plan, Visit
from tests.bookings.town import WEDNESDAY, Desk, open_desk

pytestmark = pytest.mark.django_db

TWO_VANS = ("van1 Depot 8:00-12:00 seats 4", "van2 Depot 8:00-12:00 seats 4")


def change(desk: Desk, how: Callable[[Plan, Problem], Plan], **more: object) -> Plan:
    """Publish what `how` makes of the current plan."""
    with plans.writing(desk.service, desk.date):
        base, problem = plans.load(desk.service, desk.date, travel=desk.planner.travel, now=desk.now)
        return plans.publish(how(base, problem), base=base, problem=problem, cause="test", **more)  # type: ignore[arg-type]


def test_a_day_is_opened_once_with_the_shifts_of_its_weekday() -> None:
    desk = open_desk("van1 Depot 8:00-12:00 seats 4 break 10:00-11:00 30m Depot")
    day = open_day(desk.service, WEDNESDAY)
    assert open_day(desk.service, WEDNESDAY) == day
    shift = Shift.objects.get()
    assert (shift.name, shift.starts_s, shift.ends_s) == ("van1", 8 * 3600, 12 * 3600)
    assert [(pause["earliest"], pause["latest"]) for pause in shift.breaks] == [(10 * 3600, 11 * 3600)]
    assert desk.show() == "van1 8:00 | 10:00 *van1-1@Depot"


def test_a_closed_day_has_no_shifts() -> None:
    desk = open_desk()
    desk.service.hours.all().delete()
    open_day(desk.service, WEDNESDAY)
    assert not Shift.objects.exists()


def test_history_tells_who_why_and_what() -> None:
    desk = open_desk(*TWO_VANS)
    ann = desk.book("ann", "Mill->Station leave 9:00")
    desk.now = desk.at("7:30")
    desk.cancel(ann, why="ill")
    booked, cancelled = plan_reasons.history(desk.service, desk.date)
    assert (booked.number, booked.cause, booked.why) == (1, "booking", f"{ann.reference} confirmed")
    assert (cancelled.number, cancelled.cause, cancelled.why) == (2, "cancelled", f"{ann.reference} ill")
    assert cancelled.at == desk.now
    # One van was changed, the other one's route is not stored again.
    assert [len(revision.shifts) for revision in (booked, cancelled)] == [1, 1]
    assert Day.objects.get().revision == 2


def test_every_revision_can_be_looked_at_as_it_was() -> None:
    desk = open_desk()
    ann = desk.book("ann", "Mill->Station leave 9:00")
    bob = desk.book("bob", "School->Station leave 9:00")
    desk.cancel(ann)
    served = [set(plans.at(desk.service, desk.date, n, travel=desk.planner.travel)[0].requests()) for n in (1, 2, 3)]
    assert served == [{ann.request_id}, {ann.request_id, bob.request_id}, {bob.request_id}]
    assert desk.faults() == []
    with pytest.raises(plans.NoSuchRevision):
        plans.at(desk.service, desk.date, 4, travel=desk.planner.travel)


def test_a_plan_that_leaves_somebody_behind_is_refused() -> None:
    desk = open_desk()
    ann = desk.book("ann", "Mill->Station leave 9:00")
    with pytest.raises(plans.PlanBroken) as refused:
        change(desk, lambda plan, _: plan.without_request(ann.request_id))
    assert [violation.kind for violation in refused.value.violations] == [Kind.UNSERVED]
    assert desk.plan().revision == 1


def test_a_newcomer_who_is_not_in_the_plan_is_left_behind_too() -> None:
    desk = open_desk()
    ann = desk.book("ann", "Mill->Station leave 9:00")
    base, problem = plans.load(desk.service, desk.date, travel=desk.planner.travel, now=desk.now)
    before = base.without_request(ann.request_id)
    with plans.writing(desk.service, desk.date), pytest.raises(plans.PlanBroken):
        plans.publish(before, base=before, problem=problem, newcomers={ann.request_id}, cause="test")


def test_a_plan_that_makes_somebody_late_is_refused() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:00")
    bob = desk.book("bob", "School->Mill leave 10:00")

    def bob_first(plan: Plan, _: Problem) -> Plan:
        route = next(iter(plan.routes.values()))
        bobs = tuple(visit for visit in route.visits if visit.subject == bob.request_id)
        return plan.with_route(route.with_visits(bobs + tuple(visit for visit in route.visits if visit not in bobs)))

    with pytest.raises(plans.PlanBroken) as refused:
        change(desk, bob_first)
    assert {violation.kind for violation in refused.value.violations} == {Kind.LATE_PICKUP, Kind.LATE_DROPOFF}


def test_what_the_van_has_set_off_for_is_not_taken_away_from_it() -> None:
    desk = open_desk(*TWO_VANS)
    ann = desk.book("ann", "Mill->Station leave 9:00")

    def to_the_other_van(plan: Plan, problem: Problem) -> Plan:
        with_ann = plan.find_route_of(ann.request_id)
        assert with_ann is not None
        other = next(route for route in plan.routes.values() if route.shift != with_ann.shift)
        moved = replace(with_ann, visits=(), frozen=0)
        return plan.with_routes({moved.shift: moved, other.shift: other.with_visits(with_ann.visits)})

    desk.now = desk.at("8:50")  # the van leaves the depot at 8:56 for the mill at 9:00, and is committed five minutes before
    assert change(desk, to_the_other_van).revision == 2
    desk.now = desk.at("8:51")
    with pytest.raises(plans.PlanBroken) as refused:
        change(desk, to_the_other_van)
    assert Kind.FROZEN in {violation.kind for violation in refused.value.violations}


def test_of_two_that_follow_the_same_plan_one_is_stored() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:00")
    base, problem = plans.load(desk.service, desk.date, travel=desk.planner.travel, now=desk.now)
    change(desk, lambda plan, _: plan)
    with plans.writing(desk.service, desk.date), pytest.raises(plans.PlanMoved):
        plans.publish(base, base=base, problem=problem, cause="test")
    assert desk.plan().revision == 2


def test_far_ahead_nothing_is_frozen_and_afterwards_everything() -> None:
    desk = open_desk()
    desk.book("ann", "Mill->Station leave 9:00")
    assert "||" not in desk.show()
    desk.now = desk.at("18:00")
    assert desk.show() == "van1 8:00 | 9:00 +ann@Mill | 9:11 -ann@Station ||"
    assert not check.violations(*plans.load(desk.service, desk.date, travel=desk.planner.travel, now=desk.now))


def test_booking_asks_the_database_as_often_on_a_full_day_as_on_an_empty_one() -> None:
    desk = open_desk(*TWO_VANS)

    def queries(name: str, text: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asking:
            offer = desk.offers(name, text)[0]
        with CaptureQueriesContext(connection) as booking:
            desk.accept(offer)
        return len(asking), len(booking)

    for name in ("ann", "bob"):
        desk.passenger(name)
    desk.book("first", "Mill->Station leave 8:30")
    early = queries("ann", "Mill->Station leave 9:00")
    for number in range(12):
        desk.book(f"passenger {number}", f"School->Mill leave {8 + number % 3}:{10 * (number % 5):02d}")
    assert queries("bob", "School->Station leave 9:30") == early


def test_an_unserved_booking_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control of `faults`: were publishing not judged, the judge of the past would see it."""
    desk = open_desk()
    ann = desk.book("ann", "Mill->Station leave 9:00")
    monkeypatch.setattr(plans.check, "violations", lambda *_: [])
    change(desk, lambda plan, _: plan.without_request(ann.request_id))
    monkeypatch.undo()
    assert desk.faults() == [f"2 test: - +{ann.request_id}: in no route (requests) 1"]
    assert Booking.objects.get().status == "confirmed"
    assert Visit(Action.BOARD, ann.request_id) not in desk.plan().routes[desk.shift().routing_id].visits


def test_more_bookings_make_no_more_queries() -> None:
    desk = open_desk(*TWO_VANS)
    desk.book("ann", "Mill->Station leave 9:00")
    few = queries_of_loading(desk)
    desk.book("bob", "Mill->Station leave 9:00")
    desk.book("eve", "Station->Mill leave 10:00")
    assert queries_of_loading(desk) == few


def queries_of_loading(desk: Desk) -> int:
    with CaptureQueriesContext(connection) as queries:
        plans.load(desk.service, desk.date, travel=desk.planner.travel, now=desk.now)
    return len(queries)
