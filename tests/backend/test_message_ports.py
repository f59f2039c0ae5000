"""Each provider by its own library, against servers that answer as its documentation says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.http.http_client import TwilioHttpClient

from backend.notify.letter import Letter, Port, Refused, Unavailable
from backend.notify.ports.govuk import GovUkNotify
from backend.notify.ports.twilio_sms import TwilioSms
from backend.notify.ports.web_push import WebPush
from tests.backend import provider_stubs as stubs
from tests.backend.provider_stubs import Reply, Stub, serving

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
ANN = "+447700900123"
PATIENCE_S, SHORT_S = 10.0, 0.3
FAULTS = [Reply(500, {}), Reply(503, b"<html>"), Reply(502, b""), Reply(302, b"", {"Location": "/"})]


def letter(**other: Any) -> Letter:
    said = {"key": "17-4-sms", "to": ANN, "title": "Your bus", "text": "Llŷn, 10:00. Ref K7M-4QX", "language": "cy"}
    return Letter(**{**said, "first_tried_at": NOW, "expires_at": NOW + timedelta(hours=2), **other})


class Redirected(TwilioHttpClient):
    """Twilio's own client, which reaches the stub instead."""

    def __init__(self, url: str, timeout: float = PATIENCE_S, **other: Any) -> None:
        super().__init__(timeout=timeout, **other)
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *args, **kwargs)


@dataclass
class Case:
    port: Port
    stub: Stub


@contextmanager
def text_port(name: str, patience_s: float) -> Iterator[Case]:
    with serving(stubs.notify if name == "govuk" else stubs.twilio) as stub:
        if name == "govuk":
            yield Case(GovUkNotify("sms", stubs.NOTIFY_KEY, "template", patience_s, stub.url), stub)
        else:
            http = Redirected(stub.url, patience_s)
            yield Case(TwilioSms(stubs.TWILIO_ACCOUNT, stubs.TWILIO_TOKEN, "+447700900999", patience_s, http), stub)


@pytest.fixture(params=["govuk", "twilio"])
def sms(request: pytest.FixtureRequest) -> Iterator[Case]:
    with text_port(request.param, PATIENCE_S) as case:
        yield case


# --- Text messages, by either


def test_a_text_message_is_taken_under_a_name_of_theirs_and_found_again(sms: Case) -> None:
    assert sms.port.find(letter()) is None
    taken = sms.port.send(letter())
    assert taken in ("n-0", "SM" + "0" * 32)
    assert sms.port.find(letter()) == taken
    assert sms.port.find(letter(key="17-5-sms", text="another", to="+447700900124")) is None


def test_what_was_given_back_counts_as_not_taken(sms: Case) -> None:
    sms.port.send(letter())
    sms.stub.kept[0]["status"] = "permanent-failure" if sms.port.name == "govuk-notify" else "undelivered"
    assert sms.port.find(letter()) is None


def test_a_number_that_is_none_is_refused_and_not_quoted(sms: Case) -> None:
    with pytest.raises(Refused) as refused:
        sms.port.send(letter(to="+441632960100"))
    assert str(refused.value) in ("400 ValidationError", "400 21211")
    assert "1632" not in repr(refused.value)


@pytest.mark.parametrize("status", [401, 403])
def test_when_our_account_is_at_fault_the_letter_is_kept(sms: Case, status: int) -> None:
    govuk = stubs.notify_error(status, "AuthError", "Invalid token: API key not found")
    sms.stub.fault = govuk if sms.port.name == "govuk-notify" else stubs.twilio_error(status, 20003, "Authenticate")
    with pytest.raises(Unavailable, match=str(status)):
        sms.port.send(letter())


def test_too_many_at_once_wait(sms: Case) -> None:
    govuk = stubs.notify_error(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds")
    sms.stub.fault = govuk if sms.port.name == "govuk-notify" else stubs.twilio_error(429, 20429, "Too many requests")
    with pytest.raises(Unavailable, match="429") as busy:
        sms.port.send(letter())
    assert busy.value.retry_after_s == 60


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.status)
def test_a_fault_of_theirs_passes(sms: Case, fault: Reply) -> None:
    sms.stub.fault = fault
    with pytest.raises(Unavailable):
        sms.port.send(letter())
    with pytest.raises(Unavailable):
        sms.port.find(letter())


@pytest.mark.parametrize("name", ["govuk", "twilio"])
def test_one_that_answers_too_late_may_have_taken_it_and_is_asked(name: str) -> None:
    with text_port(name, SHORT_S) as sms:
        sms.stub.wait_s = 3 * SHORT_S
        with pytest.raises(Unavailable, match="no answer"):
            sms.port.send(letter())
        sms.stub.wait_s = 0
        assert sms.port.find(letter()) in ("n-0", "SM" + "0" * 32)


def test_one_that_is_not_there(sms: Case) -> None:
    dead = "http://127.0.0.1:9"
    port = (
        replace(sms.port, base_url=dead) if isinstance(sms.port, GovUkNotify) else replace(sms.port, http=Redirected(dead))  # type: ignore[type-var]
    )
    with pytest.raises(Unavailable, match="no answer"):
        port.send(letter())


def test_what_notify_is_handed(sms: Case) -> None:
    sms.port.send(letter())
    if sms.port.name == "govuk-notify":
        assert sms.stub.asked[0].json == {
            "phone_number": ANN,
            "template_id": "template",
            "personalisation": {"text": "Llŷn, 10:00. Ref K7M-4QX", "title": "Your bus"},
            "reference": "17-4-sms",
        }
    else:
        assert sms.stub.asked[0].form == {"To": ANN, "From": "+447700900999", "Body": "Llŷn, 10:00. Ref K7M-4QX"}


def test_a_messaging_service_of_twilio_sends_by_its_own_number() -> None:
    with serving(stubs.twilio) as stub:
        TwilioSms(stubs.TWILIO_ACCOUNT, stubs.TWILIO_TOKEN, "MG" + "1" * 32, PATIENCE_S, Redirected(stub.url)).send(letter())
        assert stub.asked[0].form["MessagingServiceSid"] == "MG" + "1" * 32


def test_notify_sends_e_mail_too() -> None:
    with serving(stubs.notify) as stub:
        port = GovUkNotify("email", stubs.NOTIFY_KEY, "template", PATIENCE_S, stub.url)
        assert port.send(letter(to="ann@example.org")) == "n-0"
        assert stub.asked[0].json["email_address"] == "ann@example.org"
        assert port.find(letter()) == "n-0"


def test_keys_and_people_are_not_told_by_a_repr() -> None:
    told = repr([TwilioSms("AC1", "secret", "+44", 1), GovUkNotify("sms", "secret", "t", 1), WebPush("secret", "c", 1), letter()])
    assert "secret" not in told
    assert ANN not in told
    assert "Llŷn" not in told
