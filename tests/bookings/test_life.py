"""The life of bookings, in any order: whatever people do, one place a booking, no promise moved, and the money adds up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule, run_state_machine_as_test

from bookings import plans, queries
from bookings.actions.accept_offer import NoLongerPossible, OfferGone, OfferTaken, OwnJourneys
from bookings.actions.cancel_booking import CantCancel
from bookings.actions.change_booking import CantChange, change_booking
from bookings.actions.close_checkouts import close_checkouts
from bookings.actions.confirm_booking import CantConfirm, HoldOver, PaymentNeeded
from bookings.actions.give_receipt import NoReceipt, give_receipt
from bookings.actions.record_driver_event import CantRecord
from bookings.actions.reoptimise import reoptimise
from bookings.actions.send_refunds import send_refunds
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.actions.start_payment import CantPay, HeldTooLong
from bookings.actions.striking import NoStrike, TooLateToReverse, reverse_strike
from bookings.actions.take_payment import take_payment
from bookings.actions.wait import NothingToWaitFor, join_waitlist
from bookings.models import GONE, PROMISE_FIELDS, Booking, Event, Offer, Refusal, Status, Waiting, WaitState
from bookings.money import CantPayThatWay, Refunding
from routing import check
from routing.cost import Weights
from routing.optimise.large_neighbourhoods import LargeNeighbourhoodSearch
from routing.optimise.protocol import Limit
from tests.bookings.foretold import cancel_as_foretold
from tests.bookings.money_oracle import Books
from tests.bookings.test_returns import there_and_back
from tests.bookings.till import Till, open_page, pay, school, takes_money
from tests.bookings.town import open_desk

PLACES, PEOPLE = ("Mill", "School", "Station"), ("ann", "bob", "cyd", "dan")
SEATS = 3
LIVE = (Status.HELD, Status.CONFIRMED)
HOW = (*[(Refunding.POLICY, False)] * 3, (Refunding.FULL, False), (Refunding.POLICY, True))
PARTIES = ({"adults": 1}, {"adults": 2}, {"children": 1}, {"concessions": 1})
OF_TIME = (*(check.Kind.LATE_PICKUP, check.Kind.LATE_DROPOFF, check.Kind.RIDE, check.Kind.SHIFT_END, check.Kind.DURATION),)

ways = st.sampled_from([f"{a}->{b}" for a in PLACES for b in PLACES if a != b])
minutes = st.integers(0, 30)
ways_to_pay = st.sampled_from(["on_board", "on_account", "online"])


class Life(RuleBasedStateMachine):
    """Two vans of three seats, four people, and a morning; the clock goes on by minutes."""

    offers: Bundle[Any] = Bundle("offers")
    bookings: Bundle[Any] = Bundle("bookings")

    @initialize(target=bookings)
    def open(self) -> Any:
        self.ground = transaction.atomic()
        self.ground.__enter__()
        self.desk = open_desk("van1 Depot 8:00-12:00 seats 3", "van2 Depot 8:30-12:00 seats 3", days_before=0, now="7:30")
        takes_money(self.desk)
        school(self.desk, *PEOPLE[:2])
        self.till, self.books = Till(), Books()
        self.promised: dict[int, tuple[object, ...]] = {}
        self.reported = False
        board, online = (self.desk.offers(name, "Mill->Station leave 9:00")[0] for name in PEOPLE[:2])
        first = [self.desk.accept(board), pay(self.desk, self.desk.hold_this(online, "online"), self.till)]
        return multiple(*(booking.reference for booking in first))

    def teardown(self) -> None:
        if hasattr(self, "ground"):
            transaction.set_rollback(True)
            self.ground.__exit__(None, None, None)

    @rule(target=offers, name=st.sampled_from(PEOPLE), way=ways, ahead=minutes, adults=st.integers(1, SEATS), back=st.booleans())
    def ask(self, name: str, way: str, ahead: int, adults: int, back: bool) -> Any:
        at = self.desk.now + timedelta(minutes=35 + 4 * ahead)
        text = f"{way} leave {at:%H:%M}"
        wish = there_and_back(self.desk, text) if back else self.desk.wish(text, adults=adults)
        answer = self.desk.ask(name, wish)
        if isinstance(answer, Refusal):
            self.wait(answer, name)
            return multiple()
        return multiple(*(offer.pk for offer in answer))

    def wait(self, refusal: Refusal, name: str) -> None:
        try:
            join_waitlist(refusal, passenger=self.desk.passenger(name), by=None, channel="app", now=self.desk.now)
        except NothingToWaitFor:
            return

    @rule(
        target=bookings,
        name=st.sampled_from(PEOPLE),
        way=ways,
        ahead=minutes,
        back=st.booleans(),
        hold=st.booleans(),
        pay_by=ways_to_pay,
    )
    def book(self, name: str, way: str, ahead: int, back: bool, hold: bool, pay_by: str) -> Any:
        at = self.desk.now + timedelta(minutes=35 + 4 * ahead)
        text = f"{way} leave {at:%H:%M}"
        answer = self.desk.ask(name, there_and_back(self.desk, text) if back else self.desk.wish(text))
        if isinstance(answer, Refusal):
            self.wait(answer, name)
            return multiple()
        try:
            return self.take(answer[0], hold, pay_by).reference
        except (CantPayThatWay, OwnJourneys):  # the way there and back may be too much where the way there alone is not
            return multiple()

    def take(self, offer: Offer, hold: bool, pay_by: str) -> Booking:
        return (self.desk.hold_this if hold or pay_by == "online" else self.desk.accept)(offer, pay_by)

    @rule(target=bookings, offer=offers, hold=st.booleans(), pay_by=ways_to_pay)
    def accept(self, offer: Any, hold: bool, pay_by: str) -> Any:
        try:
            booking = self.take(Offer.objects.get(pk=offer), hold, pay_by)
        except (CantPayThatWay, NoLongerPossible, OfferGone, OfferTaken, OwnJourneys):
            return multiple()
        return booking.reference

    @rule(reference=bookings, pay_by=st.sampled_from([None, "on_board"]))
    def confirm(self, reference: str, pay_by: str | None) -> None:
        booking = self.get(reference)
        held = booking.status == Status.HELD and booking.held_until is not None and booking.held_until > self.desk.now
        try:
            self.desk.confirm(booking, pay_by)
        except PaymentNeeded:
            assert pay_by is None, "whoever pays the driver need not pay first"
        except (HoldOver, CantConfirm):
            assert not held, "a held booking can always be confirmed before its hold ends"

    @rule(reference=bookings, late=minutes, notices=st.sampled_from([1, 0, 2]))
    def pay(self, reference: str, late: int, notices: int) -> None:
        """On a payment page, perhaps for longer than the place is held; the provider tells of it once, twice or not at all."""
        try:
            page = open_page(self.desk, self.get(reference), self.till)
        except (CantPay, CantPayThatWay, HeldTooLong):
            return
        if not self.till.is_paid(page.session):
            paid = self.till.pay(page.session)
            self.desk.now += timedelta(minutes=late if late > 15 else 0)
            for _ in range(notices):
                take_payment(paid, now=self.desk.now)

    @rule(broken=st.booleans())
    def settle(self, broken: bool) -> None:
        self.till.broken = broken
        close_checkouts(port=self.till, now=self.desk.now)
        send_refunds(port=self.till, now=self.desk.now)
        self.till.broken = False

    @rule(reference=bookings)
    def ask_for_a_receipt(self, reference: str) -> None:
        try:
            self.books.took_cash(give_receipt(reference, now=self.desk.now))
        except NoReceipt:
            return

    @rule(reference=bookings)
    def take_back_the_strike(self, reference: str) -> None:
        try:
            reverse_strike(reference, by=None, why="a mistake", now=self.desk.now)
        except (NoStrike, TooLateToReverse):
            return
        self.books.keep(self.get(reference), 0)

    @rule(which=st.integers(0, 9), with_return=st.booleans(), how=st.sampled_from(HOW))
    def cancel(self, which: int, with_return: bool, how: tuple[Refunding, bool]) -> None:
        booking = (rows := Booking.objects.order_by("-paid_online_pence", "pk"))[which % len(rows)]
        back = Booking.objects.filter(return_of=booking).first() if with_return else None
        legs = [leg for leg in (booking, back) if leg and leg.status in LIVE]
        kept = {leg: self.books.fee(leg, whole=how != HOW[0], now=self.desk.now) for leg in legs}
        try:
            cancel_as_foretold(self.desk, booking, with_return=with_return, refunding=how[0], for_operator=how[1])
        except CantCancel:
            assert self.get(booking.reference).status not in LIVE
            return
        for leg, pence in kept.items():
            self.books.keep(leg, pence)

    @rule(target=bookings, which=st.integers(0, 5), way=ways, ahead=minutes, party=st.sampled_from(PARTIES))
    def change(self, which: int, way: str, ahead: int, party: dict[str, int]) -> Any:
        """Something else instead of a booking that stands, those that were paid first: money moves then."""
        rows = Booking.objects.filter(status=Status.CONFIRMED).select_related("passenger").order_by("-paid_online_pence", "pk")
        if not rows:
            return multiple()
        reference = (booking := rows[which % len(rows)]).reference
        at = self.desk.now + timedelta(minutes=35 + 4 * ahead)
        wish = self.desk.wish(f"{way} leave {at:%H:%M}", **party)
        desk = self.desk
        answer = desk.ask(booking.passenger.name, wish, booking)
        if isinstance(answer, Refusal):
            return multiple()
        try:
            changed = change_booking(reference, answer[0].pk, planner=desk.planner, by=None, channel="app", now=desk.now)
        except (CantChange, NoLongerPossible, OwnJourneys):
            assert self.get(reference).status == Status.CONFIRMED, "the old place is still there"
            return multiple()
        return changed.reference

    @rule(by=st.integers(1, 25))
    def time_goes_on(self, by: int) -> None:
        self.desk.now += timedelta(minutes=by)
        self.desk.expire()

    @rule()
    def look_at_the_waitlist(self) -> None:
        serve_waitlists(planner_for=lambda _: self.desk.planner, now=self.desk.now)

    @rule()
    def replan(self) -> None:
        desk = self.desk
        reoptimise(
            desk.service,
            desk.date,
            optimiser=LargeNeighbourhoodSearch(Weights()),
            limit=Limit(600, 300),
            planner=desk.planner,
            clock=lambda: desk.now,
        )

    @rule(reference=bookings, kind=st.sampled_from(["boarded", "alighted", "no_show"]))
    def report(self, reference: str, kind: str) -> None:
        booking = self.get(reference)
        plan = self.desk.plan()
        route = plan.find_route_of(booking.request_id)
        shift = next((s for s in map(self.desk.shift, ("van1", "van2")) if route and s.routing_id == route.shift), None)
        if shift is None or booking.pickup_from_at > self.desk.now:
            return
        try:
            self.desk.report(kind, booking, shift=shift)
        except CantRecord:
            return
        self.reported = True

    @invariant()
    def every_booking_has_one_place_and_no_other_has_any(self) -> None:
        if not hasattr(self, "desk"):
            return
        plan = plans.load_with_holds(self.desk.service, self.desk.date, travel=self.desk.planner.travel, now=self.desk.now)[0]
        boarding = [request for route in plan.routes.values() for request in route.requests()]
        assert len(boarding) == len(set(boarding))
        seated = {row.request_id for row in Booking.objects.exclude(status__in=(*GONE, Status.NO_SHOW))}
        assert set(boarding) - {row.request_id for row in Booking.objects.filter(status=Status.NO_SHOW)} == seated

    @invariant()
    def no_published_plan_breaks_a_promise_and_each_route_is_the_same_alone(self) -> None:
        if not hasattr(self, "desk") or self.desk.plan().revision == 0:
            return
        assert self.desk.read_alone() == []
        judged = plans.at(self.desk.service, self.desk.date, self.desk.plan().revision, travel=self.desk.planner.travel)
        late = OF_TIME if self.reported else ()  # a driver who reports late is late, and no plan is to blame
        assert not [each for each in check.violations(*judged) if each.kind not in late]

    @invariant()
    def what_was_promised_stays(self) -> None:
        for row in Booking.objects.all():
            told = tuple(str(getattr(row, name)) for name in PROMISE_FIELDS)
            assert self.promised.setdefault(row.pk, told) == told

    @invariant()
    def returns_are_whole(self) -> None:
        for back in Booking.objects.filter(return_of__isnull=False).select_related("return_of"):
            assert back.return_of is not None
            assert back.pickup_from_at >= back.return_of.arrive_by_at or back.status in GONE or back.return_of.status in GONE
            assert {back.status, back.return_of.status} != {Status.HELD, Status.CONFIRMED}

    @invariant()
    def each_who_waits_is_held_one_place_at_most(self) -> None:
        for waiting in Waiting.objects.exclude(booking=None):
            assert waiting.state == WaitState.OFFERED
            assert Event.objects.filter(kind="waitlist.offered", data__waiting=waiting.pk).count() == 1

    @invariant()
    def the_money_adds_up(self) -> None:
        if not hasattr(self, "desk"):
            return
        live = Booking.objects.exclude(status__in=GONE)
        assert sum(row.fare_pence for row in live) == sum(row.offer.fare_pence for row in live)
        assert self.books.faults(self.till) == []
        assert queries.list_money_faults() == []

    def get(self, reference: str) -> Booking:
        return Booking.objects.select_related("passenger").get(reference=reference)


@pytest.mark.hypothesis  # its plugin doesn't see that, and the sweep looks for it
@pytest.mark.django_db
def test_any_morning() -> None:
    health = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    mornings = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=health)
    run_state_machine_as_test(Life, settings=mornings)
