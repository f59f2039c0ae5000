"""There and back, changes, series and the waitlist, paid through the API against a server that speaks as Stripe does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend import tasks
from backend.wiring import planner_for
from bookings import queries
from bookings.actions.serve_waitlist import serve_waitlists
from bookings.actions.wait import join_waitlist
from bookings.models import Account, Booking, Checkout, Offer, Passenger, Refusal, Service
from tests.backend.api_world import World
from tests.backend.shop import hold, notify, open_page, paid, shop, state
from tests.backend.stripe_stub import StripeStub
from tests.backend.test_api_journeys import change

__all__ = ["shop"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _it_adds_up(db: None) -> Any:
    yield
    assert queries.list_money_faults() == []


def refunded(stub: StripeStub) -> list[int]:
    tasks.settle_payments()
    return sorted(int(each["amount"]) for each in stub.refunds.values())


def hold_both(world: World) -> tuple[str, str]:
    there = hold(world, **{"return": {"leave_at": world.at(14)}})
    return there, world.get("ann", f"bookings/{there}").json()["return_reference"]


def test_both_ways_are_paid_on_one_page(world: World, shop: StripeStub) -> None:
    there, back = hold_both(world)
    session = open_page(world, back, pence=400)
    assert open_page(world, there, pence=400) == session
    assert notify(world, shop.pay(session)).status_code == 204
    for reference in (there, back):
        assert state(world, reference) == ("confirmed", {"owed_pence": 200, "paid_pence": 200, "refund_due_pence": 0})
        assert [row["pence"] for row in world.get("ann", f"bookings/{reference}/receipts").json()] == [200]
    world.post("ann", f"bookings/{back}/cancel")
    assert refunded(shop) == [200]
    assert state(world, there)[0] == "confirmed"
    world.post("ann", f"bookings/{there}/cancel")
    assert refunded(shop) == [200, 200]


def test_paid_too_late_both_go_back_and_neither_is_confirmed(world: World, shop: StripeStub) -> None:
    there, back = hold_both(world)
    session = open_page(world, there, pence=400)
    world.now += timedelta(seconds=world.service.hold_s)
    notify(world, shop.pay(session))
    assert refunded(shop) == [200, 200]
    tasks.expire()
    assert [state(world, reference)[0] for reference in (there, back)] == ["expired", "expired"]


def test_the_page_goes_by_what_is_held_by_now(world: World, shop: StripeStub) -> None:
    there, back = hold_both(world)
    old = open_page(world, there, pence=400)
    world.post("ann", f"bookings/{back}/cancel")
    new = open_page(world, there)
    assert shop.sessions[old]["status"] == "expired"
    notify(world, shop.pay(new))
    assert state(world, there)[0] == "confirmed"


@pytest.mark.parametrize(
    ("party", "owed", "back"), [({"adults": 1}, 200, []), ({"children": 1}, 100, [100]), ({"adults": 2}, 400, [])]
)
def test_what_was_paid_counts_for_what_it_is_changed_to(
    world: World, shop: StripeStub, party: dict[str, int], owed: int, back: list[int]
) -> None:
    old = paid(world, shop)
    changed = change(world, "ann", old, leave_at=world.at(12), party=party)
    assert changed.status_code == 201, changed.data
    assert changed.json()["pay_by"] == "online"
    new = changed.json()["reference"]
    assert refunded(shop) == back
    assert state(world, old) == ("changed", {"owed_pence": 0, "paid_pence": 0, "refund_due_pence": 0})
    assert state(world, new) == ("confirmed", {"owed_pence": owed, "paid_pence": min(owed, 200), "refund_due_pence": 0})
    if owed > 200:
        notify(world, shop.pay(open_page(world, new)))
        assert state(world, new)[1] == {"owed_pence": 400, "paid_pence": 400, "refund_due_pence": 0}
    assert world.post("ann", f"bookings/{new}/payment").status_code == 409
    world.post("ann", f"bookings/{new}/cancel")
    assert sum(refunded(shop)) == sum(int(each["amount"]) for each in shop.payments.values())


def test_a_held_booking_is_confirmed_in_another_way(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    session = open_page(world, reference)
    for pay_by, status in (("barter", 400), ("on_account", 422), ("online", 409)):
        assert world.post("ann", f"bookings/{reference}/confirm", {"pay_by": pay_by}).status_code == status
    answer = world.post("ann", f"bookings/{reference}/confirm", {"pay_by": "on_board"})
    assert (answer.status_code, answer.json()["status"], answer.json()["pay_by"]) == (200, "confirmed", "on_board")
    tasks.settle_payments()
    assert shop.sessions[session]["status"] == "expired"
    assert Checkout.objects.get().status == "closed"


def test_a_page_for_a_long_hold_is_open_no_longer_than_stripe_allows(world: World, shop: StripeStub) -> None:
    reference = hold(world, leave_at=world.at(10, days=3))
    Booking.objects.filter(reference=reference).update(held_until=world.now + timedelta(days=2))
    first = open_page(world, reference)
    world.now += timedelta(hours=21)
    tasks.settle_payments()
    second = open_page(world, reference)
    assert shop.sessions[first]["status"] == "expired"
    notify(world, shop.pay(second))
    assert state(world, reference)[0] == "confirmed"


def test_a_series_says_how_it_is_paid(world: World, shop: StripeStub) -> None:
    Service.objects.update(payment_methods=["online", "on_account", "on_board"])
    wish = {**world.wish(), "repeat": {"weekdays": ["mon"]}}
    for pay_by, status in (("online", 422), ("on_account", 422), ("barter", 400)):
        refused = world.post("ann", "series", {**wish, "pay_by": pay_by})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (status, "#/pay_by")
    account = Account.objects.create(operator=world.service.operator, name="School")
    Passenger.objects.filter(user__username="ann").update(account=account)
    series = world.post("ann", "series", {**wish, "pay_by": "on_account"})
    assert (series.status_code, series.json()["pay_by"]) == (201, "on_account")
    assert {(row.pay_by, row.account) for row in Booking.objects.all()} == {("on_account", account)}


def test_who_waited_pays_to_confirm(world: World, shop: StripeStub) -> None:
    # Nobody gives anything back here: a wish that was refused for want of room is one for which there is room by now.
    refusal = Refusal.objects.create(
        service=world.service,
        date=world.now.date(),
        passenger=Passenger.objects.get(user__username="ann"),
        channel="app",
        wish=stored_wish(world),
        kind="no_room",
        title="",
        detail="",
        created_at=world.now,
    )
    join_waitlist(refusal, passenger=refusal.passenger, by=None, channel="app", now=world.now)  # type: ignore[arg-type]
    world.book("bob", pay_by="on_board")
    held = serve_waitlists(planner_for=planner_for, now=world.now)[0]
    assert (held.pay_by, state(world, held.reference)[0]) == ("online", "held")
    assert world.post("ann", f"bookings/{held.reference}/confirm").json()["type"].endswith("/payment-needed")
    notify(world, shop.pay(open_page(world, held.reference)))
    assert state(world, held.reference)[0] == "confirmed"


def stored_wish(world: World) -> Any:
    return Offer.objects.get(pk=world.offers("ann")[0]["id"]).wish
