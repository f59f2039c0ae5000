"""What the libraries by which people sign in are told: django-allauth, knox, django-oauth-toolkit."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

OIDC = "staff"  # in the addresses: /oidc/staff/login/callback/
OPTIONAL, REQUIRED = "optional", "required"

APPS = ["allauth", "allauth.account", "allauth.headless", "allauth.mfa", "allauth.socialaccount"]
APPS += ["allauth.socialaccount.providers.openid_connect", "oauth2_provider"]

MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]

_RFC_9700 = (
    *("IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD"),
    *("ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS", "TOKEN_STORAGE"),
)

# Passengers sign in by codes of our own, see bookings/actions/sign_in.py; of allauth they get the token, and its checks.
SETTINGS: dict[str, Any] = {
    "HEADLESS_CLIENTS": ("app",),
    "HEADLESS_TOKEN_STRATEGY": "allauth.headless.tokens.strategies.sessions.SessionTokenStrategy",
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_ADAPTER": "backend.web.oidc.Accounts",
    "SOCIALACCOUNT_ADAPTER": "backend.web.oidc.OrganisationAccounts",
    # A link, as the pages' policy lets no form lead to another host. Whoever is led there by others is signed in as themselves.
    "SOCIALACCOUNT_LOGIN_ON_GET": True,
    "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
    "MFA_ADAPTER": "backend.sealed_secrets.SealedSecrets",
    "MFA_TOTP_ISSUER": "Drover",
    "MFA_TOTP_TOLERANCE": 1,  # telephones are some seconds slow, and so are people (RFC 6238, section 5.2)
    # Partners' tokens say nothing, last an hour, and are kept as digests; nothing that RFC 9700 advises against.
    "OAUTH2_PROVIDER": {
        "SCOPES": {"partner": "Book for passengers of your own."},
        "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
        **{f"COMPLIANT_BCP_RFC9700_{name}": True for name in _RFC_9700},
        "OIDC_ENABLED": False,
    },
}


def read(env: Any) -> dict[str, Any]:
    """The settings, with what the environment says."""
    issuer = env.str("OIDC_ISSUER", "")
    return {
        **SETTINGS,
        "OIDC_ISSUER": issuer,
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [_organisation(env, issuer)] if issuer else []}},
        "SECRET_KEY_FALLBACKS": env.list(
            "SECRET_KEY_FALLBACKS", default=[]
        ),  # what it was before: sessions and secrets stay good
        "STAFF_MFA": _one_of(env, "STAFF_MFA", OPTIONAL, REQUIRED),  # whether staff get in without a second factor
        "TABLET_DAYS": env.int("TABLET_DAYS", 365),  # how long a driver's tablet stays let in, unless it's shut out
    }


def _organisation(env: Any, issuer: str) -> dict[str, Any]:
    """The OpenID Connect provider by which staff may sign in. Raises ImproperlyConfigured."""
    missing = [name for name in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if not env.str(name, "")]
    if missing:
        raise ImproperlyConfigured(f"OIDC_ISSUER needs {', '.join(missing)}")
    if not issuer.startswith("https://") and urlsplit(issuer).hostname not in ("127.0.0.1", "localhost"):
        raise ImproperlyConfigured(f"OIDC_ISSUER={issuer}: what it says is believed, so it has to be an https address")
    return {
        "provider_id": OIDC,
        "name": "OpenID Connect",
        "client_id": env.str("OIDC_CLIENT_ID"),
        "secret": env.str("OIDC_CLIENT_SECRET"),
        "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True},
    }


def _one_of(env: Any, name: str, *known: str) -> str:
    """A setting that is one of these, the first unless said. Raises ImproperlyConfigured."""
    found: str = env.str(name, known[0])
    if found not in known:
        raise ImproperlyConfigured(f"{name}={found}: use one of {', '.join(known)}")
    return found
