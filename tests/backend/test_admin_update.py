"""An administrator brings a service up to date: what stays, what has to be meant, and what there is to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from bookings.models import Service, Stop
from tests.backend.test_admin_add_service import ADMIN, CALLED, act, hand_in, open_town, signed_in, step, text
from tests.bookings.open_town import OpenTown

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> OpenTown:
    return open_town(tmp_path, settings, monkeypatch)


@pytest.fixture
def admin(db: None) -> Client:
    return signed_in("addy")


def test_an_update_takes_roads_that_are_here_and_keeps_the_fleet(town: OpenTown, admin: Client) -> None:
    call_command("add_service", "mudford", *town.options(), "--phone", "01632 960100")
    row = Service.objects.get()
    assert f"{ADMIN}?service=mudford" in text(admin.get(f"/admin/bookings/service/{row.pk}/change/"))
    first = admin.get(ADMIN, {"service": "mudford"}, follow=True)
    assert 'value="01632 960100"' in text(first)

    town.stops[0] = ("9A", "Old Mill", 0, 0)
    town.write()
    known = admin.get(f"{ADMIN}roads/").context["form"].fields["known"].choices[1][0]
    hand_in(admin, town, roads={"known": known}, fleet={})
    assert "Mudford, Old Mill, was" in act(admin, "check")
    assert "updated</h2>" in act(admin, "import")
    assert Stop.objects.get(code="9A").name == "Old Mill"
    assert Service.objects.get().shift_patterns.count() == 1


def test_an_update_keeps_the_stops_that_nobody_hands_in_again(town: OpenTown, admin: Client) -> None:
    call_command("add_service", "mudford", *town.options())
    hand_in(admin, town, stops={}, fleet={})
    assert "3 stay as they were; others come with “Bus stops” in step 3" in act(admin, "check")

    step(admin, "stops", stops_of_extract="on")
    assert "2 kept" in act(admin, "check")
    assert "updated</h2>" in act(admin, "import")
    assert set(Stop.objects.filter(active=True).values_list("code", flat=True)) == {"osm-n203", "osm-n204"}
    assert Service.objects.get().places.filter(kind="postcode").count() == 3


def test_large_losses_have_to_be_meant(town: OpenTown, admin: Client) -> None:
    call_command("add_service", "mudford", *town.options())
    town.stops.pop()
    hand_in(admin, town.write(), fleet={})
    assert "Where so much less is meant, give “Much less is meant” in step 1" in act(admin, "check")
    step(admin, "called", **CALLED, accept_losses="on")
    assert "it can be imported" in act(admin, "check")


def test_whoever_sees_no_repository_gets_templates_that_will_do(town: OpenTown, admin: Client) -> None:
    page = text(admin.get(f"{ADMIN}fleet/"))
    assert "fixtures/" not in page
    for name, file in (("fleet", "fleet.csv"), ("rules", "rules.json")):
        address = f"{ADMIN}templates/{name}/"
        assert f'href="{address}" download' in page
        found = admin.get(address)
        assert found.headers["Content-Disposition"] == f'attachment; filename="{file}"'
        template = SimpleUploadedFile(file, b"".join(found.streaming_content))  # type: ignore[attr-defined]
        assert step(admin, "fleet", **{name: template}).status_code == 302
    assert admin.get(f"{ADMIN}templates/secrets/").status_code == 404
    assert Client().get(f"{ADMIN}templates/fleet/").status_code == 302
