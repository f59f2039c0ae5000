"""Money that goes back: paid too late, cancelled; and what happens while the provider has trouble."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from backend import tasks
from bookings import queries
from bookings.models import Audit, Booking, Checkout, Event, LedgerEntry, Refund, Service
from tests.backend.api_world import World
from tests.backend.shop import hold, hold_over, kinds, notify, open_page, paid, shop, state
from tests.backend.stripe_stub import StripeStub

__all__ = ["shop"]

pytestmark = pytest.mark.django_db


# --- Too late -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("swept", [False, True])
def test_money_that_comes_after_the_hold_goes_back_and_the_passenger_is_told(world: World, shop: StripeStub, swept: bool) -> None:
    reference = hold(world)
    session = open_page(world, reference)
    hold_over(world, reference)
    if swept:
        tasks.expire()
    assert notify(world, shop.pay(session)).status_code == 204
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 200, "refund_due_pence": 200}
    assert "payment.too_late" in kinds(reference)
    tasks.settle_payments()
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 0, "refund_due_pence": 0}
    assert [each["amount"] for each in shop.refunds.values()] == [200]
    assert kinds(reference)[-1] == "payment.refunded"
    tasks.expire()
    assert state(world, reference)[0] == "expired"
    assert queries.list_money_faults() == []


def test_money_for_what_was_cancelled_meanwhile_goes_back(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    session = open_page(world, reference)
    world.post("ann", f"bookings/{reference}/cancel")
    notify(world, shop.pay(session))
    tasks.settle_payments()
    assert [each["amount"] for each in shop.refunds.values()] == [200]
    assert queries.list_money_faults() == []


def test_pages_of_holds_that_are_over_are_closed(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    session = open_page(world, reference)
    tasks.settle_payments()
    assert shop.sessions[session]["status"] == "open"
    hold_over(world, reference)
    tasks.settle_payments()
    assert shop.sessions[session]["status"] == "expired"
    assert Checkout.objects.get().status == "closed"
    refused = world.post("ann", f"bookings/{reference}/payment")
    assert (refused.status_code, refused.json()["type"]) == (410, "/api/v1/problems/hold-expired")


def test_a_payment_of_which_no_notice_came_is_found_all_the_same(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    shop.pay(open_page(world, reference))
    hold_over(world, reference)
    tasks.settle_payments()
    assert [each["amount"] for each in shop.refunds.values()] == [200]
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 0, "refund_due_pence": 0}


def test_stripes_word_that_a_page_has_gone_is_taken(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    session = open_page(world, reference)
    assert notify(world, shop.event("checkout.session.expired", shop.sessions[session])).status_code == 204
    assert Checkout.objects.get().status == "closed"
    assert open_page(world, reference) != session  # still held, so there is another page


def test_another_sum_than_was_asked_for_goes_back_whole(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    event = shop.pay(open_page(world, reference))
    event["data"]["object"]["amount_total"] = 199
    notify(world, event)
    assert state(world, reference) == ("held", {"owed_pence": 0, "paid_pence": 199, "refund_due_pence": 199})


# --- The provider has trouble -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", [[500, 500], [503, 0], [0, 0], [429, 429]])
def test_a_page_that_cant_be_opened_can_be_tried_again(world: World, shop: StripeStub, faults: list[int]) -> None:
    reference = hold(world)
    shop.faults += faults
    refused = world.post("ann", f"bookings/{reference}/payment")
    assert (refused.status_code, refused.json()["type"]) == (503, "/api/v1/problems/payment-unavailable")
    shop.faults.clear()
    notify(world, shop.pay(open_page(world, reference)))
    assert state(world, reference)[0] == "confirmed"


def test_too_little_for_a_card_is_told(world: World, shop: StripeStub) -> None:
    Service.objects.update(fares=[{**band, "fare_pence": min(band["fare_pence"], 20)} for band in world.service.fares])
    reference = hold(world)
    refused = world.post("ann", f"bookings/{reference}/payment")
    assert refused.status_code == 503
    assert "at least 30 pence" in refused.json()["detail"]


def test_a_refund_stays_due_until_it_went_out_and_goes_out_once(
    world: World, shop: StripeStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = paid(world, shop)
    world.post("ann", f"bookings/{reference}/cancel")
    shop.faults += [500, 500]
    tasks.settle_payments()
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 200, "refund_due_pence": 200}
    shop.faults.clear()

    def die(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bookings.actions.send_refunds._sent", die)  # between Stripe's answer and writing it down
        with pytest.raises(KeyboardInterrupt):
            tasks.settle_payments()
    tasks.settle_payments()
    tasks.settle_payments()
    assert [each["amount"] for each in shop.refunds.values()] == [200]
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 0, "refund_due_pence": 0}
    assert queries.list_money_faults() == []


def test_a_refund_that_is_refused_is_for_somebody_to_see_to(world: World, shop: StripeStub) -> None:
    reference = paid(world, shop)
    shop.payments["pi_1"]["refunded"] = 200  # by hand, at Stripe
    world.post("ann", f"bookings/{reference}/cancel")
    tasks.settle_payments()
    refund = Refund.objects.get()
    assert (refund.status, "greater than unrefunded" in refund.fault) == ("failed", True)
    assert kinds(reference)[-1] == "payment.refund_failed"
    (fault,) = queries.list_money_faults()
    assert fault.startswith(f"A refund of 200p for {reference} failed (")
    assert "send it again" in fault
    assert queries.money_totals().refunds_failed_pence == 200


def failed_refund(world: World, shop: StripeStub, *, sent: bool) -> tuple[str, Refund]:
    """Of ann's booking: refused by the provider at once, or come back after it was sent."""
    reference = paid(world, shop)
    world.post("ann", f"bookings/{reference}/cancel")
    if not sent:
        shop.payments["pi_1"]["refunded"] = 200
    tasks.settle_payments()
    shop.payments["pi_1"]["refunded"] = 0
    if sent:
        notify(world, shop.event("refund.failed", shop.refunds["re_1"] | {"failure_reason": "lost_or_stolen_card"}))
    return reference, Refund.objects.get(status="failed")


def outstanding(world: World) -> list[str]:
    return [each["reference"] for each in world.get("dispatcher", "refunds").json()]


@pytest.mark.parametrize("sent", [False, True])
def test_a_refund_that_failed_is_sent_again_by_a_dispatcher(world: World, shop: StripeStub, sent: bool) -> None:
    reference, refund = failed_refund(world, shop, sent=sent)
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 200, "refund_due_pence": 200}
    assert outstanding(world) == [reference]
    before = list(shop.refunds)
    answer = world.post("dispatcher", f"refunds/{refund.pk}/send-again", {"why": "she has a new card"})
    assert (answer.status_code, answer.json()["status"]) == (201, "due")
    assert (outstanding(world), queries.list_money_faults()) == ([], [])
    tasks.settle_payments()
    tasks.settle_payments()
    assert [each["amount"] for name, each in shop.refunds.items() if name not in before] == [200]
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 0, "refund_due_pence": 0}
    assert queries.list_money_faults() == []
    assert Event.objects.get(kind="payment.refund_seen_to").data == {"pence": 200, "why": "she has a new card", "how": "due"}
    row = Audit.objects.get(operation__endswith="send-again")
    assert (row.kind, row.key, row.passenger_id) == ("booking", str(refund.pk), refund.booking.passenger_id)
    if sent:  # Stripe tells of the old one once more
        notify(world, shop.event("refund.failed", shop.refunds["re_1"] | {"failure_reason": "lost_or_stolen_card"}))
        assert outstanding(world) == []


@pytest.mark.parametrize("sent", [False, True])
def test_or_it_is_given_back_by_hand_and_stands_in_the_books(world: World, shop: StripeStub, sent: bool) -> None:
    reference, refund = failed_refund(world, shop, sent=sent)
    before = list(LedgerEntry.objects.order_by("pk").values())
    answer = world.post("dispatcher", f"refunds/{refund.pk}/settle", {"why": "by bank transfer on 2 June"})
    assert (answer.status_code, answer.json()["status"]) == (200, "settled")
    assert list(LedgerEntry.objects.order_by("pk").values())[: len(before)] == before
    entry = LedgerEntry.objects.latest("pk")
    assert (entry.kind, entry.pence, entry.note) == ("refund", 200, "by hand: by bank transfer on 2 June")
    assert entry.by is not None
    assert entry.by.username == "dispatcher"
    tasks.settle_payments()
    assert state(world, reference)[1] == {"owed_pence": 0, "paid_pence": 0, "refund_due_pence": 0}
    assert (outstanding(world), queries.list_money_faults()) == ([], [])


def test_a_refund_is_seen_to_once_with_a_reason_and_by_the_operators_own(world: World, shop: StripeStub) -> None:
    _, refund = failed_refund(world, shop, sent=True)
    address = f"refunds/{refund.pk}/send-again"
    assert world.post("dispatcher", address, {"why": " "}).status_code == 400
    assert world.post("otto", address, {"why": "mine"}).status_code == 404
    assert world.get("otto", "refunds").json() == []
    assert world.post("agent", address, {"why": "mine"}).status_code == 403
    assert world.post("dispatcher", address, {"why": "a new card"}).status_code == 201
    refused = world.post("dispatcher", f"refunds/{refund.pk}/settle", {"why": "in cash"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/refund-not-failed")
    assert Refund.objects.count() == 2


@pytest.mark.parametrize(("action", "status"), [("send_again", "due"), ("settle", "settled")])
def test_an_administrator_does_so_in_the_admin_and_says_why(world: World, shop: StripeStub, action: str, status: str) -> None:
    _, refund = failed_refund(world, shop, sent=True)
    admin = Client()
    admin.force_login(User.objects.create_superuser("addy"))

    def act(why: str) -> None:
        asked = {"action": action, "why": why, "_selected_action": [str(refund.pk)]}
        assert admin.post("/admin/bookings/refund/", asked).status_code == 302

    act("")
    assert Refund.objects.count() == 1
    act("by bank transfer")
    act("twice")
    refund.refresh_from_db()
    assert (refund.status, refund.again.status, Refund.objects.count()) == ("again", status, 2)
    assert (refund.seen_to_by.username, refund.seen_to_because) == ("addy", "by bank transfer")
    assert Audit.objects.filter(operation="admin changes refund", passenger=refund.booking.passenger).count() == 1


def test_a_refund_that_comes_back_is_written_down(world: World, shop: StripeStub) -> None:
    reference = paid(world, shop)
    world.post("ann", f"bookings/{reference}/cancel")
    tasks.settle_payments()
    event = shop.event("refund.failed", shop.refunds["re_1"] | {"failure_reason": "lost_or_stolen_card"})
    for _ in range(2):
        assert notify(world, event).status_code == 204
    assert state(world, reference)[1]["paid_pence"] == 200
    assert Refund.objects.get().fault == "lost_or_stolen_card"
    assert kinds(reference).count("payment.refund_failed") == 1


def test_nobody_else_opens_a_page_for_it(world: World, shop: StripeStub) -> None:
    reference = hold(world)
    for stranger in ("bob", "eve", "otto"):
        assert world.post(stranger, f"bookings/{reference}/payment").status_code == 404
    assert open_page(world, reference, "agent")


# --- Cancelling ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before_s", "who", "body", "fee"),
    [
        (7200, "ann", {}, 0),
        (7199, "ann", {}, 100),
        (7199, "agent", {}, 100),
        (7199, "agent", {"refund": "full"}, 0),
    ],
)
def test_what_goes_back_is_by_the_policy_to_the_second(
    world: World, shop: StripeStub, before_s: int, who: str, body: dict[str, str], fee: int
) -> None:
    reference = paid(world, shop)
    world.now = Booking.objects.get(reference=reference).pickup_from_at - timedelta(seconds=before_s)
    answer = world.post(who, f"bookings/{reference}/cancel", body).json()
    assert answer["payment"] == {"owed_pence": fee, "paid_pence": 200, "refund_due_pence": 200 - fee}
    tasks.settle_payments()
    assert state(world, reference) == ("cancelled", {"owed_pence": fee, "paid_pence": fee, "refund_due_pence": 0})
    assert queries.list_money_faults() == []


def test_a_passenger_cant_ask_for_more_than_the_policy(world: World, shop: StripeStub) -> None:
    reference = paid(world, shop)
    refused = world.post("ann", f"bookings/{reference}/cancel", {"refund": "full"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (403, "#/refund")
    assert state(world, reference)[0] == "confirmed"


def test_odd_pence_are_the_passengers(world: World, shop: StripeStub) -> None:
    Service.objects.update(fares=[{**band, "fare_pence": 201 if band["band"] == "adult" else 0} for band in world.service.fares])
    reference = hold(world)
    session = world.post("ann", f"bookings/{reference}/payment").json()["url"].rpartition("/")[2]
    notify(world, shop.pay(session))
    world.now = Booking.objects.get(reference=reference).pickup_from_at - timedelta(minutes=30)
    assert world.post("ann", f"bookings/{reference}/cancel").json()["payment"]["owed_pence"] == 100
