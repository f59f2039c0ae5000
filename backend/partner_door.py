"""POST /o/token/ and /o/revoke_token/: where partners get their tokens, so many times a minute."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import RevokeTokenView, TokenView

from backend.limits import address_of, take
from bookings.actions.take_token import TooMany


class Limited:
    """Secrets can be tried as often as passwords can."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            take("sign-in", address_of(request))
            take("sign-in-name", _client_of(request))
        except TooMany as error:
            said = {"error": "temporarily_unavailable", "error_description": str(error)}
            return JsonResponse(said, status=429, headers={"Retry-After": str(error.wait_s), "Cache-Control": "no-store"})
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


@method_decorator(csrf_exempt, name="dispatch")
class LimitedTokenView(Limited, TokenView):  # type: ignore[misc]
    pass


@method_decorator(csrf_exempt, name="dispatch")
class LimitedRevokeView(Limited, RevokeTokenView):  # type: ignore[misc]
    pass


def _client_of(request: HttpRequest) -> str:
    """As whom somebody says they come, in the header or in the body."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except (binascii.Error, ValueError):
            return ""
    return request.POST.get("client_id", "")


urlpatterns = [
    path("token/", LimitedTokenView.as_view(), name="token"),
    path("revoke_token/", LimitedRevokeView.as_view(), name="revoke-token"),
]
