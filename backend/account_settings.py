"""What the libraries by which people sign in are told: django-allauth, knox, django-oauth-toolkit."""

from __future__ import annotations

APPS = ["allauth", "allauth.account", "allauth.headless"]

MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]

# Passengers sign in by codes of our own, see bookings/actions/sign_in.py; of allauth they get the token, and its checks.
SETTINGS = {
    "HEADLESS_ONLY": True,
    "HEADLESS_CLIENTS": ("app",),
    "HEADLESS_TOKEN_STRATEGY": "allauth.headless.tokens.strategies.sessions.SessionTokenStrategy",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
}
