"""E-mail, push and the console: each by its own library, against servers that answer as their specifications say."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import Settings

from backend.notify.letter import Gone, Letter, Refused, Unavailable
from backend.notify.ports.console import Console
from backend.notify.ports.smtp import Smtp
from backend.notify.ports.web_push import WebPush
from backend.outside.vapid import public_key
from tests.backend import provider_stubs as stubs
from tests.backend.provider_stubs import MailServer, Reply, mail_server, serving

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
ANN = "+447700900123"
PATIENCE_S, SHORT_S = 10.0, 0.3


def letter(**other: Any) -> Letter:
    said = {"key": "17-4-sms", "to": ANN, "title": "Your bus", "text": "Llŷn, 10:00. Ref K7M-4QX", "language": "cy"}
    return Letter(**{**said, "first_tried_at": NOW, "expires_at": NOW + timedelta(hours=2), **other})


# --- E-mail over SMTP


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def smtp(patience_s: float = PATIENCE_S) -> Smtp:
    return Smtp("Ure Valley Connect <bus@example.org>", patience_s)


def test_a_mail_arrives_whole(mail: MailServer) -> None:
    taken = smtp().send(letter(to="ann@example.org", title="Eich bws i'r Tŷ", text="Llŷn\n.\nwedyn\n"))
    (got,) = mail.mails
    assert mail.recipients == ["ann@example.org"]
    assert got["Message-ID"] == taken == "<17-4-sms@example.org>"
    assert (got["Content-Language"], got["Auto-Submitted"]) == ("cy", "auto-generated")
    assert got.get_payload(decode=True) == "Llŷn\r\n.\r\nwedyn\r\n".encode()
    assert smtp().find(letter()) is None


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"RCPT": "550 5.1.1 <ann@example.org> is unknown"}, Refused),
        ({"RCPT": "450 4.2.1 <ann@example.org> is busy"}, Unavailable),
        ({".": "554 5.7.1 looks like spam"}, Refused),
        ({".": "451 4.3.0 try again"}, Unavailable),
        ({"MAIL": "530 5.7.0 sign in first"}, Unavailable),
        ({"HELLO": "421 too busy"}, Unavailable),
    ],
)
def test_what_a_mail_server_says_no_with(mail: MailServer, answers: dict[str, str], error: type[Exception]) -> None:
    mail.answers = answers
    with pytest.raises(error) as said:
        smtp().send(letter(to="ann@example.org"))
    assert "ann" not in str(said.value)


def test_a_mail_server_that_is_slow_or_not_there(mail: MailServer, settings: Settings) -> None:
    mail.wait_s = 3 * SHORT_S
    with pytest.raises(Unavailable, match="no answer"):
        smtp(SHORT_S).send(letter(to="ann@example.org"))
    settings.EMAIL_PORT = 9
    with pytest.raises(Unavailable, match="no answer"):
        smtp().send(letter(to="ann@example.org"))


def test_a_server_that_hangs_up_after_taking_it_has_taken_it(mail: MailServer) -> None:
    mail.answers = {"QUIT": "500 what?"}
    assert smtp().send(letter(to="ann@example.org"))


# --- Push


@pytest.fixture
def own_network(settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]


@dataclass
class Browser:
    """Somebody's browser, with the keys of its subscription."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": _base64(point), "auth": _base64(self.auth)}

    def read(self, body: bytes) -> Any:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _private_key() -> str:
    return _base64(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))


@pytest.fixture
def browser_of_ann() -> Browser:
    return Browser(ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef")


def test_a_notification_can_be_read_by_the_device_alone(own_network: None, browser_of_ann: Browser) -> None:
    key = _private_key()
    with serving(stubs.push_service) as stub:
        sent = letter(key="17-4-push-9", to=f"{stub.url}/device", keys=browser_of_ann.keys, urgent=True)
        assert WebPush(key, "mailto:bus@example.org", PATIENCE_S).send(sent) == "17-4-push-9"
        (asked,) = stub.asked
        assert b"10:00" not in asked.body
        assert browser_of_ann.read(asked.body) == {
            "title": "Your bus",
            "body": "Llŷn, 10:00. Ref K7M-4QX",
            "tag": "17-4-push-9",
            "lang": "cy",
        }
        assert (asked.headers["Topic"], asked.headers["Urgency"], asked.headers["TTL"]) == ("17-4-push-9", "high", "7200")
        signed = dict(part.split("=", 1) for part in asked.headers["Authorization"].removeprefix("vapid ").split(","))
        assert signed["k"] == public_key(key)
        claims = jwt.decode(signed["t"], options={"verify_signature": False})
        assert (claims["sub"], claims["aud"]) == ("mailto:bus@example.org", stub.url)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404), Gone),
        (Reply(410), Gone),
        (Reply(400), Refused),
        (Reply(403), Refused),
        (Reply(413), Refused),
        (Reply(301, b"", {"Location": "https://example.org/"}), Refused),
        (Reply(429, b"", {"Retry-After": "120"}), Unavailable),
        (Reply(500), Unavailable),
        (Reply(503, b"", {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}), Unavailable),
    ],
    ids=lambda each: str(getattr(each, "status", "")),
)
def test_what_a_push_service_says_no_with(
    own_network: None, browser_of_ann: Browser, reply: Reply, error: type[Exception]
) -> None:
    with serving(stubs.push_service) as stub:
        stub.fault = reply
        with pytest.raises(error) as said:
            WebPush(_private_key(), "mailto:bus@example.org", PATIENCE_S).send(letter(to=stub.url, keys=browser_of_ann.keys))
        assert type(said.value) is error
        if isinstance(said.value, Unavailable):
            assert said.value.retry_after_s == (120 if reply.status == 429 else 0)


def test_a_push_service_that_is_slow_or_inside_our_network(browser_of_ann: Browser, settings: Settings) -> None:
    port = WebPush(_private_key(), "mailto:bus@example.org", SHORT_S)
    with serving(stubs.push_service) as stub:
        with pytest.raises(Refused, match="not on the public internet"):
            port.send(letter(to=stub.url, keys=browser_of_ann.keys))
        assert stub.asked == []
        settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
        stub.wait_s = 3 * SHORT_S
        with pytest.raises(Unavailable, match="no answer"):
            port.send(letter(to=stub.url, keys=browser_of_ann.keys))


def test_keys_that_are_none_are_refused(own_network: None) -> None:
    with pytest.raises(Refused, match="keys"):
        WebPush(_private_key(), "mailto:bus@example.org", PATIENCE_S).send(
            letter(to="http://127.0.0.1:9/", keys={"p256dh": "bm9uZQ", "auth": "bm9uZQ"})
        )


# --- The console


def test_the_console_writes_a_line_that_nobody_else_may_read(tmp_path: Path) -> None:
    file = tmp_path / "new" / "messages.log"
    for number in (1, 2):
        assert Console("sms", file).send(letter(key=f"{number}")) == f"{number}"
    assert [json.loads(line)["text"] for line in file.read_text().splitlines()] == ["Llŷn, 10:00. Ref K7M-4QX"] * 2
    assert file.stat().st_mode & 0o077 == 0
