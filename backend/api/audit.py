"""Who did what, and who looked at whom: one row in `Audit` for each write, and for each look of staff at people.

A view says by method what its answers are about:

    about: ClassVar = {"GET": BOOKING, "POST": BOOKING}

`ApiView` sees to the rest. The row of a write is part of its transaction (`idempotent`, `on_record`); that of a look is written
before the answer goes out, so what can't be recorded isn't shown. Bodies, names and what was looked for are never in it.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.whom import Caller, whom
from bookings.models import Audit, Booking, Message, Passenger, SavedPlace, Series, Shift, Waiting
from bookings.references import is_reference, tidy

LOOKS = ("GET", "HEAD")
UNTOLD = (400, 401, 405, 406, 413, 415, 429)
"""Answers to calls that nobody could make sense of, or that were too many: nothing was done or shown."""
SAME_LOOK_S = 600
MOST = 200
"""People whom one answer is recorded about, each with a row."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
Handler = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class About:
    """What an endpoint is about. `rows` are those of passengers, found by `field`, which is what answers have as well."""

    kind: str
    rows: type[Model] | None = None
    field: str = "id"
    again: bool = False
    """A screen asks for it again and again."""
    if_named: bool = False
    """Only where the call names a passenger."""
    lines: str = ""
    """Where the answer holds lines that are about bookings, each with the `reference`."""


PASSENGER, SAVED_PLACE = About("passenger", Passenger), About("saved place", SavedPlace)
BOOKING, SERIES, WAITING = About("booking", Booking, "reference"), About("series", Series), About("waiting", Waiting)
SAVED_PLACES_AMONG_OTHERS = About("saved place", again=True, if_named=True)
NEW_PASSENGER = About("passenger", Passenger, if_named=True)
"""Of offers, which are asked for all day and say themselves who asked when for whom: only where a passenger was made for one."""
MESSAGE = About("message", Message)
WEBHOOK, TABLET, ACCOUNT = About("webhook"), About("tablet"), About("account")
STATEMENT = About("account", lines="lines")
DAY, SHIFT, SHIFT_EVENT = About("day", again=True), About("shift", again=True), About("shift")
DAY_ONCE = About("day")


def names(request: Request, passenger: Passenger | None, *, how: str = "") -> None:
    """Say whom a call is about, where its answer doesn't; and of what has several outcomes, which one it was."""
    request.drover_named, request.drover_how = passenger, how  # type: ignore[attr-defined]


def request_id(request: Request) -> str:
    """What the caller calls this request, or a name of ours; the answer has it in X-Request-Id."""
    if not hasattr(request, "drover_request_id"):
        theirs = request.headers.get("X-Request-Id", "")
        request.drover_request_id = theirs if _REQUEST_ID.fullmatch(theirs) else uuid4().hex  # type: ignore[attr-defined]
    found: str = request.drover_request_id  # type: ignore[attr-defined]
    return found


def on_record(method: Handler) -> Handler:
    """Makes one transaction of what a view's method writes and its row in the audit."""

    @wraps(method)
    def recorded(view: Any, request: Request, **parts: Any) -> Response:
        with transaction.atomic():
            response = method(view, request, **parts)
            record(view, request, response)
        return response

    recorded.on_record = True  # type: ignore[attr-defined]
    return recorded


def record(view: Any, request: Request, response: Response, *, replayed: bool = False) -> None:
    """Write down what was done or looked at, once a request."""
    about: About | None = view.about.get({"HEAD": "GET"}.get(request.method or "", request.method or ""))
    if about is None or response.status_code in UNTOLD or hasattr(request, "drover_recorded") or not _counts(request, about):
        return
    rows = list(_rows(about, view, request, response, replayed))
    if connection.in_atomic_block:
        Audit.objects.bulk_create(rows, ignore_conflicts=about.again)
    else:
        with transaction.atomic():
            if connection.vendor == "postgresql":  # a look waits for no disk: what a crash takes of it, it takes of the answer
                connection.cursor().execute("SET LOCAL synchronous_commit TO off")
            Audit.objects.bulk_create(rows, ignore_conflicts=about.again)
    request.drover_recorded = True  # type: ignore[attr-defined]


def role_of(caller: Caller) -> str:
    """As what somebody calls."""
    if caller.staff:
        return str(caller.staff.role)
    if caller.partner:
        return "partner"
    return "driver" if caller.driver else "passenger" if caller.passenger else ""


def _counts(request: Request, about: About) -> bool:
    """Writes of everybody; looks of those who see other people's data."""
    if about.if_named and getattr(request, "drover_named", None) is None:
        return False
    if request.user is None or not request.user.is_authenticated:
        return False
    caller = whom(request)
    return bool(caller.staff or caller.partner or caller.driver or (caller.passenger and request.method not in LOOKS))


def _rows(about: About, view: Any, request: Request, response: Response, replayed: bool) -> Iterable[Audit]:
    caller = whom(request)
    route = request.resolver_match.route.removeprefix("api/v1/").rstrip("/") if request.resolver_match else ""
    outcomes = filter(None, [getattr(request, "drover_how", ""), "replayed" if replayed else ""])
    operation = ", ".join([f"{request.method} {route}", *outcomes])
    member = caller.staff or caller.partner or caller.driver or caller.passenger
    for key, passenger, day in _subjects(about, view, request, response):
        look = [request.user.pk, operation, key, passenger, int(time.time()) // SAME_LOOK_S, response.status_code]
        yield Audit(
            user_id=request.user.pk,
            role=role_of(caller),
            operator_id=member.operator_id if member else None,
            operation=operation,
            kind=about.kind,
            key=key,
            passenger_id=passenger,
            day=day,
            status=response.status_code,
            request_id=request_id(request),
            look=hashlib.sha256(repr(look).encode()).hexdigest()[:32] if about.again else None,
        )


def _subjects(about: About, view: Any, request: Request, response: Response) -> list[tuple[str, int | None, str]]:
    """What it was about: keys, passengers and days."""
    parts, done = view.kwargs, response.status_code < 400
    if about.kind in ("day", "shift"):
        key, day = _day(about, parts)
        return [(key, None, day)]
    named: Passenger | None = getattr(request, "drover_named", None)
    key = _key(parts)
    if named is not None:
        return [(key, named.pk, "")]
    told = response.data if done and response.data is not None else {}
    if about.lines:
        return [(key, None, ""), *((key, whom, "") for whom in _travellers(told.get(about.lines, ())))]
    items = told.get("results", [told]) if isinstance(told, dict) else told
    keys = [key] if key else [str(item[about.field]) for item in items if isinstance(item, dict) and about.field in item]
    whose = _whose(about, keys, items, done) if response.status_code not in (403, 404) else {}
    return [(each, whose.get(each), "") for each in keys[:MOST]] or [("", None, "")]


def _whose(about: About, keys: list[str], items: Any, done: bool) -> dict[str, int | None]:
    """The passengers of these keys: out of the answer if it tells, else from their rows."""
    if about.rows is None:
        return {}
    if about.rows is Passenger:  # a call that was refused before it was looked up may name anybody, or nobody
        known = Passenger.objects.filter(pk__in=keys) if not done else None
        there = {str(pk) for pk in known.values_list("pk", flat=True)} if known is not None else set(keys)
        return {key: int(key) for key in keys if key in there}
    told = {str(item.get(about.field)): item.get("passenger") for item in items if isinstance(item, dict)}
    found = {key: each["id"] for key, each in told.items() if isinstance(each, dict)}
    if set(keys) <= found.keys():
        return found
    return dict(_pairs(about.rows, about.field, keys))


def _pairs(rows: type[Model], field: str, keys: list[str]) -> Iterable[tuple[str, int]]:
    found = rows._default_manager.filter(**{f"{field}__in": keys}).values_list(field, "passenger_id")
    return ((str(key), passenger) for key, passenger in found)


def _travellers(lines: Iterable[Mapping[str, Any]]) -> list[int]:
    references = {line["reference"] for line in lines}
    return sorted(set(Booking.objects.filter(reference__in=references).values_list("passenger_id", flat=True)))


def _key(parts: dict[str, Any]) -> str:
    """Which one, by the address: whatever isn't a reference may be anything that somebody typed."""
    if "reference" in parts:
        return tidy(parts["reference"]) if is_reference(parts["reference"]) else ""
    return str(parts.get("pk", ""))


def _day(about: About, parts: dict[str, Any]) -> tuple[str, str]:
    if about.kind == "day":
        return "", f"{parts['slug']} {parts['date']}"
    shift = Shift.objects.filter(pk=parts["pk"]).values_list("service__slug", "date").first()
    return str(parts["pk"]), "" if shift is None else f"{shift[0]} {shift[1]}"
