"""A receipt as a page, in the language of the answer that it's made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from typing import Any

from django.template.loader import render_to_string
from rest_framework.renderers import BaseRenderer

from backend.api.languages import GIVEN
from bookings.words import ENGLISH, Words, day_words, phrase, speaking

LANG = {ENGLISH: "en-GB"}
"""How the page says its language, where it's not simply called so."""

WORDS = {
    "skip": phrase("Skip to the content"),
    "sign_out": phrase("Sign out"),
    "passenger": phrase("Passenger"),
    "booking": phrase("Booking"),
    "journey": phrase("Journey"),
    "paid": phrase("Paid"),
    "made_of": phrase("What it is made up of"),
    "item": phrase("For"),
    "amount": phrase("Amount"),
}
WAYS = {"online": phrase("online"), "on_board": phrase("to the driver")}


class ReceiptPage(BaseRenderer):
    """A receipt as a page, out of the same data as the JSON; the template is found by name, as pages live elsewhere."""

    media_type = "text/html"
    format = "html"
    charset = "utf-8"

    def render(self, data: Any, accepted: str | None = None, context: Mapping[str, Any] | None = None) -> bytes:
        if data is None:
            return b""
        language = context["response"].headers.get(GIVEN, ENGLISH) if context else ENGLISH
        with speaking(language):
            told = {"receipt": data, "lang": LANG.get(language, language), "words": _words(data)}
            return render_to_string("drover/receipt.html", told, request=context["request"] if context else None).encode()


def _words(receipt: Mapping[str, Any]) -> dict[str, str]:
    """What the page says, by the names that the template has for it."""
    back = receipt["pence"] < 0
    journey = phrase(
        "{origin} to {destination}, {day}, {service}",
        origin=receipt["origin"],
        destination=receipt["destination"],
        day=_day(receipt["service_date"]),
        service=receipt["service"],
    )
    words = WORDS | {
        "name": phrase("Refund") if back else phrase("Receipt"),
        "heading": (phrase("Refund no. {number}") if back else phrase("Receipt no. {number}")).with_values(
            number=receipt["number"]
        ),
        "issued": _day(receipt["issued_at"][:10]),
        "sum": phrase("Given back") if back else phrase("Paid"),
        "way": WAYS.get(receipt["pay_by"], WAYS["on_board"]),
        "where": journey,
    }
    return {name: str(each) for name, each in words.items()}


def _day(iso: str) -> Words:
    """`Tuesday 24 November 2026`."""
    date = Date.fromisoformat(iso)
    return phrase("{day} {year}", day=day_words(date), year=date.year)
