"""Who calls with a partner's token: OAuth 2 client credentials, by django-oauth-toolkit."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class PartnerAuthentication(OAuth2Authentication):  # type: ignore[misc]
    """A token belongs to an application, and calls as the user of that: the partner.

    Only the header counts. The library would take a token from the address as well, where logs keep it.
    """

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if not get_authorization_header(request).lower().startswith(b"bearer "):
            return None
        found = super().authenticate(request)
        user = found[1].application.user if found and found[1].application else None
        if found is None or user is None or not user.is_active:
            raise AuthenticationFailed("This token doesn't work, or works no more: get a new one at /o/token/.")
        return user, found[1]


class PartnerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = PartnerAuthentication
    name = "partnerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        flow = {"tokenUrl": "/o/token/", "scopes": {"partner": "Book for passengers of your own."}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}
