"""What all views of the API share."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer, ValidationError
from rest_framework.views import APIView

from backend.api import languages
from backend.api.audit import About, record, request_id
from backend.api.parsing import StrictJSONParser
from backend.api.problems import BadQuery
from backend.api.schema import ApiSchema
from backend.api.throttling import heed, heed_anonymous, told
from backend.api.whom import HasRole, Is, whom
from bookings import clock
from bookings.models import Service
from bookings.payment_port import PaymentPort
from bookings.planner import Planner

T = TypeVar("T", bound="Serializer[Any]")


class ApiView(APIView):
    """Strict JSON in, problems out, roles by method; nothing in the query that isn't known, and limits of calls."""

    schema = ApiSchema()
    parser_classes = [StrictJSONParser]
    permission_classes = [IsAuthenticated, HasRole]
    roles: ClassVar[Mapping[str, frozenset[Is]]] = {}
    public: ClassVar[Set[str]] = frozenset()
    """Methods for strangers, such as signing in. Who calls them is not looked at: a token that has run out is no hindrance."""
    problems: ClassVar[Mapping[str, set[int]]] = {}
    """Statuses by method that not every view can answer with, for the OpenAPI document."""
    takes_query: ClassVar[Set[str]] = frozenset()
    """Methods that read the query, with `query_of`; for others there is nothing to say in it."""
    limits: ClassVar[Mapping[str, str]] = {}
    """Scopes of `settings.RATE_LIMITS` by method, of which each user has so many calls."""

    about: ClassVar[Mapping[str, About]] = {}
    """What of people a method changes or shows, for the audit; see backend/api/audit.py."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with languages.given_back():
            return super().dispatch(request, *args, **kwargs)

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [] if self._open() else super().get_authenticators()

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self._open() else list(super().get_permissions())

    def _open(self) -> bool:
        """Where strangers may do something they are told what they can't do; to sign in first would not help them."""
        method = getattr(self.request, "method", None)
        return method in self.public or (bool(self.public) and method not in self.allowed_methods)

    def perform_authentication(self, request: Request) -> None:
        """Strangers are counted before they are refused: that's work, too. From here on the language of the answer is known."""
        languages.speak_to_stranger(request)
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            heed_anonymous(request)
            raise
        if request.user.is_authenticated:
            languages.speak_to(whom(request), request)
        else:
            heed_anonymous(request)

    def check_throttles(self, request: Request) -> None:
        if scope := self.limits.get(request.method or ""):
            heed(request, scope)
        asked = {"HEAD": "GET"}.get(request.method or "", request.method or "")
        if request.query_params and asked in self.allowed_methods and asked not in {"OPTIONS", *self.takes_query}:
            raise BadQuery({name: ["There is no parameter of this name here."] for name in request.query_params})

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        told(request, answer)
        languages.told(request, answer)
        record(self, request, answer)
        answer["X-Request-Id"] = request_id(request)
        return answer

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """The methods, in the header `Allow`; the OpenAPI document says the rest."""
        return Response(status=204)


def now() -> datetime:
    """The instant of this request: the database's clock, so that all web processes agree on what has expired."""
    return clock.database_now()


def planner_for(service: Service) -> Planner:
    """The planner of a service, by name: composing is done above this layer, in `backend.wiring`."""
    planner: Planner = import_string("backend.wiring.planner_for")(service)
    return planner


def payment_port() -> PaymentPort | None:
    """The payment provider of this installation, by name: composing is done above this layer, in `backend.wiring`."""
    port: PaymentPort | None = import_string("backend.wiring.payment_port")()
    return port


def body_of(request: Request, serializer: type[T], **context: Any) -> dict[str, Any]:
    """The body, checked. Raises ValidationError."""
    checked = serializer(data=request.data, context={"request": request, **context})
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def query_of(request: Request, serializer: type[T]) -> dict[str, Any]:
    """The query parameters, checked; each may stand once. Raises BadQuery."""
    repeated = {name: ["Give this once."] for name, values in request.query_params.lists() if len(values) > 1}
    checked = serializer(data=request.query_params.dict())
    try:
        checked.is_valid(raise_exception=True)
    except ValidationError as error:
        raise BadQuery(error.detail) from None
    if repeated:
        raise BadQuery(repeated)
    found: dict[str, Any] = checked.validated_data
    return found
