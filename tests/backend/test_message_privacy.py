"""Whom what was sent to stands in no log and in no reason, whatever goes wrong; codes are kept nowhere."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from pytest_django import Settings

from backend import tasks
from backend.message_settings import MessageSettings
from backend.notify.breaker import Breaker
from backend.notify.codes import NotSent, send_code
from backend.notify.letter import Refused, Unavailable
from backend.notify.ports import choosing, govuk, twilio_sms
from backend.notify.ports.choosing import ports
from bookings.models import Device, Message, MessageChannel, WebhookDelivery
from tests.backend import provider_stubs as stubs
from tests.backend.messenger import RIDE, Messenger, Provider, open_messenger
from tests.backend.provider_stubs import Reply, Stub, mail_server, serving
from tests.backend.test_message_ports import Redirected

pytestmark = pytest.mark.django_db

NAME, PHONE, EMAIL, PLACE = "Ann Llywelyn-Price", "07700 900456", "ann.llywelyn@example.org", "Mill"
PRIVATE = ("Llywelyn", "900456", "900 456", "ann.llywelyn", "Pick-up", "push.example/ann")


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Messenger:
    town = open_messenger()
    monkeypatch.setattr(tasks, "database_now", lambda: town.desk.now)
    monkeypatch.setattr(tasks, "_providers", Breaker())
    return town


@pytest.mark.parametrize("trouble", ["none", "refused", "busy", "slow", "html"])
@pytest.mark.parametrize("provider", ["govuk-notify", "twilio", "smtp", "web-push"])
def test_no_log_names_anybody(
    town: Messenger,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    provider: str,
    trouble: str,
) -> None:
    caplog.set_level(logging.DEBUG)  # of the root, as LOG_LEVEL=DEBUG sets it
    ann = town.passenger(NAME, phone=PHONE, email=EMAIL)
    town.passenger("bob", phone="", email=EMAIL.replace("ann", "bob"))
    Device.objects.create(
        passenger=ann, endpoint="http://127.0.0.1:9/push.example/ann", p256dh="x", auth="y", created_at=town.desk.now
    )
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
    channel = {"smtp": "email", "web-push": "push"}.get(provider, "sms")
    ann.preferred_channel = channel
    ann.save()
    answers = {"govuk-notify": stubs.notify, "twilio": stubs.twilio}.get(provider, stubs.push_service)
    with serving(answers) as stub, mail_server() as mail:
        settings.MESSAGES = MessageSettings(
            **{channel: provider},
            timeout_s=0.3,
            govuk_key=stubs.NOTIFY_KEY,
            twilio_account=stubs.TWILIO_ACCOUNT,
            twilio_token=stubs.TWILIO_TOKEN,
            twilio_sender="+447700900999",
            email_from="bus@example.org",
            vapid_key="A" * 43,
        )
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail.port
        monkeypatch.setattr(choosing, "GovUkNotify", lambda *args: govuk.GovUkNotify(*args, base_url=stub.url))
        monkeypatch.setattr(twilio_sms, "TwilioHttpClient", lambda **given: Redirected(stub.url, **given))
        cause(trouble, stub, mail)
        town.desk.book(NAME, RIDE)
        tasks.deliver()
        town.desk.now = town.desk.now.replace(minute=5)
        tasks.deliver()  # and again, which asks the provider first
    assert Message.objects.get().attempts >= 1
    told = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    for word in PRIVATE:
        assert word not in "\n".join(told)
        assert word not in Message.objects.get().reason
    assert any("messages: " in line for line in told)


def cause(trouble: str, stub: Stub, mail: stubs.MailServer) -> None:
    faults = {
        "refused": Reply(400, {"code": 21211, "message": f"{PHONE} is no number", "errors": [{"error": "X", "message": PHONE}]}),
        "busy": Reply(429, {"message": PHONE}),
        "html": Reply(502, f"<p>{PHONE} {EMAIL}".encode()),
    }
    stub.fault = faults.get(trouble)
    mail.answers = {"refused": {"RCPT": f"550 <{EMAIL}> unknown"}, "busy": {"RCPT": f"450 <{EMAIL}> busy"}}.get(trouble, {})
    if trouble == "slow":
        stub.wait_s = mail.wait_s = 1


def test_what_is_kept_of_a_message_has_no_name_number_or_text(town: Messenger) -> None:
    town.passenger(NAME, phone=PHONE, email=EMAIL)
    town.desk.book(NAME, RIDE)
    town.deliver()
    kept = serializers.serialize("json", Message.objects.all())
    assert json.loads(kept)[0]["fields"]["state"] == "sent"
    for word in (*PRIVATE, PLACE):
        assert word not in kept


# --- Codes to sign in with


def send(
    town: Messenger, to: str, provider: Provider, channel: MessageChannel = MessageChannel.SMS, language: str = "en"
) -> None:
    send_code(
        to,
        "493 027",
        channel=channel,
        operator=town.desk.service.operator,
        language=language,
        minutes=10,
        now=datetime(2027, 6, 1, 9, tzinfo=UTC),
        ports={channel.value: provider},
    )


def test_a_code_goes_out_at_once_in_either_language(town: Messenger) -> None:
    provider = Provider()
    send(town, "07700 900456", provider)
    send(town, EMAIL, provider, MessageChannel.EMAIL, "cy")
    assert provider.texts == [
        "493 027 is your sign-in code for Town. It works for 10 minutes. Tell it to nobody.",
        "493 027 yw eich cod mewngofnodi ar gyfer Town. Mae'n ddilys am 10 munud. Cadwch ef yn gyfrinachol.",
    ]
    assert [letter.to for letter in provider.taken] == ["+447700900456", EMAIL]
    assert provider.taken[1].title == "Eich cod mewngofnodi ar gyfer Town"


@pytest.mark.parametrize("trouble", [None, Refused("21614"), Unavailable("503"), RuntimeError(f"{PHONE}: 493 027")], ids=type)
def test_a_code_is_kept_nowhere(town: Messenger, caplog: pytest.LogCaptureFixture, trouble: Any) -> None:
    caplog.set_level(logging.DEBUG)
    provider = Provider(trouble=trouble)
    if trouble:
        with pytest.raises(NotSent) as error:
            send(town, PHONE, provider)
        assert PHONE not in repr(error.value)
    else:
        send(town, PHONE, provider)
    told = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert "a code to sign in was" in told
    for word in ("493", "900456"):
        assert word not in told
    assert not Message.objects.exists()
    assert not WebhookDelivery.objects.exists()


def test_without_a_provider_or_a_number_there_is_no_code(town: Messenger, settings: Settings) -> None:
    with pytest.raises(NotSent):
        send(town, "not a number", Provider())
    settings.MESSAGES = replace(settings.MESSAGES, sms="")
    with pytest.raises(NotSent):
        send_code(
            PHONE,
            "1",
            channel=MessageChannel.SMS,
            operator=town.desk.service.operator,
            language="en",
            minutes=10,
            now=town.desk.now,
        )


# --- Which providers there are


def test_ports_are_those_that_the_settings_name(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    for chosen, names in (
        (MessageSettings(), {}),
        (MessageSettings(sms="console", email="smtp"), {"sms": "console", "email": "smtp"}),
        (MessageSettings(sms="twilio", email="govuk-notify", push="web-push"), None),
    ):
        settings.MESSAGES = chosen
        found = {channel: port.name for channel, port in ports().items()}
        assert found == ({"sms": "twilio", "email": "govuk-notify", "push": "web-push"} if names is None else names)
