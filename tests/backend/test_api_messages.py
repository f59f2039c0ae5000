"""How passengers say how they want to be told things, what staff see of it, and where operators have their partners told."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from backend.message_settings import MessageSettings
from backend.notify.breaker import Breaker
from backend.notify.outbox import queue_untold
from backend.notify.sending import send_due
from bookings.actions.add_device import MOST as MOST_DEVICES
from bookings.actions.add_webhook import MOST as MOST_WEBHOOKS
from bookings.models import Device, Message, Passenger, Webhook, WebhookDelivery
from tests.backend.api_world import World
from tests.backend.messenger import Provider

pytestmark = pytest.mark.django_db

POINT, SECRET = urlsafe_b64encode(b"\4" + b"p" * 64).decode().rstrip("="), urlsafe_b64encode(b"s" * 16).decode().rstrip("=")
KEYS = {"p256dh": POINT, "auth": SECRET}
PUBLIC = "https://8.8.8.8/hook"


# --- Oneself


def test_a_passenger_says_how_to_be_told(world: World) -> None:
    assert world.get("ann", "me").json() == {
        "id": world.users["ann"].passenger.pk,
        "name": "Ann",
        "phone": "07700 900001",
        "needs": "",
        "assistance": [],
        "extra_boarding_s": 0,
        "door_to_door": False,
        "standing": [],
        "language": "en",
        "email": "",
        "preferred_channel": "",
        "opted_out": {},
        "topics": ["confirmations", "reminders", "delays", "offers"],
        "push_key": None,
    }
    wanted = {
        "language": "cy",
        "email": "ann@example.org",
        "preferred_channel": "email",
        "opted_out": {"sms": ["reminders", "confirmations", "reminders"], "push": []},
    }
    changed = world.patch("ann", "me", wanted).json()
    assert changed["opted_out"] == {"sms": ["confirmations", "reminders"], "push": []}
    assert (changed["language"], changed["email"], changed["preferred_channel"]) == ("cy", "ann@example.org", "email")
    assert world.patch("ann", "me", {"preferred_channel": ""}).json()["language"] == "cy"
    assert Passenger.objects.get(user=world.users["bob"]).language == "en"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"language": "fr"}, "#/language"),
        ({"language": None}, "#/language"),
        ({"email": "ann"}, "#/email"),
        ({"preferred_channel": "pigeon"}, "#/preferred_channel"),
        ({"opted_out": ["reminders"]}, "#/opted_out"),
        ({"opted_out": {"pigeon": []}}, "#/opted_out"),
        ({"opted_out": {"sms": "reminders"}}, "#/opted_out/sms"),
        ({"opted_out": {"sms": ["cancellations by the operator"]}}, "#/opted_out/sms"),
        ({"opted_out": {"sms": [["reminders"]]}}, "#/opted_out/sms"),
        ({"door_to_door": True}, "#/door_to_door"),
        ({"phone": "07700 900999"}, "#/phone"),
    ],
)
def test_what_makes_no_sense_or_is_not_theirs_to_say_is_refused(world: World, body: dict[str, Any], pointer: str) -> None:
    answer = world.patch("ann", "me", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_staff_say_it_for_a_caller(world: World) -> None:
    bob = world.users["bob"].passenger.pk
    wanted = {"language": "cy", "opted_out": {"sms": ["reminders"]}, "email": "bob@example.org"}
    assert world.patch("agent", f"passengers/{bob}", wanted).status_code == 200
    known = world.get("dispatcher", f"passengers/{bob}").json()
    assert {name: known[name] for name in wanted} == wanted
    assert world.patch("otto", f"passengers/{bob}", wanted).status_code == 404


def test_a_browser_subscribes_with_the_key_that_it_was_given(world: World, settings: Settings) -> None:
    settings.MESSAGES = MessageSettings(push="web-push", vapid_key="A" * 42 + "E")
    assert len(world.get("ann", "me").json()["push_key"]) == 87
    subscription = {"endpoint": PUBLIC, "expirationTime": None, "keys": KEYS}
    first = world.post("ann", "me/devices", subscription)
    assert first.status_code == 201
    assert world.post("ann", "me/devices", {**subscription, "keys": {**KEYS, "auth": SECRET}}).json()["id"] == first.json()["id"]
    device = Device.objects.get()
    assert (device.passenger, device.endpoint, device.p256dh) == (world.users["ann"].passenger, PUBLIC, POINT)
    assert world.client("bob").delete(f"/api/v1/me/devices/{device.pk}").status_code == 404
    assert world.client("ann").delete(f"/api/v1/me/devices/{device.pk}").status_code == 204
    assert not Device.objects.exists()


def test_whoever_signs_in_on_a_device_after_somebody_else_has_it_alone(world: World) -> None:
    for who in ("ann", "bob"):
        world.post(who, "me/devices", {"endpoint": PUBLIC, "keys": KEYS})
    assert [device.passenger.name for device in Device.objects.all()] == ["Bob"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"endpoint": "https://169.254.169.254/", "keys": KEYS}, "#/endpoint"),
        ({"endpoint": "http://8.8.8.8/", "keys": KEYS}, "#/endpoint"),
        ({"endpoint": "javascript:alert(1)", "keys": KEYS}, "#/endpoint"),
        ({"endpoint": PUBLIC, "keys": {**KEYS, "p256dh": SECRET}}, "#/keys/p256dh"),
        ({"endpoint": PUBLIC, "keys": {**KEYS, "auth": "ŵ"}}, "#/keys/auth"),
        ({"endpoint": PUBLIC, "keys": {}}, "#/keys/p256dh"),
    ],
)
def test_what_is_no_device(world: World, body: dict[str, Any], pointer: str) -> None:
    answer = world.post("ann", "me/devices", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_devices_are_counted(world: World) -> None:
    for number in range(MOST_DEVICES):
        assert world.post("ann", "me/devices", {"endpoint": f"{PUBLIC}/{number}", "keys": KEYS}).status_code == 201
    assert world.post("ann", "me/devices", {"endpoint": PUBLIC, "keys": KEYS}).json()["type"].endswith("/too-many-devices")
    assert world.post("ann", "me/devices", {"endpoint": f"{PUBLIC}/0", "keys": KEYS}).status_code == 201


# --- What staff see of a booking


def test_staff_see_what_a_passenger_was_told_and_the_passenger_does_not_need_to(world: World) -> None:
    reference = world.book("ann")["reference"]
    address = f"bookings/{reference}"
    assert world.get("agent", address).json()["messages"] == []
    provider = Provider()
    queue_untold(usable=["sms"], now=world.now)
    world.now += timedelta(hours=2)  # past the quiet hours
    send_due({"sms": provider}, clock=lambda: world.now, seconds=60, breaker=Breaker())
    assert world.get("dispatcher", address).json()["messages"] == [
        {
            "kind": "confirmed",
            "channel": "sms",
            "language": "en",
            "state": "sent",
            "reason": "",
            "attempts": 1,
            "at": "2027-06-07T09:00:00+01:00",
            "told_at": None,
        }
    ]
    assert world.get("ann", address).json()["messages"] is None
    assert world.post("ann", f"{address}/cancel").json()["messages"] is None


# --- Webhooks


def test_a_dispatcher_has_a_partner_told(world: World) -> None:
    made = world.post("dispatcher", "webhooks", {"url": PUBLIC, "description": "planner", "events": ["booking.cancelled"]})
    assert made.status_code == 201
    secret = made.json().pop("secret")
    assert secret.startswith("whsec_")
    listed = world.get("dispatcher", "webhooks").json()
    assert [(each["url"], each["events"], each["active"]) for each in listed] == [(PUBLIC, ["booking.cancelled"], True)]
    assert "secret" not in listed[0]
    assert Webhook.objects.get().created_by == world.users["dispatcher"]
    assert world.get("otto", "webhooks").json() == []

    address = f"webhooks/{listed[0]['id']}"
    for status, answer in (
        (404, world.patch("otto", address, {"active": False})),
        (404, world.post("otto", f"{address}/secret")),
        (404, world.get("otto", f"{address}/deliveries")),
        (404, world.client("otto").delete(f"/api/v1/{address}")),
        (400, world.patch("dispatcher", address, {"url": PUBLIC})),
        (400, world.patch("dispatcher", address, {})),
        (400, world.patch("dispatcher", address, {"events": ["plan.published"]})),
    ):
        assert answer.status_code == status
    assert world.post("dispatcher", f"{address}/secret").json()["secret"] != secret
    assert Webhook.objects.get().secrets.count() == 2

    Webhook.objects.update(active=False, failing_since=world.now, switched_off_because="it answers 410 Gone")
    on = world.patch("dispatcher", address, {"active": True, "events": []}).json()
    assert (on["active"], on["failing_since"], on["switched_off_because"], on["events"]) == (True, None, "", [])
    assert world.client("dispatcher").delete(f"/api/v1/{address}").status_code == 204
    assert world.get("dispatcher", "webhooks").json() == []


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://localhost/", "http://8.8.8.8/", "https://[::ffff:10.0.0.1]/", "ftp://8.8.8.8/", "x", ""]
)
def test_an_address_that_leads_inside_is_not_registered(world: World, url: str) -> None:
    answer = world.post("dispatcher", "webhooks", {"url": url})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "#/url")
    assert not Webhook.objects.exists()


def test_addresses_are_counted(world: World) -> None:
    for _ in range(MOST_WEBHOOKS):
        assert world.post("dispatcher", "webhooks", {"url": PUBLIC}).status_code == 201
    assert world.post("dispatcher", "webhooks", {"url": PUBLIC}).json()["type"].endswith("/too-many-webhooks")


def test_what_became_of_telling_them_can_be_read(world: World) -> None:
    world.post("dispatcher", "webhooks", {"url": PUBLIC})
    reference = world.book("ann")["reference"]
    queue_untold(usable=[], now=world.now)
    WebhookDelivery.objects.update(reason="500", attempts=3)
    page = world.get("dispatcher", f"webhooks/{Webhook.objects.get().pk}/deliveries").json()
    (told,) = page["results"]
    assert (told["event"], told["booking"], told["state"], told["reason"], told["attempts"]) == (
        "booking.confirmed",
        reference,
        "queued",
        "500",
        3,
    )


# --- The admin


def test_an_administrator_registers_one_and_sees_its_secret_once(world: World) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("addy"))
    operator = world.service.operator.pk
    sent = {"operator": operator, "url": PUBLIC, "events": ["booking.cancelled"], "active": "on"}
    formset = {"secrets-TOTAL_FORMS": "0", "secrets-INITIAL_FORMS": "0"}
    refused = client.post("/admin/bookings/webhook/add/", {**sent, **formset, "url": "https://127.0.0.1/"})
    assert "not on the public internet" in refused.content.decode()
    page = client.post("/admin/bookings/webhook/add/", {**sent, **formset}, follow=True).content.decode()
    webhook = Webhook.objects.get()
    secret = webhook.secrets.get().secret
    assert secret in page
    assert (webhook.events, webhook.created_by_id) == (["booking.cancelled"], User.objects.get(username="addy").pk)
    address = f"/admin/bookings/webhook/{webhook.pk}/change/"
    assert secret not in client.get(address).content.decode()
    form = {**formset, "secrets-TOTAL_FORMS": "1", "secrets-INITIAL_FORMS": "1", "secrets-0-id": webhook.secrets.get().pk}
    form |= {"secrets-0-webhook": webhook.pk, "description": "planner", "active": "on"}
    assert client.post(address, form).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.description, webhook.events, webhook.url) == ("planner", [], PUBLIC)


def test_messages_can_only_be_read_there(world: World) -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("addy"))
    world.book("ann")
    queue_untold(usable=["sms"], now=world.now)
    message = Message.objects.get()
    assert client.get(f"/admin/bookings/message/{message.pk}/change/").status_code == 200
    assert client.post(f"/admin/bookings/message/{message.pk}/change/", {"state": "sent"}).status_code == 403
