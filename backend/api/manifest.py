"""GET shifts/{id}/manifest: JSON, or a page to print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.template.loader import render_to_string
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.audit import SHIFT
from backend.api.base import ApiView, now, planner_for, query_of
from backend.api.manifest_json import ManifestSerializer, manifest_json
from backend.api.negotiation import FormatNegotiation
from backend.api.shifts import DRIVERS_AND_DISPATCHERS, get_visible_shift
from backend.api.strict import StrictSerializer
from backend.api.whom import whom
from bookings import queries


class ManifestPage(BaseRenderer):
    """The manifest as a page, out of the same data as the JSON; the template is found by name, as pages live elsewhere."""

    media_type = "text/html"
    format = "html"
    charset = "utf-8"

    def render(self, data: Any, accepted: str | None = None, context: Mapping[str, Any] | None = None) -> bytes:
        if data is None:  # an answer without a body
            return b""
        request = context["request"] if context else None
        return render_to_string("drover/manifest.html", {"manifest": data}, request=request).encode()


class FormatSerializer(StrictSerializer):
    format = serializers.ChoiceField(choices=["json", "html"], required=False, help_text="Instead of an Accept header.")


class ManifestView(ApiView):
    roles: ClassVar = {"GET": DRIVERS_AND_DISPATCHERS}
    about: ClassVar = {"GET": SHIFT}
    renderer_classes = [JSONRenderer, ManifestPage]
    content_negotiation_class = FormatNegotiation
    takes_query: ClassVar = {"GET"}

    @extend_schema(
        operation_id="get_manifest",
        parameters=[FormatSerializer],
        responses={(200, "application/json"): ManifestSerializer, (200, "text/html"): OpenApiTypes.STR},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The calls of a shift in order, as JSON, or with `Accept: text/html` as a page that prints on A4."""
        query_of(request, FormatSerializer)
        shift = get_visible_shift(whom(request), pk)
        found = queries.manifest(shift, planner=planner_for(shift.service), now=now())
        response = Response(manifest_json(found))
        response["Cache-Control"] = "no-store"
        return response
