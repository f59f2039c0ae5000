"""What an import keeps beside positions: whose data they are, and what stands on the flags of stops."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from bookings.models import Service, Stop
from tests.bookings.open_town import OpenTown, add

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path) -> OpenTown:
    return OpenTown(tmp_path).write()


def test_it_is_kept_whose_data_a_service_is_made_of(town: OpenTown) -> None:
    add(town.sources())
    service = Service.objects.get()
    assert service.sources == ["openstreetmap", "naptan"]  # somebody's own table of postcodes

    code_point = town.path("ab.csv")
    easting, northing = 488_100, 301_100  # where Avenue 0 begins, more or less
    code_point.write_text(f'"AB1 1AA",10,{easting},{northing},"E92000001","","","","E06000016","E05010463"\n')
    add(town.sources(postcodes=(code_point,)), accept_losses=True)
    service.refresh_from_db()
    assert service.sources == ["openstreetmap", "naptan", "code-point-open"]

    add(town.sources(stops=(), postcodes=()))
    service.refresh_from_db()
    assert service.sources == ["openstreetmap", "naptan", "code-point-open"], "what is kept is of whom it was before"

    add(town.sources(stops=(), postcodes=(), of_extract=frozenset({"stops", "postcodes"})), accept_losses=True)
    service.refresh_from_db()
    assert service.sources == ["openstreetmap"]


def test_the_migration_tells_whose_data_services_of_before_have(town: OpenTown) -> None:
    add(town.sources(), slug="naptan")
    add(town.sources(stops=(), postcodes=()), slug="osm", zone="Europe/Andorra")
    Service.objects.update(sources=[], roads="kept.osm.pbf")

    import_module("bookings.migrations.0050_map").tell_sources(apps, None)

    assert list(Service.objects.order_by("slug").values_list("slug", "sources")) == [
        ("naptan", ["openstreetmap", "naptan", "code-point-open"]),
        ("osm", ["openstreetmap"]),
    ]


def test_stops_keep_what_stands_on_their_flags(town: OpenTown) -> None:
    add(town.sources())  # this NaPTAN names no codes; OpenStreetMap has one for the church
    assert dict(Stop.objects.values_list("name", "public_code")) == {"Mill": "", "School": "", "Church": "mudadgjm"}

    add(town.sources(stops=()), slug="osm", zone="Europe/London")
    assert Stop.objects.get(service__slug="osm", name="Market Cross").public_code == "mudadgjm"
