"""In which language an answer is: a passenger's own, a stranger's as they ask for it, English for everybody else.

The language is active while a view works, so that serializers and actions say what they say in it. What is kept is said in
English, or in every language: see `bookings.refusals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.request import Request

from backend.api.whom import Caller
from bookings.models import Language
from bookings.words import ENGLISH, spoken

GIVEN, REPLAYED = "Content-Language", "Idempotent-Replayed"


@contextmanager
def given_back() -> Iterator[None]:
    """After it the language is what it was before."""
    before = translation.get_language()
    try:
        yield
    finally:
        if before and translation.get_language() != before:
            translation.activate(before)


def speak(language: str) -> None:
    """Answer in this language from now on."""
    if language != spoken():
        translation.activate(language)


def speak_to_stranger(request: Request) -> None:
    """Answer as the caller accepts, until it's known who that is."""
    speak(accepted(request))
    request.drover_by_header = True  # type: ignore[attr-defined]


def speak_to(caller: Caller, request: Request) -> None:
    """Answer in a caller's own language."""
    speak(caller.language)
    request.drover_by_header = False  # type: ignore[attr-defined]


def accepted(request: Request) -> str:
    """The first of our languages that the header asks for; English where it asks for none of them."""
    if header := request.META.get("HTTP_ACCEPT_LANGUAGE"):
        for wanted, weight in parse_accept_lang_header(header):
            language = wanted.partition("-")[0]
            if weight and language in Language.values:
                return language
    return ENGLISH


def told(request: Request, response: HttpResponseBase) -> None:
    """Tell in the headers of an answer which language it's in, and where that went by what the caller accepts."""
    marked(response)
    if getattr(request, "drover_by_header", False):
        patch_vary_headers(response, ["Accept-Language"])


def marked(response: HttpResponseBase) -> None:
    """Tell which language an answer is in. One that is replayed is in the language that it was in at first."""
    language = spoken()
    if language != ENGLISH and response.status_code != 204 and REPLAYED not in response:
        response.headers[GIVEN] = language
