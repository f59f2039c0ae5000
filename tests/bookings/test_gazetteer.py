"""Names in arrays are found as in a plain list of them, and come back from the database as they were."""

from __future__ import annotations

from random import Random

import pytest
from django.contrib.gis.geos import Point as Position

from bookings.actions.put_places import put_places
from bookings.gazetteer.kept import RANKS, as_bytes, from_bytes, read_gazetteer
from bookings.gazetteer.making import Thing, make_gazetteer
from bookings.gazetteer.names import Named
from bookings.gazetteer.search import search
from bookings.models import KeptGazetteer, Place, PlaceKind
from bookings.spelling import code_key
from routing.model import Point
from tests.bench.place_names import Made, county, typed
from tests.bookings.plain_search import PlainList, plain_search
from tests.bookings.town import open_desk

COUNTY = county(2500)
STOPS = [made for made in county(400, seed=3) if made.kind in (PlaceKind.STREET, PlaceKind.LANDMARK)]
ODD = ["???", "St. Mary's & St. John's", "Sant Julià de Lòria", "New New Road", "Стоянка", "安道尔城", "Co-op", "2 Oaks", "a"]


def things() -> list[Thing]:
    """A county as the database has it, with names that are harder than most; some of them have others."""
    odd = [Made(PlaceKind.LANDMARK, name, detail, f"o{i}", -1.5, 54.2) for i, name in enumerate(ODD) for detail in ("", "- 2 -")]
    made = sorted([*COUNTY, *odd], key=lambda each: (RANKS[each.kind], each.code))
    return [_thing(each, str(each.kind)) for each in made]


def stops() -> list[Thing]:
    return [_thing(made, "stop")._replace(keys=(code_key(f"RIP{i}"),)) for i, made in enumerate(STOPS)]


def _thing(made: Made, kind: str) -> Thing:
    named, dice = Named(kind, made.name, made.detail, made.code, Point(made.lon, made.lat)), Random(made.code)
    if kind == PlaceKind.POSTCODE:
        return Thing(named, keys=(code_key(made.code),), has_words=False)
    others = tuple(dice.choice(COUNTY).name for _ in range(dice.choice((0, 0, 1, 3))))
    return Thing(named, others, detail_names=("Caerdydd", "Old Town") if dice.random() < 0.1 else ())


def asked() -> list[tuple[str, Point | None]]:
    """What people type, in whole and letter by letter, and what nobody should."""
    whole = [(each.q, each.near) for each in typed(COUNTY, 400)]
    letters = [(each.q[:end], each.near) for each in typed(COUNTY, 40, seed=4) for end in range(1, len(each.q) + 1)]
    odd = [
        (text, "")
        for name in (*ODD, "RIP12", "rip l", "12 High Street", "caerdydd high st", "HG1 1AZ", "HG11A", "the " * 9)
        for text in (name, name[1:])
    ]
    return [(text, Point(*map(float, near.split(","))) if near else None) for text, near in whole + letters + odd]


def test_a_gazetteer_answers_as_a_plain_list_does() -> None:
    lists = [things(), stops(), []]
    gazetteers, plain = [make_gazetteer(each) for each in lists], [PlainList(each) for each in lists]

    answers = {(text, near): search(text, gazetteers, near=near, limit=20) for text, near in asked()}

    assert sum(map(bool, answers.values())) > 0.9 * len(answers)
    assert {len(found) for found in answers.values()} >= {0, 1, 20}
    assert sum(bool(named.also) for found in answers.values() for named in found) > 100
    for (text, near), found in answers.items():
        assert found == plain_search(text, plain, near=near, limit=20), text


def test_what_comes_back_from_bytes_answers_the_same() -> None:
    gazetteer = make_gazetteer(things())

    again = from_bytes(as_bytes(gazetteer))

    assert [again.named(number) for number in range(len(again))] == [thing.named for thing in things()]
    for text, near in asked()[::7]:
        assert search(text, [again], near=near, limit=20) == search(text, [gazetteer], near=near, limit=20)
    assert len(from_bytes(as_bytes(make_gazetteer([])))) == 0


@pytest.mark.django_db
def test_what_is_kept_is_read_and_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk()
    put_places(desk.service, [_place("Oakham"), _place("Uppingham")])
    monkeypatch.setattr("bookings.gazetteer.kept.make_gazetteer", lambda _: 1 / 0)

    gazetteer = read_gazetteer(desk.service)

    assert [each.name for each in search("oakam", [gazetteer], near=None, limit=8)] == ["Oakham"]


@pytest.mark.django_db
def test_what_another_version_kept_is_not_read_and_the_next_import_keeps_it_anew() -> None:
    desk = open_desk()
    put_places(desk.service, [_place("Oakham")])
    KeptGazetteer.objects.update(format=0, data=b"in another way")

    gazetteer = read_gazetteer(desk.service)
    told = put_places(desk.service, [_place("Oakham")])

    assert [each.name for each in search("oakham", [gazetteer], near=None, limit=8)] == ["Oakham"]
    assert sum(told) == 0
    assert len(from_bytes(bytes(KeptGazetteer.objects.get().data))) == 1


def _place(name: str) -> Place:
    return Place(kind=PlaceKind.SETTLEMENT, name=name, code=name, position=Position(-0.73, 52.67, srid=4326))
