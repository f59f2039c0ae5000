"""What else a place is called comes and goes with the extract."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookings.gazetteer.kept import read_gazetteer
from bookings.gazetteer.search import search
from bookings.models import Place, Service
from tests.bookings.open_town import OpenTown, add

pytestmark = pytest.mark.django_db


def test_other_names_come_with_the_extract_and_go_with_it(tmp_path: Path) -> None:
    town = OpenTown(tmp_path)
    town.tags = {"Street 0": {"name:cy": "Stryd y Felin", "old_name": "Mud Lane;Cowgate"}}
    add(town.write().sources())
    street = Place.objects.get(name="Street 0")
    assert street.other_names == ["Stryd y Felin", "Mud Lane", "Cowgate"]
    assert [found("cowgate"), found("stryd felin")] == [["Street 0 (Cowgate)"], ["Street 0 (Stryd y Felin)"]]

    town.tags = {"Street 0": {"name:cy": "Stryd y Felin", "old_name": "Mud Lane"}}
    assert add(town.write().sources()).places == (0, 1, 0)
    assert [found("cowgate"), found("mud lane")] == [[], ["Street 0 (Mud Lane)"]]

    town.tags = {}
    assert add(town.write().sources()).places == (0, 1, 0)
    assert [found("mud lane"), found("stryd felin"), found("street 0")] == [[], [], ["Street 0"]]
    assert Place.objects.get(name="Street 0").pk == street.pk


def found(text: str) -> list[str]:
    """Streets, with the other name that they are found by."""
    named = search(text, [read_gazetteer(Service.objects.get())], near=None, limit=8)
    return [each.name + (f" ({each.also})" if each.also else "") for each in named if each.name.startswith("Street 0")]
