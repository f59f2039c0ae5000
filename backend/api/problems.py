"""Errors as RFC 9457 problems: `application/problem+json`, a stable `type`, a `detail` to act on, pointers to the fields."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from backend.api import problem_types as types
from backend.api.domain_problems import problem_of
from backend.api.problem_types import ProblemType
from bookings.words import worded

MEDIA_TYPE = "application/problem+json"


class ProblemRenderer(JSONRenderer):
    """Problems are JSON whatever format the answer would have had."""

    media_type = MEDIA_TYPE


class Problem(exceptions.APIException):
    """A problem of a certain kind, with one field of the body or one parameter or header; `more` are members of its own."""

    def __init__(
        self, kind: ProblemType, detail: str, *, pointer: str | None = None, parameter: str | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.kind, self.status_code, self.more = kind, kind.status, more
        self.wait: int | None = kind.retry_after_s
        self.where = {name: place for name, place in (("pointer", pointer), ("parameter", parameter)) if place is not None}


class BadQuery(exceptions.ValidationError):
    """Like ValidationError, for headers and the part of the address after the `?`."""


def handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The problem that an exception stands for; None (a 500) for what nobody foresaw."""
    exc = _as_api_exception(exc)
    if not isinstance(exc, exceptions.APIException):
        return None
    body, headers = _body(exc), _headers(exc)
    set_rollback()
    request = context.get("request")
    if request is not None:
        request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), MEDIA_TYPE
    return Response(body, status=exc.status_code, headers=headers)


def _as_api_exception(exc: Exception) -> Exception:
    if isinstance(exc, Http404):
        return exceptions.NotFound(worded("There is nothing at this address, or it isn't yours to see."))
    if isinstance(exc, RequestDataTooBig):
        return Problem(types.TOO_LARGE, "The body is far too large.")
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied(*exc.args)
    found = problem_of(exc)
    if found is None:
        return exc
    problem = Problem(found.kind, found.detail, pointer=found.pointer, **found.more)
    problem.wait = getattr(exc, "wait_s", problem.wait)
    return problem


def _body(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, Problem):
        errors = [exc.where | {"detail": str(exc.detail)}] if exc.where else []
        return _document(exc.kind, str(exc.detail), errors) | exc.more
    if isinstance(exc, exceptions.ParseError):
        return _document(types.MALFORMED, str(exc.detail), [])
    kind = types.BY_STATUS.get(exc.status_code, types.INVALID)
    if not isinstance(exc, exceptions.ValidationError):
        return _document(kind, str(exc.detail), [])
    where = "parameter" if isinstance(exc, BadQuery) else "pointer"
    errors = [
        {where: _parameter(path) if where == "parameter" else pointer(path), "detail": said} for path, said in _leaves(exc.detail)
    ]
    first = errors[0]
    detail = f"{first[where]}: {first['detail']}"
    if len(errors) > 1:
        detail = worded("{first} (and {count} more)", first=detail, count=len(errors) - 1)
    return _document(kind, detail, errors)


def _document(kind: ProblemType, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    body: dict[str, Any] = {"type": kind.uri, "title": gettext(kind.title), "status": kind.status, "detail": detail}
    return body | ({"errors": errors} if errors else {})


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if auth := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    return headers


def _leaves(detail: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every message in what DRF collected, with the way to its field."""
    if isinstance(detail, Mapping):
        for name, each in detail.items():
            yield from _leaves(each, path if name == "non_field_errors" else (*path, str(name)))
    elif isinstance(detail, list):
        for place, each in enumerate(detail):
            # A list of messages belongs to one field; a list of dicts has one for each item.
            yield from _leaves(each, (*path, str(place)) if isinstance(each, Mapping | list) else path)
    else:
        # Some messages quote what was sent, where half a surrogate pair may stand.
        yield path, str(detail).encode("utf-8", "backslashreplace").decode()


def pointer(path: tuple[str, ...]) -> str:
    """A JSON pointer in its form as a URI fragment (RFC 6901, section 6): `#/party/adults`; the whole body is `#`."""
    return "#" + "".join("/" + quote(each.replace("~", "~0").replace("/", "~1"), safe="~") for each in path)


def _parameter(path: tuple[str, ...]) -> str:
    return path[0] if path else ""
