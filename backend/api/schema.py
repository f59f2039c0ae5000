"""What the OpenAPI document says about problems, so that no view has to."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from backend.api import problem_types, schema_of_strict  # noqa: F401 (known by being imported)
from backend.api.problems import MEDIA_TYPE

COLUMN_MAXIMA = (2**15 - 1, 2**31 - 1, 2**63 - 1)
WAIT = {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds after which it's worth another try."}
REPLAYED = {"schema": {"const": "true"}, "description": "This is the answer to an earlier call with the same key."}


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
        statuses = {400, 405, 406, 429} | set(getattr(self.view, "problems", {}).get(self.method, ()))
        if self.method not in getattr(self.view, "public", ()) and getattr(self.view, "roles", None) is not None:
            statuses |= {401, 403}
        if "{" in self.path:
            statuses.add(404)
        return statuses if self.method == "GET" else statuses | {409, 413, 415, 422, 503}


def tidied(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The document with each kind of problem described once, and with what headers say of keys and waiting (a hook)."""
    shared: dict[str, Any] = result["components"].setdefault("responses", {})
    for method, operation in (each for methods in result["paths"].values() for each in methods.items()):
        if method == "patch":
            operation["requestBody"]["required"] = True
        keyed = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
        for status, response in operation["responses"].items():
            if MEDIA_TYPE in response.get("content", {}):
                shared[f"Problem{status}"] = response | _waiting(int(status))
                operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
            elif keyed:
                response.setdefault("headers", {})["Idempotent-Replayed"] = REPLAYED
    result["components"]["responses"] = dict(sorted(shared.items()))
    for name, schema in result["components"]["schemas"].items():
        if not name.endswith("Request"):
            _without_limits_of_columns(schema)
    return result


def _without_limits_of_columns(schema: dict[str, Any]) -> None:
    """What a column could hold at most differs from database to database, and tells nobody anything about an answer."""
    for each in schema.get("properties", {}).values():
        if each.get("maximum") in COLUMN_MAXIMA:
            del each["maximum"]
            each.pop("format", None)


def _waiting(status: int) -> dict[str, Any]:
    required, described = status in (429, 503), status in (409, 429, 503)
    return {"headers": {"Retry-After": WAIT | {"required": required}}} if described else {}
