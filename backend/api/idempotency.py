"""Idempotency-Key: a write that is sent twice happens once, and the second time brings the first answer again.

The key's row, what the write does, and the answer are one transaction. So a key is never left without its answer, and of two
writes with the same key at once the second waits for the first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from backend.api import problem_types
from backend.api.base import ApiView
from backend.api.problems import MEDIA_TYPE, BadQuery, Problem, ProblemRenderer
from bookings.models import IdempotencyKey

HEADER = "Idempotency-Key"
MAX_LENGTH = 200
KEPT = (409, 410)  # the noes that are answers to what was asked, and not to how
View = Callable[..., Response]

KEY_PARAMETER = OpenApiParameter(
    HEADER,
    {"type": "string", "maxLength": MAX_LENGTH, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="Anything of yours, up to 200 signs. The same key with the same body brings the same answer, with the header "
    "`Idempotent-Replayed: true`; with another body it is a 422.",
)


def idempotent(method: View) -> View:
    """Makes a view's method heed the header."""

    @wraps(method)
    def once(view: ApiView, request: Request, **parts: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return method(view, request, **parts)
        if not (0 < len(key) <= MAX_LENGTH and key.isascii() and key.isprintable()):
            raise BadQuery({HEADER: [f"Give 1 to {MAX_LENGTH} printable ASCII signs."]})
        user = cast(int, request.user.pk)  # the permissions let only users in
        about = {"method": request.method or "", "path": request.path[:300], "body_sha256": _digest(request.data)}
        with transaction.atomic():
            row, new = IdempotencyKey.objects.get_or_create(user_id=user, key=key, defaults=about)
            if not new:
                return _replay(request, row, about)
            response = _answer(view, lambda: method(view, request, **parts))
            if response.status_code >= 400 and response.status_code not in KEPT:  # correct it, or wait, and use the key again
                transaction.set_rollback(True)
            else:
                row.status, row.body = response.status_code, json.loads(json.dumps(response.data, cls=JSONEncoder))
                row.save(update_fields=["status", "body"])
        return response

    return once


def _answer(view: ApiView, act: Callable[[], Response]) -> Response:
    """The answer, also where it is a problem: what an action has stored before it says no stays stored."""
    try:
        return act()
    except Exception as error:
        return view.handle_exception(error)  # raises what nobody foresaw


def _replay(request: Request, row: IdempotencyKey, about: dict[str, str]) -> Response:
    if any(getattr(row, name) != value for name, value in about.items()):
        raise Problem(
            problem_types.KEY_REUSED,
            f"You used this key for {row.method} {row.path} before, or with another body. Take a new key for a new request.",
        )
    if row.status and row.status >= 400:
        request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), MEDIA_TYPE
    return Response(row.body, status=row.status, headers={"Idempotent-Replayed": "true"})


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
