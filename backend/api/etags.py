"""ETag, If-Match and If-None-Match: nobody overwrites what they haven't seen, and nothing is sent twice that is known already.

A view that changes something answers with `tagged`, and asks `require_match` under the lock under which it then writes:

    @idempotent  # opens the transaction
    def patch(self, request: Request, pk: int) -> Response:
        row = get_object_or_404(Passenger.objects.select_for_update(), pk=pk)  # nobody else changes it before the answer
        require_match(request, state_of(row))
        changed = ...
        return tagged(request, Response(...), state_of(changed))

`heed_match` is for steps that are right whatever one has seen: it wants no header, but heeds one. A tag has two halves: the
state, which If-Match is about, and the answer as a whole. So an ETA that moves each minute makes no tag stale for a change,
while a conditional GET brings it all the same.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import Model
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from backend.api import problem_types
from backend.api.problems import BadQuery, Problem
from bookings.words import worded

TAG_SCHEMA = {"type": "string", "pattern": '^"[0-9a-f]{16}-[0-9a-f]{16}"$'}
_ASKED_SCHEMA = {"type": "string", "format": "entity-tags", "pattern": r'^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$'}


def _asked(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, _ASKED_SCHEMA, OpenApiParameter.HEADER, required=required, description=description)


ETAG = OpenApiParameter("ETag", TAG_SCHEMA, OpenApiParameter.HEADER, response=[200, 201], description="For If-Match.")
IF_MATCH_REQUIRED = _asked("If-Match", "The ETag of what you have seen, or `*` for whatever there is by now.", required=True)
IF_MATCH = _asked("If-Match", "The ETag of what you have seen: where it has changed since, nothing is done (412).")
IF_NONE_MATCH = _asked("If-None-Match", "The ETag of what you have: where it is that still, the answer is a 304 without a body.")


def state_of(row: Model) -> str:
    """A digest of the columns of a row as the database has it."""
    return _digest({field.attname: str(field.value_from_object(row)) for field in row._meta.concrete_fields})


def tagged(request: Request, response: Response, state: str) -> Response:
    """The answer with its ETag; 304 without a body where a GET says that it has that already."""
    tag = f'"{state}-{_digest(response.data)}"'
    if request.method in ("GET", "HEAD") and {"*", tag} & {each.removeprefix("W/") for each in _tags(request, "If-None-Match")}:
        response = Response(status=304)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def tagged_for_all(request: Request, response: Response, *, seconds: int) -> Response:
    """The same for what everybody may read: caches on the way may keep it for so long."""
    answer = tagged(request, response, _digest(response.data))
    answer["Cache-Control"] = f"public, max-age={seconds}"
    return answer


def require_match(request: Request, state: str) -> None:
    """That the caller has seen this state. Raises Problem: 428 where If-Match is missing, 412 where it tells of another state."""
    if not asks_match(request):
        said = "Read what you change first, and send its ETag as If-Match. `*` overwrites whatever there is."
        raise Problem(problem_types.MATCH_MISSING, said, parameter="If-Match")
    heed_match(request, state)


def heed_match(request: Request, state: str) -> None:
    """The same where the caller sends If-Match. Raises Problem (412)."""
    if not asks_match(request):
        return
    tags = _tags(request, "If-Match")
    if tags != ["*"] and state not in (tag.strip('"').partition("-")[0] for tag in tags):
        said = worded(
            "This has changed since you read it. Read it again, and send the change with the new ETag if it still stands."
        )
        raise Problem(problem_types.CHANGED_SINCE, said, parameter="If-Match")


def asks_match(request: Request) -> bool:
    """Whether the caller says what they have seen."""
    return "If-Match" in request.headers


def _tags(request: Request, header: str) -> list[str]:
    """What a header lists, with the quotes; nothing without the header. Raises BadQuery."""
    if header not in request.headers:
        return []
    tags: list[str] = parse_etags(request.headers[header])
    if not tags:
        raise BadQuery({header: ['Give an ETag with its quotes, as it came with the answer: "…". Or give *.']})
    return tags


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, cls=JSONEncoder).encode()).hexdigest()[:16]
