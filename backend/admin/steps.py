"""The steps in which a service is handed in: what each asks for, and how a file is looked at as soon as it's there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from backend.adding.drafts import drafts_dir
from bookings.models.service import validate_zone
from bookings.open_data.area import read_area
from bookings.open_data.extracts import check_extract
from bookings.open_data.fleet import EXAMPLE, read_fleet
from bookings.open_data.naptan import read_naptan
from bookings.open_data.postcodes import read_postcodes
from bookings.open_data.rules import USUAL, read_rules

EXTRACTS = (".osm.pbf", ".osm")
TEMPLATES = {"fleet": EXAMPLE, "rules": USUAL}
"""Files to begin with, by the fields that take such."""
NOWHERE = (0.0, 0.0, 0.0, 0.0)
READERS: dict[str, Callable[[tuple[Path, ...]], object]] = {
    "roads": lambda paths: check_extract(paths[0]),
    "stops": lambda paths: read_naptan(paths, NOWHERE),  # the country's rows are looked at, and not kept
    "postcodes": read_postcodes,
    "area": lambda paths: read_area(paths[0]),
    "fleet": lambda paths: read_fleet(paths[0]),
    "rules": lambda paths: read_rules(paths[0]),
}
"""How a file is read that can be judged alone; each raises BadFile."""


class Files(forms.FileField):
    """One file, or several where `many`; gives a list. `given` are the names of those that were handed in before."""

    given: tuple[str, ...] = ()

    def __init__(self, *, many: bool = False, endings: tuple[str, ...], **options: Any) -> None:
        super().__init__(required=False, **options)
        self.widget = ManyFiles(many) if many else forms.FileInput()
        self.widget.attrs["accept"] = ",".join(ending.removeprefix(".osm") or ending for ending in endings)
        self.endings = endings

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        found = [upload for upload in (data if isinstance(data, list) else [data]) if upload]
        for upload in found:
            super().clean(upload, initial)
            if not str(upload.name).lower().endswith(self.endings):
                raise ValidationError(f"{upload.name}: this takes files whose names end in {' or '.join(self.endings)}")
        size = sum(upload.size or 0 for upload in found)
        if size > settings.UPLOAD_LIMIT_MB * 1e6:
            raise ValidationError(f"{size / 1e6:.0f} MB are too much: hand in at most {settings.UPLOAD_LIMIT_MB} MB at once")
        return found


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self, many: bool) -> None:
        super().__init__({"multiple": many})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class Called(forms.Form):
    title = "What it is called"
    slug = forms.SlugField(max_length=50, help_text="in addresses, such as rutland; that of a service here brings it up to date")
    name = forms.CharField(max_length=120, required=False, help_text="for people; else made from the slug")
    operator = forms.CharField(max_length=120, required=False, help_text="who runs it; else called as the service is")
    phone = forms.CharField(max_length=40, required=False, help_text="of the operator")
    zone = forms.CharField(
        max_length=60,
        required=False,
        validators=[validate_zone],
        label="Time zone",
        help_text="such as Europe/Andorra; Europe/London with NaPTAN stops",
    )
    accept_losses = forms.BooleanField(
        required=False, label="Much less is meant", help_text="more than a tenth of the roads, stops or postcodes may go"
    )


class Roads(forms.Form):
    title = "Roads"
    roads = Files(endings=EXTRACTS, label="OpenStreetMap extract", help_text=".osm.pbf or .osm, from Geofabrik say")
    known = forms.ChoiceField(
        required=False,
        label="Or one that is here already",
        help_text="large ones: copy them to the folder roads in DROVER_DATA on the server",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["known"].choices = [("", "–"), *known_roads()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("roads") and self.cleaned_data.get("known"):
            self.add_error("known", "Hand in a file or choose one that is here, not both.")
        return self.cleaned_data


WITHOUT = "without a file, a new service takes those of the extract, and one that is here keeps what it has"


class Stops(forms.Form):
    title = "Stops and postcodes"
    stops = Files(many=True, endings=(".csv",), label="Bus stops", help_text="NaPTAN CSV; " + WITHOUT)
    stops_of_extract = forms.BooleanField(required=False, label="Take the bus stops of the extract instead")
    postcodes = Files(
        many=True, endings=(".csv",), help_text="Code-Point Open CSV, one or several, or postcode,lon,lat; " + WITHOUT
    )
    postcodes_of_extract = forms.BooleanField(required=False, label="Take the places of the extract instead of postcodes")

    def clean(self) -> dict[str, Any]:
        for name in ("stops", "postcodes"):
            if self.cleaned_data.get(name) and self.cleaned_data.get(f"{name}_of_extract"):
                self.add_error(name, "Hand in a file or take those of the extract, not both.")
        return self.cleaned_data


class Area(forms.Form):
    title = "Area"
    area = Files(endings=(".geojson", ".json"), help_text="where people are served: one GeoJSON polygon, or several")


FLEET = """CSV, a row a shift of a vehicle; a service that is here can keep its own. layouts are seats + wheelchairs, each way the
inside can be arranged; lon comes before lat; sizes, drivers and breaks may be left out. The template has two buses."""
RULES = """JSON. What a file doesn't say goes by the usual rules, and those are the template: take out what shall be as usual, and
change the rest."""


class Fleet(forms.Form):
    title = "Fleet and rules"
    fleet = Files(endings=(".csv",), label="Fleet", help_text=FLEET)
    change_shared = forms.BooleanField(
        required=False, label="Change vehicles of other services", help_text="and drivers: those of the same operator"
    )
    rules = Files(endings=(".json",), label="Rules", help_text=RULES)


STEPS: dict[str, type[Any]] = {"called": Called, "roads": Roads, "stops": Stops, "area": Area, "fleet": Fleet}
LABELS = {
    "accept_losses": "Much less is meant",
    "change_shared": "Change vehicles of other services",
    "operator": "Operator",
    "zone": "Time zone",
    "stops": "Bus stops",
}


def step_of(field: str) -> str:
    """The step that asks for a field; the first for what belongs to none."""
    return next((step for step, form in STEPS.items() if field in form.base_fields), "called")


def in_words(text: str) -> str:
    """A message of the action, which knows options of the command, for somebody who sees the steps."""

    def said(option: re.Match[str]) -> str:
        name = option[1].replace("-", "_")
        number = list(STEPS).index(step_of(name)) + 1
        return f"“{LABELS.get(name, name.title())}” in step {number}"

    return re.sub(r"--(\w+(?:-\w+)*)", said, text)


def known_roads() -> list[tuple[str, str]]:
    """The extracts below settings.ROADS_ROOTS, by path and as they are shown."""
    found = {}
    for root in map(Path, settings.ROADS_ROOTS):
        for path in sorted([*root.glob("*.osm*"), *root.glob("*/*.osm*")]):
            if path.name.endswith(EXTRACTS) and path.is_file() and not path.is_relative_to(drafts_dir()):
                found[str(path)] = f"{path.relative_to(root)} ({path.stat().st_size / 1e6:.1f} MB)"
    return list(found.items())
