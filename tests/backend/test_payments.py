"""Paying online, against a server that speaks as Stripe does: pages, and signed notices."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest

from backend import tasks
from bookings import queries
from bookings.models import Booking, Checkout, LedgerEntry, Receipt, Refund, Service
from tests.backend.api_world import World
from tests.backend.shop import hold, kinds, notify, open_page, paid, shop, state
from tests.backend.stripe_stub import StripeStub, sign

__all__ = ["shop"]

pytestmark = pytest.mark.django_db


# --- Paying -------------------------------------------------------------------------------------------------------------------


def test_a_held_booking_is_confirmed_by_its_payment(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    assert state(world, reference) == ("held", {"owed_pence": 0, "paid_pence": 0, "refund_due_pence": 0})
    session = open_page(world, reference)
    assert shop.sessions[session]["metadata"] == {"reference": reference}
    assert notify(world, shop.pay(session)).status_code == 204
    assert state(world, reference) == ("confirmed", {"owed_pence": 200, "paid_pence": 200, "refund_due_pence": 0})
    assert kinds(reference) == ["booking.held", "payment.received", "booking.confirmed"]
    assert queries.list_money_faults() == []


def test_no_name_or_number_of_a_person_goes_to_the_provider(world: World, shop: StripeStub) -> None:
    open_page(world, hold(world))
    told = json.dumps([asked for _, asked, _ in shop.answered.values()])
    assert "Ann" not in told
    assert "07700" not in told


def test_the_page_is_the_same_when_asked_for_again(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    assert open_page(world, reference) == open_page(world, reference)
    assert shop.calls == ["POST /v1/checkout/sessions"]


def test_an_answer_of_the_provider_that_gets_lost_opens_no_second_page(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    session = open_page(world, reference)
    Checkout.objects.update(session="", url="")  # as if the answer had never come
    world.now += timedelta(seconds=60)
    assert open_page(world, reference) == session
    assert len(shop.sessions) == 1


def test_it_cant_be_confirmed_without_having_been_paid(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    refused = world.post("agent", f"bookings/{reference}/confirm")
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/payment-needed")
    assert state(world, reference)[0] == "held"


def test_what_is_paid_online_is_held_first(world: World, shop: StripeStub) -> None:
    refused = world.post("ann", "bookings", {"offer": world.offers("ann")[0]["id"]})
    assert (refused.status_code, refused.json()["type"]) == (422, "/api/v1/problems/cant-pay-that-way")
    assert refused.json()["errors"][0]["pointer"] == "#/pay_by"
    assert not Booking.objects.exists()


def test_what_is_free_needs_no_payment(world: World, shop: StripeStub) -> None:
    free = world.book("ann", party={"concessions": 1})
    assert (free["status"], free["fare_pence"], free["pay_by"]) == ("confirmed", 0, "online")
    refused = world.post("ann", f"bookings/{free['reference']}/payment")
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/cant-pay")
    assert LedgerEntry.objects.count() == 0


def test_on_board_goes_on_as_ever(world: World, shop: StripeStub) -> None:
    booked = world.post("ann", "bookings", {"offer": world.offers("ann")[0]["id"], "pay_by": "on_board"}).json()
    assert (booked["status"], booked["pay_by"]) == ("confirmed", "on_board")
    assert world.post("ann", f"bookings/{booked['reference']}/payment").status_code == 409
    assert state(world, booked["reference"])[1]["owed_pence"] == 200


def test_only_the_driver_of_what_is_paid_on_board_collects(world: World, shop: StripeStub) -> None:
    online = paid(world, shop)
    cash = world.post("bob", "bookings", {"offer": world.offers("bob")[0]["id"], "pay_by": "on_board"}).json()["reference"]
    fares = {}
    for shift in world.get("dispatcher", "shifts").json()["results"]:
        for call in world.get("dispatcher", f"shifts/{shift['id']}/manifest").json()["calls"]:
            if call["action"] == "board":
                fares[call["booking"]] = call["fare_pence"]
    assert fares == {online: 0, cash: 200}


def test_without_a_provider_nothing_is_paid_online(world: World) -> None:
    Service.objects.update(payment_methods=["online"])
    refused = world.post("ann", "bookings", {"offer": world.offers("ann")[0]["id"], "hold": True})
    assert refused.json()["type"] == "/api/v1/problems/cant-pay-that-way"
    assert notify(world, "{}").status_code == 404
    tasks.settle_payments()


def test_a_service_that_isnt_paid_that_way_says_how_it_is(world: World, shop: StripeStub) -> None:
    Service.objects.update(payment_methods=["on_board"])
    offer = world.offers("ann")[0]["id"]
    refused = world.post("ann", "bookings", {"offer": offer, "hold": True, "pay_by": "online"})
    assert refused.status_code == 422
    assert "Ways to pay: to the driver." in refused.json()["detail"]
    assert world.post("ann", "bookings", {"offer": offer, "pay_by": "on_account"}).status_code == 422
    assert world.post("ann", "bookings", {"offer": offer, "pay_by": "barter"}).status_code == 400


# --- Notices ------------------------------------------------------------------------------------------------------------------


def test_a_notice_that_comes_again_changes_nothing(world: World, shop: StripeStub) -> None:
    event = shop.pay(open_page(world, hold(world)))
    for _ in range(3):
        assert notify(world, event).status_code == 204
    assert (LedgerEntry.objects.count(), Receipt.objects.count(), Refund.objects.count()) == (2, 1, 0)
    assert queries.list_money_faults() == []


def forged(body: str) -> list[str]:
    old = sign(body, at=time.time() - 301)
    return [
        *("", "t=1,v1=00", "nonsense", f"t={int(time.time())}", sign(body, secret="whsec_other"), old),
        sign(body.replace("paid", "unpaid")),
        sign(body).replace("v1=", "v0="),
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_notice_that_isnt_stripes_or_is_old_is_not_believed(world: World, shop: StripeStub, number: int) -> None:
    reference = hold(world)
    body = json.dumps(shop.pay(open_page(world, reference)))
    assert notify(world, body, forged(body)[number]).status_code == 400
    assert state(world, reference)[0] == "held"
    assert notify(world, body, sign(body, at=time.time() - 290)).status_code == 204
    assert state(world, reference)[0] == "confirmed"


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", "null", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")])
def test_what_is_signed_and_makes_no_sense_is_no_server_error(world: World, shop: StripeStub, body: str) -> None:
    assert notify(world, body).status_code in (204, 400)


def test_what_others_sell_in_the_same_account_is_none_of_our_business(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    event = shop.pay(open_page(world, reference))
    for changes in (
        {"client_reference_id": None},
        {"client_reference_id": "order 7"},
        {"client_reference_id": "00000000-0000-4000-8000-000000000000"},
        {"currency": "eur"},
        {"payment_status": "unpaid"},
    ):
        about = event["data"]["object"] | changes
        assert notify(world, shop.event("checkout.session.completed", about)).status_code == 204
    for kind in ("customer.created", "checkout.session.async_payment_failed"):
        assert notify(world, shop.event(kind, event["data"]["object"])).status_code == 204
    assert state(world, reference)[0] == "held"
    assert LedgerEntry.objects.count() == 0


def test_only_a_post_is_a_notice_and_nobody_needs_to_be_signed_in(world: World, shop: StripeStub) -> None:
    assert world.client(None).get("/api/v1/payments/stripe").status_code == 405
