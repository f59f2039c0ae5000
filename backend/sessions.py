"""Sessions that are begun without a browser: for whoever signs in by the API, under a token that says nothing."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Opened(NamedTuple):
    """A session, and the token by which it goes on; django-allauth's header for it is X-Session-Token."""

    token: str
    lasts: timedelta


def store(key: str | None = None) -> SessionBase:
    """A session by its key; a new one without."""
    found: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return found


def open_session(request: HttpRequest, user: User, **more: Any) -> Opened:
    """Sign somebody in, without touching the session or the cookies that the request may have come with."""
    session = store()
    lasts: timedelta = settings.REST_KNOX["TOKEN_TTL"]  # type: ignore[assignment]
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(more)
    session.set_expiry(lasts)
    session.create()
    user_logged_in.send(sender=type(user), request=request, user=user)
    assert session.session_key  # just created
    return Opened(session.session_key, lasts)
