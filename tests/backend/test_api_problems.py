"""Whatever goes wrong, the answer is a problem that says what to do about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from backend.api import problem_types
from backend.api.parsing import MAX_BODY_BYTES, StrictJSONParser
from backend.api.party import PartySerializer
from backend.api.problems import BadQuery, Problem
from bookings.plans import DayBusy, PlanMoved
from bookings.refusals import Conflict, DomainNotFound, Gone, NotAllowed, Unfit

FACTORY = APIRequestFactory()


class EchoView(APIView):
    authentication_classes = []
    permission_classes = []
    parser_classes = [StrictJSONParser]

    def post(self, request: Request) -> Response:
        return Response(request.data)


def sent(body: str | bytes, content_type: str = "application/json") -> Response:
    response = EchoView.as_view()(FACTORY.generic("POST", "/", body, content_type=content_type))
    response.render()
    return response


def raised(error: Exception) -> Response:
    class Raises(EchoView):
        def get(self, request: Request) -> Response:
            raise error

    response = Raises.as_view()(FACTORY.get("/"))
    response.render()
    return response


def assert_problem(response: Response, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.data["type"] == f"/api/v1/problems/{slug}"
    assert response.data["status"] == status
    assert response.data["title"]
    assert response.data["detail"]
    found: dict[str, Any] = response.data
    return found


@pytest.mark.parametrize(
    "body",
    [
        *(b"{", b"", b"\xff\xfe", b"nul", b'{"a": 1, "a": 2}', b"[" * 60000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": "\x01"}'),
    ],
)
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    assert_problem(sent(body, "application/json"), 400, "malformed") if body else None


def test_a_body_that_is_too_large_is_not_read() -> None:
    assert sent(b'"' + b"x" * (MAX_BODY_BYTES - 2) + b'"').status_code == 200
    assert_problem(sent(b'"' + b"x" * (MAX_BODY_BYTES - 1) + b'"'), 413, "too-large")


def test_a_form_is_no_json() -> None:
    assert_problem(sent(b"a=1", "application/x-www-form-urlencoded"), 415, "unsupported-media-type")


def test_the_method_has_to_fit() -> None:
    response = EchoView.as_view()(FACTORY.delete("/"))
    response.render()
    assert_problem(response, 405, "method-not-allowed")


def test_the_format_has_to_fit() -> None:
    response = EchoView.as_view()(FACTORY.post("/", {}, format="json", HTTP_ACCEPT="image/png"))
    response.render()
    assert_problem(response, 406, "not-acceptable")


class OfferOver(Gone):
    kind = "offer_expired"


class Strange(Conflict):
    kind = "never_heard_of"


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (Http404(), 404, "not-found"),
        (PermissionDenied(), 403, "forbidden"),
        (exceptions.NotAuthenticated(), 403, "forbidden"),  # 401 needs an authentication class: see the tests of roles
        (exceptions.Throttled(30), 429, "throttled"),
        (Problem(problem_types.BUSY, "Wait."), 503, "busy"),
        (OfferOver("over"), 410, "offer-expired"),
        (Strange("no"), 409, "conflict"),
        (DomainNotFound("none"), 404, "not-found"),
        (NotAllowed("no"), 403, "forbidden"),
        (Unfit("no"), 422, "refused"),
        (DayBusy("others"), 503, "busy"),
        (PlanMoved("others"), 503, "busy"),
        (OperationalError("database is locked"), 503, "busy"),
    ],
)
def test_every_error_has_its_problem(error: Exception, status: int, slug: str) -> None:
    assert_problem(raised(error), status, slug)


def test_waiting_has_a_time() -> None:
    assert raised(exceptions.Throttled(30))["Retry-After"] == "30"
    assert raised(DayBusy("others"))["Retry-After"] == "1"


def test_fields_are_pointed_at() -> None:
    with pytest.raises(exceptions.ValidationError) as caught:
        PartySerializer().run_validation({"adults": "2"})
    body = assert_problem(raised(exceptions.ValidationError({"party": caught.value.detail})), 400, "invalid")
    assert body["errors"] == [{"pointer": "#/party/adults", "detail": "Give a whole number without quotes, such as 2."}]
    assert body["detail"].startswith("#/party/adults: Give a whole number")


def test_errors_of_the_whole_body_point_at_it() -> None:
    assert raised(exceptions.ValidationError(["no"])).data["errors"] == [{"pointer": "#", "detail": "no"}]
    assert raised(exceptions.ValidationError({"party": {"non_field_errors": ["no"]}})).data["errors"][0]["pointer"] == "#/party"


def test_errors_of_the_address_name_the_parameter() -> None:
    body = assert_problem(raised(BadQuery({"date": ["no date"]})), 400, "invalid")
    assert body["errors"] == [{"parameter": "date", "detail": "no date"}]


@pytest.mark.parametrize("bug", [ZeroDivisionError(), OperationalError("no such table: booking")])
def test_a_bug_is_not_dressed_up(bug: Exception) -> None:
    with pytest.raises(type(bug)):
        raised(bug)


def test_each_type_has_one_status_and_one_title() -> None:
    assert len({kind.slug for kind in problem_types.ALL.values()}) == len(problem_types.ALL)
    for status, kind in problem_types.BY_STATUS.items():
        assert kind.status == status
