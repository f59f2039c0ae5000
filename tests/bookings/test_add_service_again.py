"""What an update keeps, what it changes, and what it refuses to lose."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.gis.geos import Point as Position

from backend.adding.report_lines import lines
from bookings.models import Service, Stop
from tests.bookings.open_town import OpenTown, add, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path) -> OpenTown:
    return OpenTown(tmp_path).write()


def active() -> set[str]:
    return set(Stop.objects.filter(active=True).values_list("code", flat=True))


def virtual(code: str, column: float, row: float) -> Stop:
    place = Position(*at(column, row), srid=4326)
    return Stop.objects.create(service=Service.objects.get(), code=code, name="Corner", position=place)


def test_what_is_not_handed_in_again_stays_as_it_is(town: OpenTown) -> None:
    add(town.sources())
    report = add(town.sources(stops=(), postcodes=(), fleet=None))

    service = Service.objects.get()
    assert active() == {"9A", "9B", "9C"}
    assert service.places.filter(kind="postcode").count() == 3
    assert (report.changes.gone, report.places.dropped, report.coverage.addresses) == ((), 0, 3)
    told = "\n".join(lines(report.as_dict()))
    assert "3 stay as they were; others come with --stops" in told
    assert "postcodes stay as they were; others come with --postcodes" in told


def test_stops_and_postcodes_give_way_to_the_extract_where_that_is_said(town: OpenTown) -> None:
    add(town.sources())
    report = add(town.sources(stops=(), postcodes=(), of_extract=frozenset({"stops", "postcodes"})))

    assert active() == {"osm-n203", "osm-n204"}
    assert not Service.objects.get().places.filter(kind="postcode").exists()
    assert report.as_dict()["addresses"]["counted"] == "settlements and landmarks"
    # From now on they are those of the extract, and a newer one brings newer ones.
    town.path("town.osm").write_text(town.path("town.osm").read_text().replace("Market Cross", "Buttercross"))
    report = add(town.sources(stops=(), postcodes=()))
    assert [renamed.was for renamed in report.changes.renamed] == ["Market Cross"]


def test_virtual_stops_count_when_it_is_told_who_can_walk_to_one(town: OpenTown) -> None:
    assert add(town.sources()).coverage.covered == 2
    virtual("V1", 4, 0)  # where the third postcode is

    report = add(town.sources())
    assert (report.coverage.covered, report.coverage.addresses) == (3, 3)
    assert "1 more, virtual or made by hand" in "\n".join(lines(report.as_dict()))


def test_stops_made_by_hand_that_a_new_area_leaves_out_are_told(town: OpenTown) -> None:
    add(town.sources())
    virtual("V1", 4, 0)
    virtual("V2", 3, 1)
    town.outline = [at(-1, -1), at(3.5, -1), at(3.5, 5), at(-1, 5)]
    report = add(town.write().sources(stops=()))

    assert (
        "outside the area, and kept: 2 stops (9C Mudford, Church, V1 Corner); deactivate them, or draw the area around them"
        in report.warnings
    )
