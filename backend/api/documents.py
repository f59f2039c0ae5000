"""The API about itself: its OpenAPI document, its kinds of problems, and what is at no address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.api import openapi, problem_types
from backend.api.negotiation import FormatNegotiation
from backend.api.problem_types import ProblemType


class DocumentView(APIView):
    """For everybody, and without limit: to count would be more work than to answer. Not part of the OpenAPI document."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None


class YamlRenderer(BaseRenderer):
    media_type = "application/yaml"
    format = "yaml"
    charset = "utf-8"

    def render(self, data: Any, accepted: str | None = None, context: Mapping[str, Any] | None = None) -> bytes:
        return openapi.committed_text().encode()


class SchemaView(DocumentView):
    """OpenAPI 3.1, as it's committed; YAML, or JSON with `Accept: application/json` or `?format=json`."""

    renderer_classes = [YamlRenderer, JSONRenderer]
    content_negotiation_class = FormatNegotiation

    def get(self, request: Request) -> Response:
        return Response(openapi.committed())


class ProblemTypesView(DocumentView):
    """Every kind of problem."""

    def get(self, request: Request) -> Response:
        return Response([_described(each) for each in problem_types.ALL.values()])


class ProblemTypeView(DocumentView):
    """One kind of problem, at the address that `type` gives."""

    def get(self, request: Request, slug: str) -> Response:
        if slug not in problem_types.ALL:
            raise Http404
        return Response(_described(problem_types.ALL[slug]))


class NothingHereView(DocumentView):
    """Any other address under the API."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}  # it allows nothing


def _described(kind: ProblemType) -> dict[str, Any]:
    return {"type": kind.uri, "title": kind.title, "status": kind.status}
