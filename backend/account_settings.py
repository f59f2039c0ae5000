"""What the libraries by which people sign in are told: django-allauth, knox, django-oauth-toolkit."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

OPTIONAL, REQUIRED = "optional", "required"

APPS = ["allauth", "allauth.account", "allauth.headless", "allauth.mfa", "oauth2_provider"]

MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]

# Passengers sign in by codes of our own, see bookings/actions/sign_in.py; of allauth they get the token, and its checks.
SETTINGS: dict[str, Any] = {
    "HEADLESS_ONLY": True,
    "HEADLESS_CLIENTS": ("app",),
    "HEADLESS_TOKEN_STRATEGY": "allauth.headless.tokens.strategies.sessions.SessionTokenStrategy",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
    "MFA_TOTP_ISSUER": "Drover",
    "MFA_TOTP_TOLERANCE": 1,  # telephones are some seconds slow, and so are people (RFC 6238, section 5.2)
    # Partners' tokens say nothing, last an hour, and are kept as digests.
    "OAUTH2_PROVIDER": {
        "SCOPES": {"partner": "Book for passengers of your own."},
        "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
        "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
        "OIDC_ENABLED": False,
    },
}


def read(env: Any) -> dict[str, Any]:
    """The settings, with what the environment says."""
    return {
        **SETTINGS,
        "STAFF_MFA": _one_of(env, "STAFF_MFA", OPTIONAL, REQUIRED),  # whether staff get in without a second factor
        "TABLET_DAYS": env.int("TABLET_DAYS", 365),  # how long a driver's tablet stays let in, unless it's shut out
    }


def _one_of(env: Any, name: str, *known: str) -> str:
    """A setting that is one of these, the first unless said. Raises ImproperlyConfigured."""
    found: str = env.str(name, known[0])
    if found not in known:
        raise ImproperlyConfigured(f"{name}={found}: use one of {', '.join(known)}")
    return found
