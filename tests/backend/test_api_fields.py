"""What the API makes of single fields: places, times, parties. JSON is taken at its word."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rest_framework import serializers

from backend.api.party import PartySerializer
from backend.api.places import AskedPlace, PlaceField
from backend.api.problems import pointer
from backend.api.strict import StrictBooleanField, StrictCharField, StrictUUIDField
from backend.api.times import InstantField, check_local_time, local

LONDON = ZoneInfo("Europe/London")


def errors_of(field: Any, data: Any) -> Any:
    with pytest.raises(serializers.ValidationError) as caught:
        field.run_validation(data)
    return caught.value.detail


# --- Parties


@pytest.mark.parametrize("number", ["2", True, False, -1, 10**9, 10**400, 1.5, None, [], {}, float("nan")])
def test_a_number_of_people_is_a_whole_number_of_a_sensible_size(number: Any) -> None:
    assert "adults" in errors_of(PartySerializer(), {"adults": number})


def test_a_party_of_nobody_is_refused() -> None:
    assert "one person" in str(errors_of(PartySerializer(), {"adults": 0}))
    assert "one person" in str(errors_of(PartySerializer(), {}))


def test_a_party_counts_everybody_once_and_wheelchairs_not_at_all() -> None:
    assert PartySerializer().run_validation({"adults": 1, "children": 2, "wheelchairs": 1})["wheelchairs"] == 1
    assert "wheelchairs" in errors_of(PartySerializer(), {"adults": 1, "wheelchairs": 2})


def test_an_unknown_field_is_named_with_the_nearest_known_one() -> None:
    assert "Did you mean 'children'" in str(errors_of(PartySerializer(), {"adults": 1, "childen": 1})["childen"])


def test_every_wrong_field_is_told_at_once() -> None:
    assert set(errors_of(PartySerializer(), {"adults": "2", "children": -1, "dogs": 1})) == {"adults", "children", "dogs"}


# --- Places


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ({"type": "Point", "coordinates": [float("nan"), 54.1]}, "coordinates"),
        ({"type": "Point", "coordinates": [-1.5, float("inf")]}, "coordinates"),
        ({"type": "Point", "coordinates": [10**400, 54]}, "coordinates"),
        ({"type": "Point", "coordinates": [-181, 54]}, "coordinates"),
        ({"type": "Point", "coordinates": [0, 90.1]}, "coordinates"),
        ({"type": "Point", "coordinates": ["-1.5", "54.1"]}, "coordinates"),
        ({"type": "Point", "coordinates": [True, False]}, "coordinates"),
        ({"type": "Point", "coordinates": [-1.5]}, "coordinates"),
        ({"type": "Point", "coordinates": [-1.5, 54.1, 12]}, "coordinates"),
        ({"type": "Point", "coordinates": {"lon": -1.5}}, "coordinates"),
        ({"type": "point", "coordinates": [-1.5, 54.1]}, "type"),
        ({"coordinates": [-1.5, 54.1]}, "type"),
        ({"type": "Point", "coordinates": [-1.5, 54.1], "crs": "EPSG:4326"}, "crs"),
        ({"stop": 7}, "stop"),
        ({"stop": ""}, "stop"),
        ({"stop": "a\0b"}, "stop"),
        ({"stop": "\ud800"}, "stop"),
        ({"stop": "x" * 65}, "stop"),
        ({"stop": "RIP1", "name": "Market Place"}, "name"),
    ],
)
def test_what_is_no_place_is_refused_where_it_is_wrong(place: Any, name: str) -> None:
    assert set(errors_of(PlaceField(), place)) == {name}


@pytest.mark.parametrize("place", ["Ripon", [-1.5, 54.1], 5, {}, {"type": "Point"}, {"stop": "R", "coordinates": [0, 0]}])
def test_what_does_not_look_like_a_place_is_told_what_one_looks_like(place: Any) -> None:
    assert "longitude, latitude" in str(errors_of(PlaceField(), place))


def test_places_are_points_or_stops() -> None:
    assert PlaceField().run_validation({"type": "Point", "coordinates": [-1, 54.5]}) == AskedPlace(lon=-1.0, lat=54.5)
    assert PlaceField().run_validation({"stop": "RIP1"}).stop == "RIP1"


# --- Times


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2027-03-26T10:05:00",
            "2027-03-26",
            "10:05",
            "",
            "tomorrow",
            1806055500,
            None,
            "2027-02-30T10:00:00Z",
            "2027-03-26T24:00:01Z",
        ),
        *("2027-03-26T10:05:60Z", "2027-03-26T10:05:00+25:00", "2027-03-26T10:05:00+0100", "2027-03-26T10:05:00+10:99"),
        "0001-01-01T00:00:00+14:00",
        *("9999-12-31T23:59:59-14:00", "٢٠٢٧-03-26T10:05:00Z", "2027-03-26T10:05:00Z\n"),
    ],
)
def test_what_is_no_instant_is_refused(text: Any) -> None:
    assert errors_of(InstantField(), text)


def test_a_time_without_offset_is_told_to_add_one() -> None:
    assert "offset" in str(errors_of(InstantField(), "2027-03-26T10:05:00"))


@pytest.mark.parametrize(
    "text", ["2027-06-01T10:05:00+01:00", "2027-06-01T09:05:00Z", "2027-06-01t09:05:00.5z", "2027-06-01 11:05:00+02:00"]
)
def test_any_offset_makes_an_instant(text: str) -> None:
    at = InstantField().run_validation(text)
    check_local_time(at, LONDON)
    assert at == datetime(2027, 6, 1, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2027-03-28T01:30:00+00:00", "2027-03-28T01:30:00+01:00", "2027-03-28T01:00:00+01:00"])
def test_a_local_time_that_the_clocks_skip_is_refused(text: str) -> None:
    with pytest.raises(serializers.ValidationError, match="skip"):
        check_local_time(InstantField().run_validation(text), LONDON)


@pytest.mark.parametrize(
    "text",
    [
        *("2027-03-28T01:30:00Z", "2027-03-28T00:59:59+00:00", "2027-03-28T02:00:00+01:00", "2027-03-28T01:30:00+05:00"),
        *("2027-10-31T01:30:00+01:00", "2027-10-31T01:30:00+00:00"),
    ],
)
def test_times_around_the_clock_change_are_instants(text: str) -> None:
    check_local_time(InstantField().run_validation(text), LONDON)


def test_times_leave_in_the_zone_of_the_service() -> None:
    assert local(datetime(2027, 3, 28, 0, 59, tzinfo=UTC), LONDON) == "2027-03-28T00:59:00+00:00"
    assert local(datetime(2027, 3, 28, 1, 0, tzinfo=UTC), LONDON) == "2027-03-28T02:00:00+01:00"
    assert local(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), LONDON) == "2027-10-31T01:30:00+01:00"
    assert local(datetime(2027, 10, 31, 1, 30, tzinfo=UTC), LONDON) == "2027-10-31T01:30:00+00:00"


# --- Small things


def test_true_is_true_and_text_is_text() -> None:
    assert StrictBooleanField().run_validation(True) is True
    for wrong in ("true", 1, 0, "on", None):
        errors_of(StrictBooleanField(), wrong)
    for wrong in (1, True, {}, "\0"):
        errors_of(StrictCharField(), wrong)


@pytest.mark.parametrize(
    "wrong", [5, -5, "x", "{00000000-0000-0000-0000-000000000000}", "urn:uuid:00000000-0000-0000-0000-0000", None, "g" * 36]
)
def test_an_id_has_the_usual_form(wrong: Any) -> None:
    errors_of(StrictUUIDField(), wrong)


def test_pointers_are_escaped() -> None:
    assert pointer(("party", "adults")) == "#/party/adults"
    assert pointer(("a/b~c", "d e%")) == "#/a~1b~0c/d%20e%25"
    assert pointer(()) == "#"
