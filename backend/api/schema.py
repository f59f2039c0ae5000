"""What the OpenAPI document says about problems, so that no view has to."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from backend.api import problem_types
from backend.api.problems import MEDIA_TYPE


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field of the body, or with one parameter of the address."""

    pointer = serializers.CharField(required=False, help_text="JSON pointer into the body, such as #/party/adults.")
    parameter = serializers.CharField(required=False, help_text="Name of a query parameter or header.")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. `type` can be opened; decide by it, and show `detail` to people."""

    type = serializers.CharField(help_text="Relative URI, such as /api/v1/problems/offer-expired.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    alternatives = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="Offers that can be had instead (409), or hints (422)."
    )

    def get_fields(self) -> dict[str, Any]:  # a serializer's own `errors` is something else
        return super().get_fields() | {"errors": ProblemErrorSerializer(many=True, required=False)}


class ApiSchema(AutoSchema):
    """Adds to every operation the problems that it can answer with."""

    def get_tags(self) -> list[str]:
        parts = self.path.removeprefix("/api/v1/").split("/")
        return ["days"] if "days" in parts else [parts[0]]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            if str(status) not in bodies:
                kind = problem_types.BY_STATUS[status]
                response = OpenApiResponse(ProblemSerializer, description=kind.title)
                bodies[str(status)] = self._described(response, str(status), direction)
        return dict(sorted(bodies.items()))

    def _described(self, response: OpenApiResponse, status: str, direction: Any) -> Any:
        return self._get_response_for_code(response, status, [MEDIA_TYPE], direction)  # type: ignore[no-untyped-call]

    def _problem_statuses(self) -> set[int]:
        statuses = {405, 406} | set(getattr(self.view, "problems", {}).get(self.method, ()))
        if self.view.get_permissions() and getattr(self.view, "roles", None) is not None:
            statuses |= {401, 403}
        if "{" in self.path:
            statuses.add(404)
        return statuses if self.method == "GET" else statuses | {400, 409, 413, 415, 422, 503}
