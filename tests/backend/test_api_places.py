"""One search box: people type what they remember, and learn where it is and whether the bus comes near."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bookings.models import Place, Stop
from tests.backend.api_world import World

pytestmark = pytest.mark.django_db


def search(world: World, q: str, who: str = "ann", **other: Any) -> list[dict[str, Any]]:
    response = world.client(who).get("/api/v1/places", {"service": "ripon", "q": q, **other})
    assert response.status_code == 200, response.json()
    found: list[dict[str, Any]] = response.json()["places"]
    return found


def first(world: World, q: str, **other: Any) -> str:
    place = search(world, q, **other)[0]
    return f"{place['kind']} {place['label']}" + (f", {place['detail']}" if place["detail"] else "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Masham", "settlement Masham"),
        ("massam", "settlement Masham"),
        ("hospital", "landmark Ripon Community Hospital, Ripon"),
        ("ripon comunity hospitle", "landmark Ripon Community Hospital, Ripon"),
        ("ripon hosp", "landmark Ripon Community Hospital, Ripon"),
        ("school bedale", "landmark Bedale School, Bedale"),
        ("leeming-bar hotel", "landmark Hotel at Leeming Bar, Leeming Bar"),
        ("westtanfield", "settlement West Tanfield"),
        ("clock tower", "stop Clock Tower, Ripon"),
        ("RIP01", "stop Bus Station, Ripon"),
        ("ripo1", "stop Bus Station, Ripon"),
        ("rip 01", "stop Bus Station, Ripon"),
        ("3200YND12810", "stop Bus Station, Ripon"),
    ],
)
def test_what_people_type_is_what_they_mean(world: World, typed: str, meant: str) -> None:
    assert first(world, typed) == meant


def test_the_passenger_learns_from_which_stop_the_bus_goes(world: World) -> None:
    hospital = search(world, "ripon community hospital")[0]

    assert hospital["served"] is True
    assert hospital["why_not"] is None
    assert hospital["stop"]["code"] == "RIP29"
    assert 0 < hospital["stop"]["walk_m"] <= world.service.walk_limit_m
    assert hospital["position"] == {"type": "Point", "coordinates": [-1.5275, 54.13545]}


def test_what_is_found_can_be_booked_as_it_is(world: World) -> None:
    hospital, masham = search(world, "ripon community hospital")[0], search(world, "masham market")[0]

    offers = world.offers("ann", origin=masham["position"], destination=hospital["position"])

    assert offers[0]["dropoff"]["stop"]["code"] == hospital["stop"]["code"]


def test_a_stop_that_is_closed_that_day_doesn_t_serve(world: World) -> None:
    _change_stop(world, "RIP29", closed_from=date(2027, 6, 8), closed_until=date(2027, 6, 9))

    before, closed, after = (served_from(world, "ripon community hospital", date=f"2027-06-{day:02}") for day in (7, 8, 10))

    assert before == after == served_from(world, "ripon community hospital") == ("RIP29", None)
    assert closed != before
    offers = world.offers("ann", origin={"stop": "BED01"}, destination=HOSPITAL, leave_at=world.at(10, days=1))
    assert {closed[0]} == {offer["dropoff"]["stop"]["code"] for offer in offers}


def test_a_stop_that_can_t_be_used_with_a_wheelchair_doesn_t_serve_whoever_uses_one(world: World) -> None:
    with_a_stop = served_from(world, "ripon community hospital", wheelchair="true")
    for stop in world.service.stops.filter(settlement="Ripon"):
        _change_stop(world, stop.code, wheelchair=False)

    assert with_a_stop == ("RIP29", None)
    assert served_from(world, "ripon community hospital", wheelchair="false") == ("RIP29", None)
    code, why = served_from(world, "ripon community hospital", wheelchair="true")
    assert why == "no-stop-near"
    assert world.service.stops.get(code=code).settlement != "Ripon"  # the nearest that would do
    for stop in world.service.stops.all():
        _change_stop(world, stop.code, wheelchair=False)
    assert served_from(world, "ripon community hospital", wheelchair="true") == ("", "no-stop-near")


def test_a_journey_without_a_date_is_today(world: World) -> None:
    _change_stop(world, "RIP29", closed_from=date(2027, 6, 7), closed_until=date(2027, 6, 7))

    today = served_from(world, "ripon community hospital", wheelchair="true")
    assert today == served_from(world, "ripon community hospital", date="2027-06-07") != ("RIP29", None)
    world.set_clock(datetime(2027, 6, 7, 23, 30, tzinfo=UTC))  # in Ripon it's half past midnight
    assert served_from(world, "ripon community hospital", wheelchair="true") == ("RIP29", None)


HOSPITAL = {"type": "Point", "coordinates": [-1.5275, 54.13545]}


def served_from(world: World, q: str, **other: Any) -> tuple[str, str | None]:
    """The code of the nearest stop of the first answer, and why that does not serve."""
    place = search(world, q, **other)[0]
    return (place["stop"] or {"code": ""})["code"], place["why_not"]


def _change_stop(world: World, code: str, **values: Any) -> None:
    stop = world.service.stops.get(code=code)
    for name, value in values.items():
        setattr(stop, name, value)
    stop.save()


def test_a_place_that_the_bus_doesn_t_reach_is_found_and_says_so(world: World) -> None:
    from django.contrib.gis.geos import Point

    for name, lon, lat in (("Fell End Farm", -1.60, 54.16), ("Harrogate", -1.54, 53.99)):
        place = Place(kind="settlement", name=name, code=name, position=Point(lon, lat, srid=4326))
        _add(world, place)

    farm, harrogate = search(world, "fell end")[0], search(world, "harrogate")[0]

    assert (farm["served"], farm["why_not"]) == (False, "no-stop-near")
    assert farm["stop"]["walk_m"] > world.service.walk_limit_m  # the nearest there is
    assert (harrogate["served"], harrogate["why_not"], harrogate["stop"]) == (False, "outside-area", None)


def _add(world: World, place: Place) -> None:
    from bookings.actions.put_places import put_places

    put_places(world.service, [*Place.objects.filter(service=world.service), place])


def test_cardiff_is_caerdydd_and_is_told_once(world: World) -> None:
    _add(world, _place("settlement", "Cardiff", "City", other_names=["Caerdydd", "Cardiff City", "The Diff"]))

    for typed in ("cardiff", "Cardiff", "caerdydd", "caerdyd", "Caer", "cardiff caerdydd", "the diff"):
        assert [place["label"] for place in search(world, typed) if place["label"] == "Cardiff"] == ["Cardiff"], typed
    assert first(world, "caerdydd") == first(world, "caer") == "settlement Cardiff, City, also Caerdydd"
    assert first(world, "cardiff") == first(world, "cardif") == "settlement Cardiff, City"
    assert first(world, "cardiff city") == "settlement Cardiff, City"  # as it is called, and what it is


def test_a_town_comes_before_its_streets_by_words_of_several_languages(world: World) -> None:
    _add(world, _place("settlement", "Andorra", "Town", other_names=["Andorr Vel", "Andorre Vieille"]))
    for number in range(8):  # so many that what is only spelt alike isn't looked for
        _add(world, _place("street", f"Carrer {number}", "Andorra"))

    # A slip in French that is a word of another language. Both words are the town's and, by their detail, the streets'.
    assert [place["label"] for place in search(world, "andorr vieille")[:2]] == ["Andorra", "Carrer 0"]


def test_what_is_called_so_comes_before_what_is_also_called_so(world: World) -> None:
    _add(world, _place("street", "Aaron Road", "Ripon", other_names=["Newtown Road"]))
    _add(world, _place("street", "Newtown Road", "Ripon"))

    assert [place["detail"] for place in search(world, "newtown road")[:2]] == ["Ripon", "Ripon, also Newtown Road"]
    assert [place["label"] for place in search(world, "newtown road")[:2]] == ["Newtown Road", "Aaron Road"]


def test_streets_and_stops_are_found_by_the_other_name_of_their_town(world: World) -> None:
    _add(world, _place("settlement", "Ripon", "Town", other_names=["Rhypon"]))
    _add(world, _place("street", "High Street", "Masham"))
    _add(world, _place("street", "High Street", "Ripon"))

    assert first(world, "high street rhypon") == "street High Street, Ripon"
    _add(world, _place("settlement", "Sinderby", "", other_names=["Syndrebi"]))
    assert first(world, "the green syndrebi") == "stop The Green, Sinderby"  # of three called so


def _place(kind: str, name: str, detail: str, **other: Any) -> Place:
    from django.contrib.gis.geos import Point

    return Place(kind=kind, name=name, detail=detail, code=f"{name}, {detail}", position=Point(-1.53, 54.14, srid=4326), **other)


def test_of_many_the_near_ones_come_first(world: World) -> None:
    in_bedale = search(world, "market", near="-1.5920,54.2880")[0]
    in_masham = search(world, "market", near="-1.6556,54.2219")[0]

    assert in_bedale["detail"] == "Bedale"
    assert in_masham["detail"] == "Masham"


def test_a_postcode_in_whole_in_part_and_mistyped(world: World) -> None:
    from django.contrib.gis.geos import Point

    for code, lon in (("HG4 1AA", -1.5230), ("HG4 1AB", -1.5240), ("HG4 2QQ", -1.5300), ("HG5 0XX", -1.5310)):
        _add(world, Place(kind="postcode", name=code, code=code.replace(" ", ""), position=Point(lon, 54.136, srid=4326)))

    def labels(typed: str) -> list[str]:
        return [place["label"] for place in search(world, typed) if place["kind"] == "postcode"]

    assert [labels(typed)[0] for typed in ("HG4 1AB", "hg41ab", "hg4-1ab", "HG4 IAB")] == ["HG4 1AB"] * 4
    assert labels("hg4 1") == ["HG4 1AA", "HG4 1AB"]
    assert labels("HG4") == ["HG4 1AA", "HG4 1AB", "HG4 2QQ"]
    assert labels("HG5 OXX") == ["HG5 0XX"]  # the letter O for nought
    assert labels("HG4 1ZZ") == ["HG4 1AA", "HG4 1AB"]  # doesn't exist: those beside it
    assert search(world, "HG4 1AA")[0]["served"] is True


def flag(world: World, stop: str, public_code: str) -> None:
    row = Stop.objects.get(service=world.service, code=stop)
    row.public_code = public_code
    row.save()


@pytest.mark.parametrize("typed", ["nyodajgt", "NYODAJGT", " nyo dajgt", "Nyodajgt.", "nyodaj", "nyodajgw"])
def test_a_stop_is_found_by_what_stands_on_its_flag(world: World, typed: str) -> None:
    flag(world, "RIP01", "nyodajgt")

    (found,) = search(world, typed)

    assert (found["kind"], found["code"], found["public_code"]) == ("stop", "RIP01", "nyodajgt")
    assert found["stop"]["public_code"] == "nyodajgt"


def test_a_stop_with_two_flags_is_found_by_either_and_a_bay_by_its_letter_is_not(world: World) -> None:
    flag(world, "RIP01", "32000412;X")

    assert [found["code"] for found in search(world, "3200 0412")] == ["RIP01"]
    assert "RIP01" not in {found["code"] for found in search(world, "x", limit=20)}
    assert first(world, "bedale school") == "landmark Bedale School, Bedale"


def test_names_come_before_what_a_code_of_letters_begins_with(world: World) -> None:
    flag(world, "RIP01", "mashamdw")
    assert first(world, "masham") == "settlement Masham"


def test_a_stop_out_of_use_is_not_found(world: World) -> None:
    assert first(world, "clock tower") == "stop Clock Tower, Ripon"
    stop = Stop.objects.get(service=world.service, code="RIP03")
    stop.active = False
    stop.save()

    assert search(world, "clock tower") == [] or first(world, "clock tower") != "stop Clock Tower, Ripon"


def test_eight_answers_unless_more_are_asked_for(world: World) -> None:
    assert len(search(world, "ripon")) == 8
    assert len(search(world, "ripon", limit=20)) == 20
    assert [place["label"] for place in search(world, "ripon", limit=20)[:8]] == [
        place["label"] for place in search(world, "ripon")
    ]


def test_nonsense_finds_nothing(world: World) -> None:
    for typed in ("xyzzyqq", "???", "--", "🚌"):
        assert search(world, typed) == [], typed


def test_a_house_number_does_no_harm(world: World) -> None:
    assert first(world, "12b clock tower ripon") == "stop Clock Tower, Ripon"


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"q": ""}, "q"),
        ({}, "q"),
        ({"q": "x" * 101}, "q"),
        ({"q": "ripon", "near": "54.1"}, "near"),
        ({"q": "ripon", "near": "nan,54.1"}, "near"),
        ({"q": "ripon", "near": "54.1,-181"}, "near"),
        ({"q": "ripon", "limit": "0"}, "limit"),
        ({"q": "ripon", "limit": "21"}, "limit"),
        ({"q": "ripon", "service": "atlantis"}, "service"),
        ({"q": "ripon", "colour": "blue"}, "colour"),
        ({"q": "ripon", "date": "tomorrow"}, "date"),
        ({"q": "ripon", "date": "2027-02-30"}, "date"),
        ({"q": "ripon", "date": ""}, "date"),
        ({"q": "ripon", "wheelchair": "1"}, "wheelchair"),
        ({"q": "ripon", "wheelchair": ""}, "wheelchair"),
        ({"q": "ripon", "wheelchair": "null"}, "wheelchair"),
    ],
)
def test_what_can_t_be_understood_is_named(world: World, asked: dict[str, str], parameter: str) -> None:
    response = world.client("ann").get("/api/v1/places", {"service": "ripon", **asked})

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_phone_agents_and_drivers_search_too_and_strangers_don_t(world: World) -> None:
    assert search(world, "masham", who="agent") == search(world, "masham", who="ash") == search(world, "masham")
    for stranger in ("otto", "eve"):
        response = world.client(stranger).get("/api/v1/places", {"service": "ripon", "q": "masham"})
        assert response.json()["errors"][0]["parameter"] == "service"
