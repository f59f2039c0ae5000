"""Partners are told of what happens to bookings, signed, once, and for days if need be; and never anywhere inside."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from backend.notify.breaker import Breaker
from backend.notify.outbox import queue_untold
from backend.notify.webhooks import WAITS_S, send_webhooks
from bookings import events
from bookings.actions.add_webhook import add_webhook
from bookings.actions.renew_webhook_secret import renew_webhook_secret
from bookings.kinds import TO_PARTNERS
from bookings.models import Event, Operator, State, Webhook, WebhookDelivery
from tests.backend.messenger import RIDE, Messenger, open_messenger
from tests.backend.provider_stubs import Reply, Stub, partner, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def stub(settings: Settings) -> Iterator[Stub]:
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
    with serving(partner) as stub:
        yield stub


@pytest.fixture
def town() -> Messenger:
    town = open_messenger()
    town.passenger("ann")
    return town


def add(town: Messenger, url: str, *kinds: str, operator: Operator | None = None) -> Webhook:
    where = operator or town.desk.service.operator
    return add_webhook(where, url=url, description="journey planner", events=list(kinds), by=None, now=town.desk.now)


def tell(town: Messenger, minutes: float = 0, breaker: Breaker | None = None) -> Counter[str]:
    """What beat has done every few seconds."""
    town.desk.now += timedelta(minutes=minutes)
    while queue_untold(usable=[], now=town.desk.now):
        pass
    with time_machine.travel(town.desk.now, tick=False):
        return send_webhooks(clock=lambda: town.desk.now, seconds=60, breaker=breaker or Breaker(failures=10**6))


def test_a_partner_is_told_of_a_booking_and_can_verify_that_we_did(town: Messenger, stub: Stub) -> None:
    webhook = add(town, f"{stub.url}/drover")
    booking = town.desk.book("ann", RIDE)
    assert tell(town) == {State.SENT: 1}
    (asked,) = stub.asked
    event = Event.objects.get()
    said = {
        "type": "booking.confirmed",
        "timestamp": "2027-06-01T09:00:00+01:00",
        "data": {"service": "town", "service_date": "2027-06-02", "booking": booking.reference},
    }
    with time_machine.travel(town.desk.now):
        assert Verifier(webhook.secrets.get().secret).verify(asked.body, dict(asked.headers.items())) == said
        with pytest.raises(WebhookVerificationError):  # the control
            Verifier(webhook.secrets.get().secret).verify(asked.body + b" ", dict(asked.headers.items()))
    assert asked.headers["webhook-id"] == f"evt_{event.pk}"
    assert asked.path == "/drover"
    assert "ann" not in asked.body.decode().lower()
    assert tell(town, 10) == {}


def test_looked_at_twice_it_is_told_once(town: Messenger, stub: Stub) -> None:
    add(town, stub.url)
    town.desk.book("ann", RIDE)
    tell(town)
    Event.objects.all().update(sent_at=None)
    assert tell(town) == {}
    assert WebhookDelivery.objects.count() == 1


def test_only_what_they_asked_for_and_only_of_their_operator(town: Messenger, stub: Stub) -> None:
    add(town, f"{stub.url}/cancellations", "booking.cancelled")
    add(town, f"{stub.url}/elsewhere", operator=Operator.objects.create(slug="other", name="Other"))
    booking = town.desk.book("ann", RIDE)
    assert tell(town) == {}
    town.desk.cancel(booking)
    assert tell(town) == {State.SENT: 1}
    assert [(asked.path, asked.json["type"]) for asked in stub.asked] == [("/cancellations", "booking.cancelled")]


def test_what_is_nobodys_business_is_told_to_nobody(town: Messenger, stub: Stub) -> None:
    add(town, stub.url)
    for kind in ("plan.reoptimised", "booking.due_soon", "driver.arrived"):
        events.record(kind, service=town.desk.service, date=town.desk.date, at=town.desk.now)
    assert tell(town) == {}
    assert not any(kind.startswith("plan.") for kind in TO_PARTNERS)


def test_a_partner_that_is_down_for_hours_is_told_the_same_under_the_same_name(town: Messenger, stub: Stub) -> None:
    add(town, stub.url)
    town.desk.book("ann", RIDE)
    stub.fault = Reply(500)
    assert tell(town) == {State.QUEUED: 1}
    assert tell(town, 0.2) == {State.QUEUED: 1}  # 5 s
    assert tell(town, 2) == {}
    assert tell(town, 4) == {State.QUEUED: 1}  # 5 min
    stub.fault = None
    assert tell(town, 35) == {State.SENT: 1}  # 30 min
    assert len({asked.headers["webhook-id"] for asked in stub.asked}) == 1
    assert len({asked.body for asked in stub.asked}) == 1
    assert len({asked.headers["webhook-timestamp"] for asked in stub.asked}) == 4
    assert Webhook.objects.get().failing_since is None


def test_after_three_days_of_trying_it_is_given_up(town: Messenger, stub: Stub) -> None:
    add(town, stub.url)
    town.desk.book("ann", RIDE)
    stub.fault = Reply(500)
    began = town.desk.now
    tell(town)
    while WebhookDelivery.objects.filter(state=State.QUEUED).exists():
        row = WebhookDelivery.objects.get()
        tell(town, max(0, (row.due_at - town.desk.now).total_seconds() / 60))
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.reason) == (State.GIVEN_UP, len(WAITS_S) + 1, "500")
    assert timedelta(hours=67) < town.desk.now - began < timedelta(hours=84)


def test_an_address_at_which_nothing_arrives_for_five_days_is_switched_off(town: Messenger, stub: Stub) -> None:
    webhook = add(town, stub.url)
    stub.fault = Reply(500)
    for day in range(6):
        town.desk.book("ann", f"Mill->Station leave {10 + day}:00") if not day else events.record(
            "booking.changed", service=webhook.operator.services.get(), date=town.desk.date, at=town.desk.now
        )
        tell(town)
        webhook.refresh_from_db()
        assert webhook.active
        town.desk.now += timedelta(days=1)
    events.record("booking.changed", service=webhook.operator.services.get(), date=town.desk.date, at=town.desk.now)
    tell(town)
    webhook.refresh_from_db()
    assert not webhook.active
    assert webhook.switched_off_because == "nothing got through for 5 days; the last answer: 500"
    before = len(stub.asked)
    tell(town, 60 * 24)
    assert len(stub.asked) == before
    assert not WebhookDelivery.objects.filter(state=State.QUEUED).exists()


def test_gone_is_gone(town: Messenger, stub: Stub) -> None:
    webhook = add(town, stub.url)
    town.desk.book("ann", RIDE)
    stub.fault = Reply(410)
    assert tell(town) == {State.FAILED: 1}
    webhook.refresh_from_db()
    assert (webhook.active, webhook.switched_off_because) == (False, "it answers 410 Gone")


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 500, 502])
def test_everything_else_is_tried_again_and_no_redirect_followed(town: Messenger, stub: Stub, status: int) -> None:
    add(town, stub.url)
    town.desk.book("ann", RIDE)
    stub.fault = Reply(status, b"private things of theirs", {"Location": f"{stub.url}/elsewhere"})
    assert tell(town) == {State.QUEUED: 1}
    assert len(stub.asked) == 1
    row = WebhookDelivery.objects.get()
    assert row.reason == str(status)
    assert "private" not in json.dumps([str(value) for value in vars(row).values()])


def test_a_partner_that_asks_for_time_is_given_it(town: Messenger, stub: Stub) -> None:
    add(town, stub.url)
    town.desk.book("ann", RIDE)
    stub.fault = Reply(429, b"", {"Retry-After": "600"})
    tell(town)
    stub.fault = None
    assert tell(town, 9.9) == {}
    assert tell(town, 0.2) == {State.SENT: 1}


def test_one_that_is_dead_keeps_no_other_from_being_told(town: Messenger, stub: Stub) -> None:
    town.passenger("bob")
    add(town, "http://127.0.0.1:9/dead")
    add(town, stub.url)
    for who, at in (("ann", "10:00"), ("bob", "12:00"), ("ann", "14:00"), ("bob", "16:00")):
        town.desk.book(who, f"Mill->Station leave {at}")
    found = tell(town, breaker=Breaker(failures=2))
    assert found == {State.QUEUED: 2, State.SENT: 4}, "the dead one is left in peace after two"


def test_an_address_that_leads_inside_by_now_is_not_called(town: Messenger, stub: Stub, settings: Settings) -> None:
    add(town, stub.url)
    settings.WEBHOOK_NETWORKS = []
    town.desk.book("ann", RIDE)
    assert tell(town) == {State.QUEUED: 1}
    assert stub.asked == []
    assert WebhookDelivery.objects.get().reason == "127.0.0.1 is not on the public internet."


def test_a_secret_is_replaced_and_both_are_good_for_a_day(town: Messenger, stub: Stub) -> None:
    webhook = add(town, stub.url)
    old = webhook.secrets.get().secret
    new = renew_webhook_secret(webhook, now=town.desk.now)
    assert old.startswith("whsec_")
    assert new != old
    assert verified(town, stub, "ann", "10:00", old, new) == [True, True]
    town.desk.now += timedelta(days=1, minutes=1)
    town.desk.date += timedelta(days=1)
    assert verified(town, stub, "ann", "12:00", old, new) == [False, True]


def verified(town: Messenger, stub: Stub, who: str, at: str, *secrets: str) -> list[bool]:
    """Whether the delivery of a booking verifies with each of the secrets."""
    town.desk.book(who, f"Mill->Station leave {at}")
    tell(town)
    asked = stub.asked[-1]
    found = []
    for secret in secrets:
        with time_machine.travel(town.desk.now, tick=False):
            try:
                Verifier(secret).verify(asked.body, dict(asked.headers.items()))
            except WebhookVerificationError:
                found.append(False)
            else:
                found.append(True)
    return found


def test_the_signature_is_of_the_attempt_by_the_clock_of_the_world(town: Messenger, stub: Stub) -> None:
    # The library takes a time at its word and not in its zone: 9:00 in London in summer is 8:00 UTC.
    add(town, stub.url)
    town.desk.book("ann", RIDE)
    tell(town)
    assert stub.asked[0].headers["webhook-timestamp"] == str(int(town.desk.now.timestamp()))
    assert datetime.fromtimestamp(int(stub.asked[0].headers["webhook-timestamp"]), town.desk.service.tz) == town.desk.now
