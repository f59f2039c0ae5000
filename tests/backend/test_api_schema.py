"""The OpenAPI document is valid, complete and says which problems there can be."""

from __future__ import annotations

import copy
import difflib
import re
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from backend.api import openapi, problem_types, urls
from backend.api.domain_problems import problem_of
from bookings import rules
from bookings.refusals import DomainError


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, operation) for path, methods in schema["paths"].items() for method, operation in methods.items()]


FOR_STRANGERS = {"list_open_services", "ask_for_code", "sign_in", "enrol_tablet"}


def test_it_is_valid_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_every_endpoint_is_in_it(schema: dict[str, Any]) -> None:
    views = {route for route in urls.VIEWS if not route.startswith("problems")}
    assert len(schema["paths"]) == len(views)
    assert len(operations(schema)) == 76


def test_every_operation_names_its_problems(schema: dict[str, Any]) -> None:
    shared = schema["components"]["responses"]
    for path, method, operation in operations(schema):
        codes = set(operation["responses"])
        assert codes >= {"400", "405", "406", "429"}, (path, method)
        assert codes >= {"401", "403"} or operation["operationId"] in FOR_STRANGERS, (path, method)
        assert ("404" in codes) or "{" not in path
        if method == "post":
            assert {"400", "409", "413", "415", "422", "503"} <= codes, (path, method)
        for code, response in operation["responses"].items():
            if int(code) >= 400:
                assert response["$ref"] == f"#/components/responses/Problem{code}"
                assert list(shared[f"Problem{code}"]["content"]) == ["application/problem+json"]
                assert shared[f"Problem{code}"]["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
    assert "Retry-After" in shared["Problem429"]["headers"]


def test_bodies_and_parameters_are_described(schema: dict[str, Any]) -> None:
    by_id = {operation["operationId"]: operation for _, _, operation in operations(schema)}
    assert {"410"} <= set(by_id["book"]["responses"])
    assert {"410"} <= set(by_id["confirm_booking"]["responses"])
    assert "400" in by_id["list_bookings"]["responses"]
    assert any(each["name"] == "Idempotency-Key" for each in by_id["book"]["parameters"])
    assert set(by_id["get_manifest"]["responses"]["200"]["content"]) == {"application/json", "text/html"}
    wish = schema["components"]["schemas"]["WishRequest"]["properties"]
    assert {"oneOf"} <= set(wish["origin"])


def test_what_is_said_of_a_form_is_so(schema: dict[str, Any]) -> None:
    hours = schema["components"]["schemas"]["Hours"]["properties"]
    assert re.fullmatch(hours["opens"]["pattern"], "06:55")
    book = schema["paths"]["/api/v1/bookings"]["post"]
    key = next(each["schema"] for each in book["parameters"] if each["name"] == "Idempotency-Key")
    assert re.fullmatch(key["pattern"], "a key")
    assert not re.fullmatch(key["pattern"], "clé")


def difference(committed: str, document: dict[str, Any]) -> str:
    """What has changed in the OpenAPI document since it was committed, as a diff with the names under which it lies."""
    before, now = committed.splitlines(), openapi.as_text(document).splitlines()
    found = list(difflib.unified_diff(before, now, "committed", "as the code is now", lineterm=""))
    hunks = (re.match(r"@@ -(\d+)", line) for line in found)
    return "\n".join(line if hunk is None else where(before, int(hunk[1])) for line, hunk in zip(found, hunks, strict=True))


def where(lines: list[str], number: int) -> str:
    """The names under which a line of YAML lies."""
    names, depth = [], len(lines[number - 1])
    for line in reversed(lines[:number]):
        indent = len(line) - len(line.lstrip(" "))
        if indent < depth and line.endswith(":"):
            names.append(line.strip(" :"))
            depth = indent
    return f"@@ line {number}: {' > '.join(reversed(names))} @@"


def test_no_change_of_the_api_goes_unseen(schema: dict[str, Any]) -> None:
    changed = difference(openapi.committed_text(), schema)
    assert not changed, f"The API has changed. If that's meant, `make openapi` and look at the difference:\n{changed}"


def test_control_a_parameter_that_is_gone_is_seen_where_it_was(schema: dict[str, Any]) -> None:
    changed = copy.deepcopy(schema)
    gone = changed["paths"]["/api/v1/shifts"]["get"]["parameters"].pop()
    said = difference(openapi.committed_text(), changed)
    assert f"-        name: {gone['name']}" in said
    assert "paths > /api/v1/shifts > get > parameters" in said
    assert len(said.splitlines()) < 20


def test_where_a_key_or_a_tag_is_needed_the_document_says_so(schema: dict[str, Any]) -> None:
    needed: dict[str, set[str]] = {"Idempotency-Key": set(), "If-Match": set()}
    for _, _, operation in operations(schema):
        for each in operation.get("parameters", ()):
            if each["in"] == "header" and each.get("required"):
                needed[each["name"]].add(operation["operationId"])
    changes = {"change_me", "change_passenger", "change_webhook"}
    steps = {"book", "confirm_booking", "change_booking", "cancel_booking", "report_event", "wait", "reverse_strike"}
    series = {"start_series", "skip_day_of_series", "end_series"}
    others = {"reinstate_passenger", "give_receipt", "settle_account", "erase_passenger", "erase_me", "tell_by_phone"}
    others |= {"send_refund_again", "settle_refund"}
    assert needed == {"Idempotency-Key": changes | steps | series | others, "If-Match": changes}


@pytest.mark.parametrize("accept", ["application/json", "application/yaml", "*/*"])
def test_it_is_served_to_everybody(accept: str) -> None:
    response = APIClient().get("/api/v1/schema/", HTTP_ACCEPT=accept)
    assert response.status_code == 200
    assert response.content[:40].count(b"3.1") == 1
    assert response["Content-Type"].partition(";")[0] == ("application/yaml" if accept == "*/*" else accept)


def test_it_is_the_same_in_json() -> None:
    for response in (
        APIClient().get("/api/v1/schema/?format=json"),
        APIClient().get("/api/v1/schema/", HTTP_ACCEPT="application/json"),
    ):
        assert response.json() == openapi.committed()


def test_problem_types_can_be_looked_up() -> None:
    listed = APIClient().get("/api/v1/problems").json()
    assert len(listed) == len(problem_types.ALL)
    for kind in listed:
        assert APIClient().get(kind["type"]).json() == kind


def kinds(cls: type[DomainError]) -> set[type[DomainError]]:
    return {cls} | {deeper for each in cls.__subclasses__() for deeper in kinds(each)}


def test_every_error_of_an_action_has_a_type_of_its_own() -> None:
    for cls in kinds(DomainError):
        if not cls.__module__.startswith("bookings.actions"):
            continue
        error = cls.__new__(cls)
        Exception.__init__(error, "no")
        found = problem_of(error)
        assert found is not None
        assert found.kind in problem_types.ALL.values(), cls
        assert found.kind.slug not in ("conflict", "gone", "refused", "forbidden"), cls


def test_every_rule_has_a_type_and_a_field() -> None:
    from backend.api.refusal_json import FIELDS

    named = {rule.__name__ for rule in rules.RULES}
    assert named == set(FIELDS)
    assert {problem_types.slug_of(name) for name in named} == {kind.slug for kind in problem_types.RULES}
