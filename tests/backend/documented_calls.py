"""Calls that schemathesis makes up from the OpenAPI document, some about what there is; and what is made of the answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from backend.api import openapi
from tests.backend.api_world import World, handler

EXPECTED = ["2xx", "304", "401", "403", "404", "409", "410", "412", "422", "503"]
"""What a call may get that is as the document says: done, not your role, not there, too late, changed since, a rule, too busy."""

UNTOLD = (
    *("There is no service of this name", "There is no passenger with this id", "has no stop with this code"),
    *("There is no booking with this reference", "This is none of the cursors", "There can't be more wheelchairs than people"),
    *("Longitude comes first. Did you mean", "The clocks of", "That is not on", "Say whose places these are"),
    *("There is no driver with this code", "no text message gets to this one"),
)
"""Why a call that is as the document has it may be a 400 all the same: what no schema can tell, as it depends on other things."""

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
    for name in ("examples", "coverage", "fuzzing"):
        getattr(schema.config.phases, name).enabled = name in phases
    return schema


@dataclass
class Known:
    """Things that there are, by the names under which calls speak of them."""

    path: dict[str, Json]
    """By the first word of the address."""
    query: Json
    bodies: dict[str, Json]
    """By operation; of these a made-up body gets all but what it has made up well itself."""
    turns: itertools.cycle[bool]

    @classmethod
    def of(cls, world: World) -> Known:
        booking, spare = world.book("ann"), world.offers("ann", leave_at=world.at(14))[0]
        home = {"label": "Home", "position": {"type": "Point", "coordinates": [-1.52, 54.13]}}
        saved = world.post("ann", "saved-places", home).json()
        return cls(
            path={
                "services": {"slug": "ripon", "date": world.now.date().isoformat()},
                "bookings": {"reference": booking["reference"]},
                "shifts": {"id": booking["shift"]["id"]},
                "passengers": {"id": booking["passenger"]["id"]},
                "saved-places": {"id": saved["id"]},
            },
            query={"service": "ripon", "date": world.now.date().isoformat(), "cursor": None},
            bodies={
                "request_offers": {name: value for name, value in world.wish().items() if name != "party"},
                "book": {"offer": spare["id"]},
                "report_event": {"booking": booking["reference"], "at": world.at(10)},
            },
            turns=itertools.cycle([True, True, False]),
        )

    def put_into(self, case: Any) -> None:
        """Have two of three calls that are as the document has them speak of what there is."""
        if case.meta is None or not case.meta.generation.mode.is_positive or not next(self.turns):
            return
        place = case.operation.path.removeprefix("/api/v1/").partition("/")[0]
        case.path_parameters.update(_these(self.path.get(place, {}), case.path_parameters))
        case.query.update(_these(self.query, case.query))
        if case.query.get("cursor", "") is None:
            del case.query["cursor"]
        body = self.bodies.get(case.operation.definition.raw["operationId"])
        if body and isinstance(case.body, dict):
            case.body = _bent(case.body, body)
        assert case.meta  # looked at anew by being asked for


def _bent(made_up: Json, known: Json) -> Json:
    """A body about what there is. Of leave_at and arrive_by one is there at most, and a break has no booking."""
    without = {"leave_at", "arrive_by"} if "leave_at" in known else set()
    more = {name: value for name, value in known.items() if name != "booking" or name in made_up}
    return {name: value for name, value in made_up.items() if name not in without} | more


def _these(known: Json, wanted: Json) -> Json:
    return {name: value for name, value in known.items() if name in wanted}


def accepted(context: Any, response: Any, case: Any) -> bool | None:
    """`positive_data_acceptance`, but for what no document can tell."""
    if response.status_code == 400:
        errors = response.json().get("errors", [])
        if errors and all(any(said in error["detail"] for said in UNTOLD) for error in errors):
            return None
    found: bool | None = positive_data_acceptance(context, response, case)
    return found


def call(case: Any, token: str | None) -> Any:
    """Make a call and judge the answer by every check that schemathesis has. Raises its failures."""
    headers = {"Authorization": f"Token {token}"} if token else {}
    return case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance], additional_checks=[accepted])
