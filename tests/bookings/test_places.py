"""People name a place as they remember it, and it's found."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point as Position

from bookings.actions.put_places import PutPlaces, put_places
from bookings.gazetteer.kept import read_gazetteer
from bookings.gazetteer.search import search
from bookings.models import Place, PlaceKind, Service
from bookings.spelling import code_key, slips_between, words_of
from tests.bookings.town import open_desk


def settlement(name: str, code: str, lon: float = -0.73) -> Place:
    return Place(kind=PlaceKind.SETTLEMENT, name=name, detail="Rutland", code=code, position=Position(lon, 52.67, srid=4326))


def found(service: Service, text: str) -> list[str]:
    return [named.name for named in search(text, [read_gazetteer(service)], near=None, limit=8)]


@pytest.mark.django_db
def test_the_next_import_brings_up_to_date_what_the_last_one_brought() -> None:
    desk = open_desk()
    put_places(desk.service, [settlement("Oakham", "1"), settlement("Empingam", "2"), settlement("Nether Hambleton", "3")])

    # Next year's map: a name was corrected, Oakham has moved, a village lies under the reservoir, and there is a new one.
    told = put_places(
        desk.service,
        [settlement("Oakham", "1", lon=-0.74), settlement("Empingham", "2"), settlement("Oakham Heights", "4")],
    )

    assert told == PutPlaces(added=1, changed=2, dropped=1)
    assert sorted(desk.service.places.values_list("name", flat=True)) == ["Empingham", "Oakham", "Oakham Heights"]
    assert found(desk.service, "empingam") == ["Empingham"]  # forgiven now
    assert found(desk.service, "nether hambleton") == []
    assert found(desk.service, "oakham") == ["Oakham", "Oakham Heights"]
    assert put_places(desk.service, desk.service.places.all()) == PutPlaces(0, 0, 0)


@pytest.mark.django_db
def test_a_word_of_the_name_counts_more_than_one_of_the_detail() -> None:
    desk = open_desk()
    library = Place(kind=PlaceKind.LANDMARK, name="Library", detail="Oakham", code="n1", position=Position(0, 0, srid=4326))

    put_places(desk.service, [library, settlement("Oakham Library", "1")])

    assert found(desk.service, "oakham library") == ["Oakham Library", "Library"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("St. Mary's", ["st", "marys"]),
        ("Co-op", ["co", "op"]),
        ("Sant Julià de Lòria", ["sant", "julia", "de", "loria"]),
        ("Großgründlach", ["grossgrundlach"]),
        ("Ærøskøbing", ["aeroskobing"]),
        ("Marks & Spencer", ["marks", "and", "spencer"]),
        (" -- ", []),
    ],
)
def test_case_accents_and_punctuation_don_t_matter(written: str, words: list[str]) -> None:
    assert list(words_of(written)) == words


def test_codes_are_read_with_o_for_0_and_i_for_1() -> None:
    assert code_key("le15 6ab") == code_key("LEI5-6AB") == code_key("LE156AB")
    assert code_key("RIPO1") == code_key("rip 01")
    assert code_key("LE15 6AB") != code_key("LE15 6AD")


@pytest.mark.parametrize(
    ("typed", "word", "slips"),
    [
        ("okeham", "oakham", 2),
        ("oakahm", "oakham", 1),
        ("uppinghm", "uppingham", 1),
        ("ripon", "ripon", 0),
        ("oakham", "ripon", None),
    ],
)
def test_slips_are_counted(typed: str, word: str, slips: int | None) -> None:
    assert slips_between(typed, word, most=2) == slips


def test_a_slip_while_the_word_is_being_typed() -> None:
    assert slips_between("upingh", "uppingham", most=1) is None
    assert slips_between("upingh", "uppingham", most=1, as_prefix=True) == 1
