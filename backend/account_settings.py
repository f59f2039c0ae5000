"""What the libraries by which people sign in are told: django-allauth, knox, django-oauth-toolkit."""

from __future__ import annotations

from typing import Any

APPS = ["allauth", "allauth.account", "allauth.headless", "oauth2_provider"]

MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]

# Passengers sign in by codes of our own, see bookings/actions/sign_in.py; of allauth they get the token, and its checks.
SETTINGS: dict[str, Any] = {
    "HEADLESS_ONLY": True,
    "HEADLESS_CLIENTS": ("app",),
    "HEADLESS_TOKEN_STRATEGY": "allauth.headless.tokens.strategies.sessions.SessionTokenStrategy",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
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
        "TABLET_DAYS": env.int("TABLET_DAYS", 365),  # how long a driver's tablet stays let in, unless it's shut out
    }
