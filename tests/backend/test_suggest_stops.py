"""The command that suggests stops, as somebody at a council uses it: look, take out what won't do, accept the rest."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bookings.models import Stop
from tests.bookings.open_town import OpenTown

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> OpenTown:
    """A service with a stop in the south-west alone, and postcodes in all corners."""
    folder = tmp_path_factory.mktemp("suggesting")
    settings.DATA_DIR, settings.ROADS_ROOTS = folder / "data", [folder / "data"]
    town = OpenTown(folder, stops=[("9A", "Mill", 0, 0)])
    town.postcodes = [("AB1 1AA", 0, 0), ("AB1 1AB", 4, 0), ("AB1 1AC", 4, 4), ("AB1 1AD", 0, 4)]
    call_command("add_service", "mudford", *town.write().options())
    return town


def test_from_suggestions_on_a_map_to_stops(town: OpenTown, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    path = town.path("map.geojson")
    call_command("suggest_stops", "mudford", "--share", "1", "--map", str(path))
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Mudford: 25.0% of 4 addresses have a stop within 800 m, 100.0% with 2 more"
    assert told[-1] == "For 100%, fewer won't do. --map writes them down to accept from."
    kinds = [feature["properties"]["kind"] for feature in json.loads(path.read_text())["features"]]
    assert kinds == ["suggested"] * 2 + ["stop"] + ["address without a stop"] * 3

    call_command("suggest_stops", "mudford", "--accept", str(path))
    assert capsys.readouterr().out == "Mudford: 2 new stops (V1 to V2), 0 were there already\n"
    assert Stop.objects.filter(active=True).count() == 3
    call_command("suggest_stops", "mudford", "--share", "1", "--format", "json")
    again = json.loads(capsys.readouterr().out)
    assert (again["stops"], again["with_a_stop"], again["enough"]) == ([], {"before": 4, "after": 4}, True)


def test_what_can_not_be_is_told(town: OpenTown) -> None:
    with pytest.raises(CommandError, match="there is no service ripon; there are: mudford"):
        call_command("suggest_stops", "ripon")
    with pytest.raises(CommandError, match=r"map\.geojson, the file: it can't be read"):
        call_command("suggest_stops", "mudford", "--accept", str(town.path("map.geojson")))
    with pytest.raises(CommandError, match=r"5 is not a share: write one like 0\.95"):
        call_command("suggest_stops", "mudford", "--share", "5")


def test_where_too_few_can_be_served_that_is_told(town: OpenTown, capsys: pytest.CaptureFixture[str]) -> None:
    town.postcodes.append(("AB1 1AF", 8, 4))
    call_command("add_service", "mudford", *town.write().options())
    call_command("suggest_stops", "mudford", "--share", "1")
    told = capsys.readouterr().out.splitlines()
    assert told[-1].startswith("100% can't be had: nobody else lives within a walk of a junction or landmark on a quiet road")
