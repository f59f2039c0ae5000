"""Who gives up the journey that had reached a cap pays for the others what they would have cost without it, and no more."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bookings import money, queries
from bookings.actions.change_booking import change_booking
from bookings.actions.give_receipt import give_receipt
from bookings.actions.send_refunds import send_refunds
from bookings.fares import FareMoved
from bookings.models import Booking, Event, LedgerEntry, Offer, Service, Shift
from bookings.refusals import DomainError
from bookings.wish import WayBack
from tests.bookings.foretold import cancel_as_foretold
from tests.bookings.till import Till, hold_online, open_page, pay, paying_desk, school, settle
from tests.bookings.town import FARES, Desk

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OUT, BACK, ON = "Mill->Station leave 10:00", "Station->Mill leave 14:00", "School->Mill leave 16:00"
WAYS = ("on_board", "on_account", "online")


def capped(**caps: int) -> Desk:
    """A journey costs £2; one half is kept of what is cancelled late, where it was not to be paid to the driver."""
    desk = paying_desk()
    Service.objects.update(fares={"bands": FARES, "caps": caps})
    desk.service.refresh_from_db()
    school(desk, "ann")
    return desk


@pytest.fixture
def desk() -> Desk:
    return capped(day_pence=200)


@pytest.fixture
def till() -> Till:
    return Till()


def take(desk: Desk, offer: Offer, pay_by: str, till: Till) -> Booking:
    if pay_by != "online":
        return desk.accept(offer, pay_by)
    held = hold_online(desk, offer)
    return pay(desk, held, till) if offer.fare_pence else desk.confirm(held)


def book(desk: Desk, text: str, pay_by: str, till: Till) -> Booking:
    return take(desk, desk.offers("ann", text)[0], pay_by, till)


def paid_in_all(till: Till) -> int:
    """What the passenger is out of pocket: to the provider, to drivers, and on the account."""
    rows = Booking.objects.all()
    to_drivers = sum(row.fare_to_collect for row in rows if row.status == "confirmed")
    account = LedgerEntry.objects.filter(account__isnull=False)
    signs = {"charge": 1, "uncapped": 1, "credit": -1}
    return till.here + to_drivers + sum(signs[entry.kind] * entry.pence for entry in account)


def fresh(booking: Booking) -> Booking:
    return Booking.objects.get(pk=booking.pk)


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_a_capped_fare_is_not_left_behind_for_nothing(desk: Desk, till: Till, first: str, second: str) -> None:
    one = book(desk, OUT, first, till)
    other = book(desk, BACK, second, till)
    assert (one.fare_pence, other.fare_pence, paid_in_all(till)) == (200, 0, 200)
    desk.cancel(one)
    settle(desk, till)
    other = fresh(other)
    # Without the first, the second would have cost £2; its own fare stays what was promised.
    assert (other.fare_pence, other.due_pence, money.balance(other).owed_pence) == (0, 200, 200)
    assert (money.balance(one).owed_pence, paid_in_all(till)) == (0, 200)
    assert queries.list_money_faults() == []
    assert Event.objects.get(kind="booking.came_due").data == {"pence": 200, "without": one.reference}
    desk.cancel(other)
    settle(desk, till)
    assert (paid_in_all(till), queries.list_money_faults()) == (0, [])


def test_the_driver_takes_it_where_nobody_has_paid_yet(desk: Desk, till: Till) -> None:
    one, other = book(desk, OUT, "on_board", till), book(desk, BACK, "on_board", till)
    desk.cancel(one)
    calls = desk.manifest(shift_of(desk, other).name).calls
    assert [party.fare_pence for call in calls for party in call.boarding] == [200]
    desk.now = desk.at("14:05")
    desk.report("boarded", other, shift=shift_of(desk, other))
    receipt = give_receipt(other.reference, now=desk.now)
    assert (receipt.pence, receipt.lines[-1]) == (200, {"kind": "recapped", "pence": 200})
    assert sum(line["pence"] for line in receipt.lines) == 200
    assert queries.list_money_faults() == []


def shift_of(desk: Desk, booking: Booking) -> Shift:
    route = desk.plan().find_route_of(booking.request_id)
    return next(row for row in desk.service.shifts.all() if route and row.routing_id == route.shift)


def test_what_is_kept_of_a_late_cancellation_counts_towards_the_cap(desk: Desk, till: Till) -> None:
    one, other = book(desk, OUT, "online", till), book(desk, BACK, "online", till)
    desk.now = desk.at("9:30")
    desk.cancel(one)
    settle(desk, till)
    # £1 is kept of the first; so £1 comes due for the second, and all of it has been paid.
    assert (fresh(one).cancel_fee_pence, fresh(other).cap_pence, till.here) == (100, 100, 200)
    assert money.left_to_pay(fresh(other)) == 0
    assert queries.list_money_faults() == []


def test_the_week_counts_too(till: Till) -> None:
    desk = capped(day_pence=300, week_pence=400)
    wednesday = [book(desk, OUT, "online", till), book(desk, BACK, "online", till)]  # 200 and 100
    desk.date += DAY
    thursday = [book(desk, OUT, "online", till), book(desk, BACK, "online", till)]  # 100 and 0
    assert [row.fare_pence for row in (*wednesday, *thursday)] == [200, 100, 100, 0]
    desk.cancel(wednesday[0])
    settle(desk, till)
    # Without it: 200 on Wednesday, 200 on Thursday, and no more in that week: all that was paid stays paid.
    assert [fresh(row).due_pence for row in (wednesday[1], *thursday)] == [200, 200, 0]
    assert (till.here, queries.list_money_faults()) == (400, [])
    desk.cancel(wednesday[1])
    settle(desk, till)
    assert [fresh(row).due_pence for row in thursday] == [200, 100]
    assert (till.here, queries.list_money_faults()) == (300, [])


@pytest.mark.parametrize("pay_by", WAYS)
@pytest.mark.parametrize(("days", "costs"), [(0, 200), (1, 400)])
def test_changing_to_another_day_gives_it_up_and_to_another_hour_does_not(
    desk: Desk, till: Till, pay_by: str, days: int, costs: int
) -> None:
    one, other = book(desk, OUT, pay_by, till), book(desk, BACK, pay_by, till)
    desk.date += days * DAY
    offer = desk.ask_instead("ann", "Mill->Station leave 11:30", one)[0]
    assert offer.fare_pence == 200
    change_booking(one.reference, offer.pk, planner=desk.planner, by=None, channel="app", now=desk.now)
    settle(desk, till)
    assert fresh(other).due_pence == costs - 200
    owed = sum(money.balance(row).owed_pence for row in Booking.objects.all())
    assert (owed, queries.list_money_faults()) == (costs, [])
    desk.cancel(other)
    settle(desk, till)
    assert sum(money.balance(row).owed_pence for row in Booking.objects.all()) == 200
    assert queries.list_money_faults() == []


def test_changing_the_only_journey_of_a_day_costs_what_it_cost(desk: Desk, till: Till) -> None:
    """Its own fare is no reason for a cap."""
    one = book(desk, OUT, "online", till)
    offer = desk.ask_instead("ann", "Mill->Station leave 11:30", one)[0]
    assert offer.fare_pence == 200


def test_who_gives_it_up_between_offer_and_booking_asks_again(desk: Desk, till: Till) -> None:
    one = book(desk, OUT, "on_board", till)
    offer = desk.offers("ann", BACK)[0]
    assert offer.fare_pence == 0
    desk.cancel(one)
    with pytest.raises(FareMoved, match="Ask again"):
        desk.accept(offer)
    assert book(desk, BACK, "on_board", till).fare_pence == 200


def test_or_while_it_is_held(desk: Desk, till: Till) -> None:
    one = book(desk, OUT, "online", till)
    held = desk.hold_this(desk.offers("ann", BACK)[0], "online")
    desk.cancel(one)
    settle(desk, till)
    assert (fresh(held).due_pence, till.here) == (200, 0)
    assert pay(desk, held, till).status == "confirmed"
    assert (till.here, queries.list_money_faults()) == (200, [])


def test_what_is_only_held_reaches_no_cap_and_what_becomes_firm_costs_no_more_than_that(desk: Desk, till: Till) -> None:
    held = desk.hold_this(desk.offers("ann", OUT)[0], "on_board")
    other = book(desk, BACK, "on_board", till)
    assert other.fare_pence == 200  # the first may be let go for nothing
    assert desk.confirm(held).due_pence == 0
    assert (paid_in_all(till), queries.list_money_faults()) == (200, [])
    desk.cancel(other)
    assert fresh(held).due_pence == 200
    assert (paid_in_all(till), queries.list_money_faults()) == (200, [])


def test_who_pays_while_another_reaches_the_cap_gets_it_back(desk: Desk, till: Till) -> None:
    held = desk.hold_this(desk.offers("ann", OUT)[0], "online")
    open_page(desk, held, till)
    book(desk, BACK, "on_board", till)
    assert pay(desk, held, till).due_pence == 0
    settle(desk, till)
    assert (till.here, queries.list_money_faults()) == (0, [])


def test_of_a_return_that_is_held_one_way_alone_costs_its_own_fare(till: Till) -> None:
    desk = capped(day_pence=300)
    wish = replace(desk.wish(OUT), back=WayBack(leave_at=desk.at("14:00")))
    answer = desk.ask("ann", wish)
    assert isinstance(answer, list)
    there = desk.hold_this(answer[0], "on_board")
    back = there.return_leg
    assert (there.fare_pence, back.fare_pence) == (200, 100)
    desk.cancel(there, with_return=False)
    assert fresh(back).due_pence == 200 == back.offer.fare_pence
    assert desk.confirm(back).due_pence == 200
    assert queries.list_money_faults() == []


def test_what_others_do_and_what_no_cap_has_touched_changes_nothing(desk: Desk, till: Till) -> None:
    one, other = book(desk, OUT, "on_board", till), book(desk, BACK, "on_board", till)
    bob = desk.accept(desk.offers("bob", ON)[0], "on_board")
    desk.cancel(bob)
    desk.date += DAY
    desk.cancel(book(desk, OUT, "on_board", till))
    Service.objects.update(
        fares={"bands": FARES, "caps": {"day_pence": 10_000}}
    )  # dearer caps are for what is booked from now on
    desk.cancel(book(desk, OUT, "on_board", till))
    assert [fresh(row).cap_pence for row in (one, other)] == [0, 0]


# --- Whatever one does --------------------------------------------------------------------------------------------------------


def would_cost(own: dict[date, int], day: int, week: int) -> int:
    """What so much on these days of a week comes to: an own rule for caps, which knows no order."""
    return min(week, sum(min(day, pence) for pence in own.values()))


@pytest.mark.parametrize("seed", range(1, 4))
def test_in_any_order_one_pays_what_those_that_stand_would_cost(seed: int) -> None:
    rng, desk, till = random.Random(seed), capped(day_pence=300, week_pence=700), Till()
    start = desk.date
    done: dict[str, int] = defaultdict(int)
    for _ in range(40):
        desk.date = start + rng.randrange(3) * DAY
        rows = list(Booking.objects.filter(status__in=("confirmed", "held")).order_by("pk"))
        step = rng.choice(["book", "book", "hold", "cancel", "change", "confirm"])
        try:
            act(step, rng, desk, till, rows, done)
            done[step] += 1
        except DomainError:
            pass
        settle(desk, till)
        own: dict[date, int] = defaultdict(int)
        for row in Booking.objects.filter(status="confirmed"):
            own[row.date] += 200
        owed = sum(money.balance(row).owed_pence for row in Booking.objects.all())
        assert owed == would_cost(own, 300, 700)
        assert queries.list_money_faults() == []
    assert done["cancel"]
    assert done["change"]
    assert done["came due"]
    assert LedgerEntry.objects.filter(kind="uncapped").exists()
    assert send_refunds(port=till, now=desk.now) == 0


def act(step: str, rng: random.Random, desk: Desk, till: Till, rows: list[Booking], done: dict[str, int]) -> None:
    text = f"{rng.choice(['Mill->Station', 'Station->Mill'])} leave {rng.randrange(9, 17)}:{rng.choice(['00', '30'])}"
    some = rng.choice(rows) if rows else None
    pay_by = rng.choice(WAYS)
    if step in ("book", "hold"):
        answer = desk.ask("ann", desk.wish(text))
        if isinstance(answer, list):
            desk.hold_this(answer[0], pay_by) if step == "hold" else take(desk, answer[0], pay_by, till)
    elif some and step == "cancel":
        foretold = cancel_as_foretold(desk, some)
        done["came due"] += bool(foretold.comes_due)
    elif some and step == "confirm":
        desk.confirm(some)
    elif some and some.status == "confirmed":
        answer = desk.ask("ann", desk.wish(text), some)
        if isinstance(answer, list):
            change_booking(some.reference, answer[0].pk, planner=desk.planner, by=None, channel="app", now=desk.now)
