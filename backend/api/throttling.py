"""Limits of calls, as headers tell them: draft-ietf-httpapi-ratelimit-headers."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase
from rest_framework.request import Request

from backend import limits
from backend.api.whom import DESK, Is, whom


def heed_anonymous(request: Request) -> None:
    """Count a call of somebody who isn't signed in. Raises TooMany."""
    limits.take("anonymous", limits.address_of(request))


def heed(request: Request, scope: str) -> None:
    """Count a call of a user; those at a desk and partners call for many, and have a limit of their own. Raises TooMany."""
    at_desk = f"{scope}-desk"
    name = at_desk if at_desk in settings.RATE_LIMITS and not whom(request).roles.isdisjoint(DESK | {Is.PARTNER}) else scope
    request.drover_left = name, limits.take(name, f"user {request.user.pk}")  # type: ignore[attr-defined]


def told(request: Request, response: HttpResponseBase) -> None:
    """Tell in the headers of an answer how many calls are left."""
    if left := getattr(request, "drover_left", None):
        name, tokens = left
        rate = settings.RATE_LIMITS[name]
        response.headers["RateLimit-Policy"] = f'"{name}";q={rate.most};w={rate.period_s}'
        response.headers["RateLimit"] = f'"{name}";r={tokens}'
