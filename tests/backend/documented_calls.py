"""Calls that schemathesis makes up from the OpenAPI document, some about what there is; and what is made of the answers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from backend.api import openapi
from backend.management.catalogue import read_po
from bookings.actions.make_code import make_code
from bookings.actions.make_enrolment import make_enrolment
from bookings.actions.striking import strike
from bookings.models import Booking, CodeChannel, Passenger, StrikeKind
from tests.backend.access_world import DEVICE_KEYS, things_of, weekly
from tests.backend.api_world import World, handler

EXPECTED = ["2xx", "304", "401", "403", "404", "409", "410", "412", "422", "503"]
"""What a call may get that is as the document says: done, not your role, not there, too late, changed since, a rule, too busy."""

UNTOLD = (
    *("There is no service of this name", "There is no passenger with this id", "has no stop with this code"),
    *("There is no booking with this reference", "This is none of the cursors", "There can't be more wheelchairs than people"),
    *("Longitude comes first. Did you mean", "The clocks of", "That is not on", "Say whose places these are"),
    *("There is no such booking of this service", "only what is confirmed can be changed", "is somebody else's: leave the"),
    *("The way there and the way back are changed one after the other", "Give a first day that is not after the last"),
    *("Give a whole address", "Leave out name and password", "is not on the public internet", "Use an address that begins"),
    *("There is no driver with this code", "no text message gets to this one"),
)
"""Why a call that is as the document has it may be a 400 all the same: what no schema can tell, as it depends on other things."""

WELSH = Path(__file__).resolve().parents[2] / "bookings/locale/cy/LC_MESSAGES/django.po"

Json = dict[str, Any]

# What If-Match and If-None-Match hold; its own idea of them doesn't go together with a pattern.
schemathesis.openapi.format("entity-tags", st.sampled_from(["*", '"a-b"', 'W/"a-b"', '"a-b", W/"c"', '""']))


def application(environ: Json, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Drover as WSGI, within the transaction of the test."""
    response = handler()(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def document(*phases: str) -> Any:
    """The document as schemathesis knows it, for these of its phases."""
    schema = schemathesis.openapi.from_dict(openapi.committed())
    schema.app = application
    schema.config.checks.positive_data_acceptance.expected_statuses = EXPECTED
    schema.config.checks.missing_required_header.expected_statuses = ["400", "401", "403", "406", "415", "422", "428"]
    for name in ("examples", "coverage", "fuzzing"):
        getattr(schema.config.phases, name).enabled = name in phases
    return schema


@dataclass
class Known:
    """Things that there are, by the names under which calls speak of them."""

    path: dict[str, Json]
    """By operation, or else by the first word of the address."""
    query: Json
    bodies: dict[str, Json]
    """By operation; of these a made-up body gets all but what it has made up well itself."""
    turns: itertools.cycle[bool]

    @classmethod
    def of(cls, world: World) -> Known:
        things = things_of(world, "ann", "ripon", 10)
        struck = Booking.objects.get(reference=things.confirmed)
        strike(struck, StrikeKind.LATE_CANCEL, by=None, now=world.now)
        url = "https://8.8.8.8/hook"
        driver = world.service.shifts.get(pk=things.shift).driver
        spare = Passenger.objects.create(operator=world.service.operator, name="Spare", phone="07700 900009")
        code = make_code(spare.operator, channel=CodeChannel.SMS, to="+447700900009", language="en", now=world.now)
        _, enrolment = make_enrolment(driver, name="Bus 2", by=world.users["dispatcher"], now=world.now)
        return cls(
            path={
                "services": {"slug": "ripon", "date": world.now.date().isoformat()},
                "bookings": {"reference": things.confirmed, "number": things.receipt},
                "shifts": {"id": things.shift},
                "passengers": {"id": things.passenger},
                "saved-places": {"id": things.saved_place},
                "series": {"id": things.series},
                "waitlist": {"id": things.waiting},
                "webhooks": {"id": things.webhook},
                "me": {"id": things.device},
                "untold": {"id": things.message},
                "refunds": {"id": things.refund},
                "erase_passenger": {"id": spare.pk},
                "accounts": {"id": things.account, "month": things.day[:7]},
            },
            query={"service": "ripon", "date": world.now.date().isoformat(), "cursor": None},
            bodies={
                "request_offers": {name: value for name, value in world.wish().items() if name != "party"},
                "book": {"offer": things.offer},
                "report_event": {"booking": things.confirmed, "at": world.now.isoformat(), "kind": "arrived"},
                "change_booking": {"offer": things.change},
                "start_series": weekly(world, leave_at=world.at(16, days=1), passenger=things.passenger),
                "skip_day_of_series": {"date": things.series_day},
                "wait": {"refusal": things.refusal},
                "reinstate_passenger": {"service": "ripon"},
                "add_webhook": {"url": url},
                "ask_for_code": {"service": "ripon"},
                "sign_in": {"ticket": code.ticket, "code": code.code, "name": spare.name},
                "make_enrolment": {"driver": driver.code},
                "enrol_tablet": {"code": enrolment},
                "add_device": {"endpoint": url, "keys": DEVICE_KEYS},
            },
            turns=itertools.cycle([True, True, False]),
        )

    def put_into(self, case: Any) -> None:
        """Have two of three calls that are as the document has them speak of what there is."""
        if self._is_key(case.headers.get("Idempotency-Key", "")):  # not the answer that somebody got before
            case.headers["Idempotency-Key"] = uuid4().hex
        if case.meta is None or not case.meta.generation.mode.is_positive or not next(self.turns):
            return
        place = case.operation.path.removeprefix("/api/v1/").partition("/")[0]
        known = self.path.get(case.operation.definition.raw["operationId"]) or self.path.get(place, {})
        case.path_parameters.update(_these(known, case.path_parameters))
        case.query.update(_these(self.query, case.query))
        if case.query.get("cursor", "") is None:
            del case.query["cursor"]
        body = self.bodies.get(case.operation.definition.raw["operationId"])
        if body and isinstance(case.body, dict):
            case.body = _bent(case.body, body)
        assert case.meta  # looked at anew by being asked for

    @staticmethod
    def _is_key(text: str) -> bool:
        return 0 < len(text) <= 200 and text.isascii() and text.isprintable()


def _bent(made_up: Json, known: Json) -> Json:
    """A body about what there is. Of leave_at and arrive_by one is there at most, and a break has no booking."""
    without = {"leave_at", "arrive_by"} if "leave_at" in known else set()
    more = {name: value for name, value in known.items() if name != "booking" or name in made_up}
    return {name: value for name, value in made_up.items() if name not in without} | more


def _these(known: Json, wanted: Json) -> Json:
    return {name: value for name, value in known.items() if name in wanted}


@cache
def untold() -> tuple[str, ...]:
    """`UNTOLD`, and what stands for it in Welsh: of each sentence the longest piece without a value."""
    welsh = [
        said for sentence, said in read_po(WELSH.read_text("utf-8")).items() if any(part in sentence.text for part in UNTOLD)
    ]
    return (*UNTOLD, *(max(re.split(r"{\w+}", said), key=len) for said in welsh))


def is_untold(detail: str) -> bool:
    return any(said in detail for said in untold())


def accepted(context: Any, response: Any, case: Any) -> bool | None:
    """`positive_data_acceptance`, but for what no document can tell."""
    if response.status_code == 400:
        errors = response.json().get("errors", [])
        if errors and all(is_untold(error["detail"]) for error in errors):
            return None
    found: bool | None = positive_data_acceptance(context, response, case)
    return found


def call(case: Any, token: str | None) -> Any:
    """Make a call and judge the answer by every check that schemathesis has. Raises its failures."""
    headers = {"Authorization": f"Token {token}"} if token else {}
    return case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance], additional_checks=[accepted])
