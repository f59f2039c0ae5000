"""A passenger who speaks Welsh is answered in Welsh, and a stranger as they ask for it; staff read English."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from backend.notify.outbox import queue_untold
from backend.wiring import planner_for, words_of
from bookings.actions.repeat import end_series
from bookings.models import Booking, Language, Message, Refusal, Series, Service
from bookings.receipts import issue_receipt
from tests.backend.api_world import World
from tests.backend.code_post import STRANGER, ask, enter
from tests.backend.messenger import Provider
from tests.backend.shop import hold, shop
from tests.backend.stripe_stub import StripeStub

__all__ = ["shop"]

pytestmark = pytest.mark.django_db

WRONG_CODE = "Nid yw'r cod hwn yn gweithio"


@pytest.fixture
def welsh(world: World) -> World:
    """Ann speaks Welsh."""
    say_in(world, Language.CY)
    return world


def say_in(world: World, language: Language) -> None:
    ann = world.users["ann"].passenger
    ann.language = language
    ann.save()


def told(answer: Any) -> tuple[int, str, str, str | None]:
    body = answer.json()
    return answer.status_code, body["title"], body["detail"], answer.headers.get("Content-Language")


# --- Bookings


def test_an_offer_that_has_expired(welsh: World) -> None:
    offer = {"offer": welsh.offers("ann")[0]["id"]}
    welsh.set_clock(welsh.now + timedelta(hours=1))
    gone = "Mae'r cynnig hwn wedi dod i ben. Gofynnwch eto am un newydd."
    assert told(welsh.post("ann", "bookings", offer)) == (410, "Mae'r cynnig wedi dod i ben", gone, "cy")
    english = (410, "The offer has expired", "This offer has expired. Ask again for a new one.", None)
    assert told(welsh.post("agent", "bookings", offer)) == english


def test_a_hold_that_is_over(welsh: World) -> None:
    reference = welsh.book("ann", hold=True)["reference"]
    welsh.set_clock(welsh.now + timedelta(hours=1))
    status, title, detail, language = told(welsh.post("ann", f"bookings/{reference}/confirm"))
    assert (status, title, language) == (410, "Mae'r cyfnod cadw wedi dod i ben", "cy")
    assert detail == f"Cadwyd {reference} yn rhy hir, ac nid yw'r lle ar gadw mwyach. Gofynnwch am y daith eto."
    status, title, detail, language = told(welsh.post("agent", f"bookings/{reference}/confirm"))
    assert (status, title, language) == (410, "The hold has expired", None)
    assert detail == f"{reference} was held too long, and its seat was given back. Ask for the journey again."


def test_a_cancelled_booking_is_confirmed(welsh: World) -> None:
    reference = welsh.book("ann")["reference"]
    assert welsh.post("ann", f"bookings/{reference}/cancel").status_code == 200
    status, title, detail, language = told(welsh.post("ann", f"bookings/{reference}/confirm"))
    assert (status, title, language) == (409, "Ni ellir cadarnhau hon", "cy")
    assert detail == f"{reference}: ni ellir cadarnhau archeb â'r statws hwn: wedi'i chanslo."
    status, title, detail, language = told(welsh.post("agent", f"bookings/{reference}/confirm"))
    assert (status, title, language) == (409, "This can't be confirmed", None)
    assert detail == f"{reference}: a booking that is cancelled can't be confirmed."


def test_a_call_that_is_sent_again_brings_what_was_said_at_first(welsh: World) -> None:
    offer = {"offer": welsh.offers("ann")[0]["id"]}
    welsh.set_clock(welsh.now + timedelta(hours=1))
    first = told(welsh.post("ann", "bookings", offer, HTTP_IDEMPOTENCY_KEY="once"))
    say_in(welsh, Language.EN)
    assert told(welsh.post("ann", "bookings", offer, HTTP_IDEMPOTENCY_KEY="once")) == first
    assert told(welsh.post("ann", "bookings", offer, HTTP_IDEMPOTENCY_KEY="twice"))[1] == "The offer has expired"
    say_in(welsh, Language.CY)
    again = told(welsh.post("ann", "bookings", offer, HTTP_IDEMPOTENCY_KEY="twice"))
    assert (again[1], again[3]) == ("The offer has expired", None)


def test_fields_are_named_as_they_are_and_what_is_wrong_with_them_in_welsh(welsh: World) -> None:
    answer = welsh.post("ann", "bookings", {}).json()
    assert answer["title"] == "Ni ellir deall rhan o'r hyn a anfonwyd"
    assert answer["detail"] == "#/offer: Rhaid llenwi'r maes hwn."
    assert answer["errors"] == [{"pointer": "#/offer", "detail": "Rhaid llenwi'r maes hwn."}]
    two = welsh.post("ann", "offers", welsh.wish(origin=None, destination=None)).json()
    assert two["detail"] == "#/origin: Rhaid llenwi'r maes hwn. (a 1 arall)"
    nobody = welsh.post("ann", "offers", welsh.wish(party={})).json()
    assert nobody["errors"] == [{"pointer": "#/party", "detail": "Dywedwch pwy sy'n teithio: o leiaf un person."}]


def test_what_is_wrong_with_a_code_of_a_promotion(welsh: World) -> None:
    _, title, detail, language = told(welsh.post("ann", "offers", welsh.wish(code="NOPE")))
    assert (title, language) == ("Ni ellir defnyddio'r cod hwn", "cy")
    assert detail == "Nid oes cod o'r fath. Gadewch y cod allan, neu rhowch un arall."
    assert Refusal.objects.latest("pk").detail == "There is no such code. Leave the code out, or give another."


def test_what_is_kept_is_kept_in_english_and_in_welsh(welsh: World) -> None:
    """A day of a series that can't be paid: the error is made while Welsh is spoken, and the desk reads English."""
    Service.objects.update(payment_methods=["online"])
    made = welsh.post("ann", "series", {**welsh.wish(), "repeat": {"weekdays": ["mon"]}})
    assert made.status_code == 201, made.data
    day = made.json()["days"][0]
    assert day["refusal"]["title"] == "Ni ellir talu fel hyn"
    assert day["refusal"]["detail"] == "Cedwir lle yn gyntaf, ac yna telir ar-lein: archebwch gyda hold."
    kept = Refusal.objects.get(pk=day["refusal"]["id"])
    assert kept.title == "This can't be paid in that way"
    assert kept.detail == "What is paid online is held first, then paid: book with hold."


def test_the_language_of_one_call_is_not_that_of_the_next(welsh: World) -> None:
    before = translation.get_language()
    for who, expected in (("ann", "Dim"), ("bob", "There"), ("ann", "Dim"), ("agent", "There")):
        answer = welsh.get(who, "bookings/ABC234")
        assert answer.json()["title"].startswith({"Dim": "Nid oes dim"}.get(expected, expected))
        assert translation.get_language() == before


# --- Fares and receipts


def test_fare_lines(welsh: World) -> None:
    offer = welsh.post("ann", "offers", welsh.wish(party={"adults": 2}))
    assert offer.headers["Content-Language"] == "cy"
    assert offer.json()["offers"][0]["fare_lines"][0]["text"] == "2 oedolyn am £2.00"
    reference = welsh.book("ann", party={"adults": 2})["reference"]
    assert welsh.get("agent", f"bookings/{reference}").json()["fare_lines"][0]["text"] == "2 adults at £2.00"


def test_a_receipt_says_its_language(welsh: World) -> None:
    booking = Booking.objects.get(reference=welsh.book("ann")["reference"])
    number = issue_receipt(booking, booking.fare_pence, at=welsh.now).number
    path = f"bookings/{booking.reference}/receipts/{number}"
    page = welsh.get("ann", path, HTTP_ACCEPT="text/html")
    text = page.content.decode()
    assert page.headers["Content-Language"] == "cy"
    assert '<html lang="cy">' in text
    for words in (f"Derbynneb rhif {number}", "dydd Llun 7 Mehefin 2027", "1 oedolyn am £2.00", "Talwyd", "i&#x27;r gyrrwr"):
        assert words in text
    english = welsh.get("agent", path, HTTP_ACCEPT="text/html").content.decode()
    assert '<html lang="en-GB">' in english
    for words in (f"Receipt no. {number}", "Monday 7 June 2027", "1 adult at £2.00", "to the driver"):
        assert words in english
    for word in ("Receipt", "Passenger", "Journey", "Paid", "Amount", "Sign out", "Skip"):
        assert word not in text.replace('class="receipt"', "")


# --- Strangers


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("cy", "cy"),
        ("cy-GB,cy;q=0.9,en;q=0.8", "cy"),
        ("fr, cy;q=0.5, en;q=0.4", "cy"),
        ("en-GB,en;q=0.9,cy;q=0.8", None),
        ("cy;q=0, fr", None),
        ("fr", None),
        ("\u00e9;;;", None),
        (None, None),
    ],
)
def test_a_stranger_is_answered_as_they_ask(world: World, header: str | None, language: str | None) -> None:
    sent = {} if header is None else {"HTTP_ACCEPT_LANGUAGE": header}
    answer = world.get(None, "me", **sent)
    titles = {"cy": "Mewngofnodwch yn gyntaf", None: "Sign in first"}
    assert (answer.status_code, answer.json()["title"]) == (401, titles[language])
    assert answer.headers.get("Content-Language") == language
    assert "Accept-Language" in answer.headers["Vary"]


def test_who_is_signed_in_is_answered_in_their_own_language_whatever_the_browser_asks_for(welsh: World) -> None:
    for who, title in (("ann", "Nid oes dim yma y gallwch ei weld"), ("agent", "There is nothing here that you can see")):
        for header in ("cy", "en"):
            answer = welsh.get(who, "bookings/ABC234", HTTP_ACCEPT_LANGUAGE=header)
            assert answer.json()["title"] == title
            assert "Accept-Language" not in answer.headers.get("Vary", "")


def test_a_code_is_asked_for_in_a_language(world: World, post: Provider) -> None:
    wrong = ask(world, phone="01765 123456", language="cy").json()
    assert wrong["errors"][0]["detail"] == "Rhowch rif ffôn symudol: nid yw neges destun yn cyrraedd y rhif hwn."
    assert ask(world, language="cy").json()["detail"] == "#: Rhowch phone neu email, ond nid y ddau."
    ticket = ask(world, phone=STRANGER, language="cy").json()["ticket"]
    assert post.taken[-1].language == "cy"
    status, title, detail, language = told(enter(world, ticket, "000-000"))
    assert (status, title, language) == (422, WRONG_CODE, "cy")
    assert detail.startswith("Nid yw'r cod hwn yn gweithio: efallai ei fod wedi'i gamdeipio")
    nameless = enter(world, ticket, post.taken[-1].text.partition(" yw ")[0])
    assert told(nameless)[:2] == (409, "Dywedwch pwy sy'n teithio")


def test_a_code_that_was_asked_for_in_english_is_refused_in_english(world: World, post: Provider) -> None:
    ticket = ask(world, phone=STRANGER).json()["ticket"]
    assert told(enter(world, ticket, "000-000"))[1] == "This code doesn't work"
    # Of a ticket that is nobody's, nothing is known but the header.
    stranger = world.post(None, "sign-in", {"ticket": "nobodys", "code": "1"}, HTTP_ACCEPT_LANGUAGE="cy")
    assert told(stranger)[1] == WRONG_CODE


# --- Codes are for programs


def test_ways_to_pay_are_called_what_people_call_them(welsh: World) -> None:
    Service.objects.update(payment_methods=["on_board", "online"])
    offers = welsh.offers("ann"), welsh.offers("bob")
    refused = [
        welsh.post(who, "bookings", {"offer": found[0]["id"], "pay_by": "on_account"}).json()["detail"]
        for who, found in zip(("ann", "bob"), offers, strict=True)
    ]
    name = welsh.service.name
    assert refused == [
        f"Ni thelir am {name} drwy ddatganiad misol. Ffyrdd o dalu: i'r gyrrwr, ar-lein.",
        f"{name} isn't paid by monthly statement. Ways to pay: to the driver, online.",
    ]


def test_why_a_day_of_a_series_was_cancelled_is_said_in_the_passengers_language(welsh: World) -> None:
    weekly = welsh.wish() | {"repeat": {"weekdays": ["mon"]}}
    series = welsh.post("ann", "series", weekly).json()["id"]
    row = Series.objects.select_related("service").get(pk=series)  # ended by nobody whom they had asked to
    end_series(row, cancel=True, planner=planner_for(row.service), by=None, now=welsh.now)
    reference = welsh.get("ann", "bookings").json()["results"][0]["reference"]
    read = {who: welsh.get(who, f"bookings/{reference}").json()["cancel_reason"] for who in ("ann", "agent")}
    assert read == {"ann": "nid yw'r daith yn cael ei hailadrodd mwyach", "agent": "no longer repeated"}
    queue_untold(usable=["sms"], now=welsh.now)
    message = Message.objects.filter(kind="cancelled_by_operator")[0]
    assert "Rheswm: nid yw'r daith yn cael ei hailadrodd mwyach." in words_of(message, "cy")
    assert "Reason: no longer repeated." in words_of(message, "en")


@pytest.mark.parametrize("language", Language)
def test_nobody_is_told_the_codes_of_a_payment_provider(world: World, shop: StripeStub, language: Language) -> None:
    say_in(world, language)
    reference = hold(world)
    shop.faults += [500, 500]
    detail = world.post("ann", f"bookings/{reference}/payment").json()["detail"]
    assert (
        detail
        == {
            "en": "The payment page can't be opened just now. Try again, or pay another way.",
            "cy": "Ni ellir agor y dudalen dalu ar hyn o bryd. Rhowch gynnig arall arni, neu talwch mewn ffordd arall.",
        }[language]
    )


def test_days_are_said_as_they_are_after_a_preposition(welsh: World) -> None:
    refused = welsh.post("ann", "offers", welsh.wish(leave_at=welsh.at(10, days=13))).json()  # Sunday 20 June
    assert refused["detail"] == (
        "Caiff teithiau eu bwcio hyd at 7 diwrnod ymlaen llaw: ar gyfer dydd Sul 20 Mehefin o ddydd Sul 13 Mehefin ymlaen."
    )
