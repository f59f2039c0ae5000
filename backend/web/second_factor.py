"""The second step of signing in: the code of an authenticator app, or setting one up."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from backend import second_factor
from backend.limits import take
from backend.sessions import BACKEND
from backend.web.roles import start_of
from backend.web.safety import page
from bookings.actions.take_token import TooMany

PENDING, SECRET = "drover.pending", "drover.second_factor"
LASTS_S = 600


def step_after_password(request: HttpRequest, user: Any, next_page: str) -> HttpResponse | None:
    """The page that comes after the password of somebody who isn't signed in by it alone; None for others."""
    asked, to_set_up = second_factor.has_one(user), second_factor.must_set_up(user)
    if not (asked or to_set_up):
        return None
    request.session.pop(SECRET, None)
    request.session[PENDING] = {"user": user.pk, "at": now().timestamp(), "hash": user.get_session_auth_hash(), "next": next_page}
    return redirect("web:second-step" if asked else "web:set-up")


@page
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with the right one somebody is signed in."""
    user = _pending(request)
    if user is None:
        return redirect("web:sign-in")
    if request.method != "POST":
        return render(request, "drover/second_step.html")
    try:
        passed = second_factor.passes(user, request.POST.get("code", "")[:40])
    except TooMany as error:
        return _too_many(request, "drover/second_step.html", error, {})
    if not passed:
        return render(request, "drover/second_step.html", {"wrong": True}, status=422)
    return redirect(_signed_in(request, user))


@page
def set_up(request: HttpRequest) -> HttpResponse:
    """Take an authenticator app into use, and show once what to keep for when it's lost."""
    waiting = _pending(request)
    user: Any = waiting or request.user
    if not user.is_authenticated or second_factor.has_one(user):
        return redirect("web:sign-in" if waiting is None else "web:second-step")
    secret = request.session.setdefault(SECRET, second_factor.new_secret())
    shown = second_factor.drawn(user, secret)
    picture = base64.b64encode(shown.picture.encode()).decode()
    context = {"secret": shown.secret, "picture": picture, "signed_in": waiting is None}
    if request.method != "POST":
        return render(request, "drover/set_up.html", context)
    try:
        if waiting is None:
            take("sign-in-name", user.get_username().casefold())
        # Whoever finds a browser that is signed in must not lock its user out.
        known = waiting is not None or user.check_password(request.POST.get("password", ""))
        codes = second_factor.set_up(user, secret, request.POST.get("code", "")[:40]) if known else []
    except TooMany as error:
        return _too_many(request, "drover/set_up.html", error, context)
    if not codes:
        return render(request, "drover/set_up.html", context | {"wrong": True}, status=422)
    del request.session[SECRET]
    next_page = _signed_in(request, waiting) if waiting else start_of(user)
    return render(request, "drover/kept_codes.html", {"codes": codes, "next": next_page})


def _pending(request: HttpRequest) -> User | None:
    """Whoever has given their password in this browser, a moment ago, and has still the same one."""
    waiting = request.session.get(PENDING)
    if waiting is None or now().timestamp() - waiting["at"] > LASTS_S:
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == waiting["hash"] else None


def _signed_in(request: HttpRequest, user: User) -> str:
    """Sign somebody in who has done both; where they go then."""
    next_page: str = request.session.pop(PENDING)["next"]
    login(request, user, backend=BACKEND)
    return next_page or start_of(user)


def _too_many(request: HttpRequest, template: str, error: TooMany, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, template, context | {"wait_s": error.wait_s}, status=429)
    answer.headers["Retry-After"] = str(error.wait_s)
    return answer
