"""The API about itself: its OpenAPI document, its kinds of problems, and what is at no address."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.api import problem_types
from backend.api.problem_types import ProblemType


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1; YAML, or JSON with `Accept: application/json` or `?format=json`."""

    authentication_classes = []
    permission_classes = [AllowAny]


class ProblemTypesView(APIView):
    """Every kind of problem."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def get(self, request: Request) -> Response:
        return Response([_described(each) for each in problem_types.ALL.values()])


class ProblemTypeView(APIView):
    """One kind of problem, at the address that `type` gives."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def get(self, request: Request, slug: str) -> Response:
        if slug not in problem_types.ALL:
            raise Http404
        return Response(_described(problem_types.ALL[slug]))


class NothingHereView(APIView):
    """Any other address under the API."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


def _described(kind: ProblemType) -> dict[str, Any]:
    return {"type": kind.uri, "title": kind.title, "status": kind.status}
