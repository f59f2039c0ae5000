"""What a driver's tablet is let in by, and how that is taken back: a token for the API, or a session for the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from knox.models import AuthToken

from backend.sessions import BACKEND, store
from bookings.actions.enrol_tablet import enrol_tablet
from bookings.actions.revoke_tablet import revoke_tablet
from bookings.models import Tablet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TOKEN, SESSION = "token", "session"


def enrol_by_token(code: str, *, now: datetime) -> tuple[Tablet, Any, str]:
    """A tablet that calls the API: its row, and its token as a row and in plain, which is shown this once.

    Raises EnrolmentRefused, RightsBeyondDriving.
    """
    with transaction.atomic():
        tablet = enrol_tablet(code, now=now)
        row, token = AuthToken.objects.create(tablet.driver.user, expiry=lasts())
        _keep(tablet, TOKEN, row.digest)
    return tablet, row, token


def enrol_by_session(request: HttpRequest, code: str, *, now: datetime) -> Tablet:
    """A tablet whose browser shows the page: it's signed in. Raises EnrolmentRefused, RightsBeyondDriving."""
    with transaction.atomic():
        tablet = enrol_tablet(code, now=now)
        login(request, tablet.driver.user, backend=BACKEND)
        request.session.set_expiry(lasts())
        request.session.save()
        assert request.session.session_key  # just saved
        _keep(tablet, SESSION, request.session.session_key)
    return tablet


def revoke(tablet: Tablet, *, by: User, now: datetime) -> None:
    """The tablet is out at once."""
    with transaction.atomic():
        kind, _, key = tablet.credential.partition(" ")
        if kind == TOKEN:
            AuthToken.objects.filter(digest=key).delete()
        elif kind == SESSION:
            store(key).delete()
        revoke_tablet(tablet, by=by, now=now)


def lasts() -> timedelta:
    return timedelta(days=settings.TABLET_DAYS)  # type: ignore[misc]  # out of `account_settings`


def _keep(tablet: Tablet, kind: str, key: str) -> None:
    tablet.credential = f"{kind} {key}"
    tablet.save(update_fields=["credential"])
