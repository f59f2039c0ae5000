"""Idempotency-Key: a write that is sent twice happens once, and the second time brings the first answer again.

The key's row, what the write does, and the answer are one transaction. So a key is never left without its answer, and of two
writes with the same key at once the second waits for the first, for as long as one waits for any lock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.db import OperationalError, transaction
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from backend.api import languages, problem_types
from backend.api.audit import record
from backend.api.base import ApiView, now, planner_for
from backend.api.domain_problems import lock_not_had
from backend.api.problems import MEDIA_TYPE, BadQuery, Problem, ProblemRenderer
from bookings.actions.serve_waitlist import after_others
from bookings.models import IdempotencyKey
from bookings.turns import OthersFirst

HEADER = "Idempotency-Key"
MAX_LENGTH = 200
KEPT = (409, 410)  # the noes that are answers to what was asked, and not to how
KEPT_HEADERS = ("ETag", "Location", languages.GIVEN)
BEGUN = 202
"""What is kept of a write that goes on; nobody is answered with it."""
View = Callable[..., Response]
Finish = Callable[[ApiView, Request, Any], Response]
"""Does the rest of a write that was begun, of which it's given what was kept, and answers."""

KEY_PARAMETER = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Anything of yours that you use for this write alone, such as a UUID. Sent again with the same body within "
    "24 hours, it brings the same answer, with the header `Idempotent-Replayed: true`; with another body it is a 422.",
)


def idempotent(method: View) -> View:
    """Makes a view's method want the header, and heed it."""
    return _once(method, None)


def idempotent_in_steps(finish: Finish) -> Callable[[View], View]:
    """The same for a write that goes on in transactions of its own, once what the method has begun is committed.

    The method answers BEGUN with what `finish` needs to know, and `finish` gives the answer, which is then kept. Until it is,
    whoever sends the same again goes on with it, too: so `finish` must do nothing twice, however often it was killed.
    """
    return lambda method: _once(method, finish)


def _once(method: View, finish: Finish | None) -> View:
    @wraps(method)
    def once(view: ApiView, request: Request, **parts: Any) -> Response:
        key = _key_of(request)
        user = cast(int, request.user.pk)  # the permissions let only users in
        about = {"method": request.method or "", "path": request.path[:300], "body_sha256": _digest(request.data)}

        def write() -> Response:
            with transaction.atomic():
                row, new = _claim(user, key, about)
                response = _answer(view, lambda: method(view, request, **parts)) if new else _replay(request, row, about)
                if new and response.status_code >= 400 and response.status_code not in KEPT:
                    transaction.set_rollback(True)  # correct it, or wait, and use the key again
                    return response
                if new:
                    _keep(row, response)
                record(view, request, response, replayed=not new)
            return _finished(view, request, row, finish) if finish and row.status == BEGUN else response

        return after_others(write, planner_for=planner_for, now=now)

    once.on_record = True  # type: ignore[attr-defined]
    return once


def _key_of(request: Request) -> str:
    key = request.headers.get(HEADER)
    if key is None:
        said = (
            f"Send the header {HEADER} with a value that you use for this write alone, such as a UUID. Where no answer arrives, "
            "send the same once more with the same key: it is done once."
        )
        raise Problem(problem_types.KEY_MISSING, said, parameter=HEADER)
    if not (0 < len(key) <= MAX_LENGTH and key.isascii() and key.isprintable()):
        raise BadQuery({HEADER: [f"Give 1 to {MAX_LENGTH} printable ASCII signs."]})
    return key


def _claim(user: int, key: str, about: dict[str, str]) -> tuple[IdempotencyKey, bool]:
    """The row of a key, and whether it was made now: the unique constraint picks the winner, for whom the others wait."""
    instant = now()
    try:
        row, new = _get_or_create(user, key, about | {"created_at": instant})
        if not new and row.created_at <= instant - kept_for():
            row.delete()  # of two at once, the second finds what the first makes of the key
            row, new = _get_or_create(user, key, about | {"created_at": instant})
    except OperationalError as error:
        if not lock_not_had(error):
            raise
        said = "The first call with this key is still being answered. Send the same once more in a moment, with the same key."
        raise Problem(problem_types.KEY_IN_FLIGHT, said, parameter=HEADER) from error
    return row, new


def _get_or_create(user: int, key: str, made_of: dict[str, Any]) -> tuple[IdempotencyKey, bool]:
    return IdempotencyKey.objects.get_or_create(user_id=user, key=key, defaults=made_of)


def kept_for() -> timedelta:
    """How long a key is known; after that it's as good as new."""
    return timedelta(hours=settings.IDEMPOTENCY_HOURS)


def _answer(view: ApiView, act: Callable[[], Response]) -> Response:
    """The answer, also where it is a problem: what an action has stored before it says no stays stored. Raises OthersFirst."""
    try:
        return act()
    except OthersFirst:
        raise
    except Exception as error:
        return view.handle_exception(error)  # raises what nobody foresaw


def _keep(row: IdempotencyKey, response: Response) -> None:
    languages.marked(response)
    row.status, row.body = response.status_code, json.dumps(response.data, cls=JSONEncoder)
    row.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    row.save(update_fields=["status", "body", "headers"])


def _finished(view: ApiView, request: Request, row: IdempotencyKey, finish: Finish) -> Response:
    """The answer of a write that went on; of several who go on with it at once, all give the one that is kept first."""
    response = _answer(view, lambda: finish(view, request, json.loads(row.body)))
    if response.status_code >= 400:  # sent again, it's gone on with
        return response
    with transaction.atomic():
        kept = IdempotencyKey.objects.select_for_update().filter(pk=row.pk).first()
        if kept and kept.status != BEGUN:
            return _kept(request, kept)
        if kept:  # else its passenger was erased meanwhile
            _keep(kept, response)
    return response


def _replay(request: Request, row: IdempotencyKey, about: dict[str, str]) -> Response:
    if any(getattr(row, name) != value for name, value in about.items()):
        raise Problem(
            problem_types.KEY_REUSED,
            f"You used this key for {row.method} {row.path} before, or with another body. Take a new key for a new request.",
            parameter=HEADER,
        )
    return _kept(request, row)


def _kept(request: Request, row: IdempotencyKey) -> Response:
    if row.status and row.status >= 400:
        request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), MEDIA_TYPE
    return Response(json.loads(row.body), status=row.status, headers={**row.headers, languages.REPLAYED: "true"})


def _digest(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
