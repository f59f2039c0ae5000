"""What staff show beside their password: a code of an authenticator app (RFC 6238), or one of the codes kept for when it's lost.

Secrets and codes are django-allauth's; whose turn it is, and how often one may try, is ours, since its limits and its memory of
codes that were used are one process's own.
"""

from __future__ import annotations

import logging
from typing import Any, NamedTuple

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from backend.account_settings import REQUIRED
from backend.limits import take
from bookings.actions.take_token import TooMany
from bookings.models import StaffMember

log = logging.getLogger(__name__)

APP, KEPT = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


class Drawn(NamedTuple):
    """A secret as an authenticator app takes it."""

    secret: str
    picture: str


def has_one(user: Any) -> bool:
    """Whether a user is asked for a code after the password."""
    return bool(Authenticator.objects.filter(user=user, type=APP).exists())


def must_set_up(user: Any) -> bool:
    """Whether a user gets in nowhere before they have set one up."""
    return settings.STAFF_MFA == REQUIRED and is_staff(user) and not has_one(user)  # type: ignore[misc]  # `account_settings`


def is_staff(user: Any) -> bool:
    """Those at a desk, and administrators."""
    return bool(user.is_staff or user.is_superuser) or StaffMember.objects.filter(user=user).exists()


def new_secret() -> str:
    found: str = generate_totp_secret()
    return found


def drawn(user: User, secret: str) -> Drawn:
    """A secret to be taken into an app, by camera or by hand."""
    adapter = get_adapter()
    address = adapter.build_totp_url(user, secret)
    return Drawn(" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), adapter.build_totp_svg(address))


def set_up(user: User, secret: str, code: str) -> list[str]:
    """Have the user asked from now on, if the code shows that the app has the secret: the codes to be kept; none if it doesn't.

    Raises TooMany.
    """
    take("second-factor", f"user {user.pk}")
    if not validate_totp_code(secret, code) or not _unused(user, code):
        return []
    with transaction.atomic():
        TOTP.activate(user, secret)
        Authenticator.objects.filter(user=user, type=KEPT).delete()
        codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def passes(user: User, code: str) -> bool:
    """Whether a code is one of the user's, that nobody has used. Raises TooMany."""
    take("second-factor", f"user {user.pk}")
    for each in Authenticator.objects.filter(user=user, type__in=[APP, KEPT]):
        if _fits(each, code) and (each.type == KEPT or _unused(user, code)):
            each.record_usage()
            return True
    return False


def _fits(kept: Authenticator, code: str) -> bool:
    try:
        return bool(kept.wrap().validate_code(code))
    except InvalidToken:
        log.error(
            "The second factor of %s was sealed with another SECRET_KEY: put that into SECRET_KEY_FALLBACKS, or run "
            "manage.py reset_second_factor %s",
            *[kept.user.get_username()] * 2,
        )
        return False


def forget(user: User) -> bool:
    """Take everything back, for somebody who has lost it; whether there was anything."""
    return bool(Authenticator.objects.filter(user=user).delete()[0])


def _unused(user: User, code: str) -> bool:
    """Whether a code that is right for a minute and a half is seen for the first time."""
    digits = "".join(sign for sign in code if sign.isalnum())
    try:
        take("second-factor-code", f"user {user.pk} {digits}")
    except TooMany:
        return False
    return True
