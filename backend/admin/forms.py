"""Fields and checks of the forms in the admin: what a model's own columns can't tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib.gis.geos import MultiPolygon
from django.contrib.gis.geos import Point as Position
from django.core.exceptions import ValidationError

from backend.outside.addresses import BadAddress, check_url
from bookings.fares import UnfitFares, read_tariff, unknown_zones
from bookings.files import BadFile, BadJson, parse_json
from bookings.kinds import TO_PARTNERS
from bookings.models import ForbiddenTrip, Service, ShiftPattern, Stop, Webhook, Zone
from bookings.open_data.area import read_shape
from bookings.service_folder import stored_area

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class LonLatInput(forms.TextInput):
    def format_value(self, value: Any) -> str | None:
        return f"{value.x:.6f}, {value.y:.6f}" if isinstance(value, Position) else super().format_value(value)


class LonLatField(forms.Field):
    """A position as text: the map widgets of Django load scripts from elsewhere, which no page of Drover does."""

    widget = LonLatInput

    def __init__(self, *, required: bool = True, label: Any = None, initial: Any = None, **geometry: Any) -> None:
        told = "longitude, latitude, such as -0.729000, 52.670000"
        super().__init__(required=required, label=label, initial=initial, help_text=told)

    def to_python(self, value: Any) -> Position | None:
        if not value:
            return None
        try:
            lon, lat = (float(part) for part in str(value).split(","))
        except ValueError:
            raise ValidationError("Write longitude and latitude with a comma between, such as -0.729, 52.67.") from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValidationError("That is not on the earth: longitude comes first.")
        return Position(lon, lat, srid=4326)


class OutlineField(forms.Field):
    """A shape as the text of its GeoJSON."""

    widget = forms.Textarea

    def __init__(self, *, required: bool = True, label: Any = None, initial: Any = None, **geometry: Any) -> None:
        told = "GeoJSON of a Polygon or MultiPolygon in WGS 84, as QGIS or geojson.io write it"
        super().__init__(required=required, label=label, initial=initial, help_text=told)

    def prepare_value(self, value: Any) -> Any:
        return value.geojson if isinstance(value, MultiPolygon) else value

    def to_python(self, value: Any) -> MultiPolygon | None:
        if not value:
            return None
        try:
            shape = read_shape(Path("The outline"), "geometry", parse_json(value))
        except (BadFile, BadJson) as error:
            raise ValidationError(f"{error.remedy}.") from None
        return stored_area(shape)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class ZoneForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Zone
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        service, area = _service(self), self.cleaned_data.get("area")
        if service and area and not service.area.intersects(area):
            self.add_error("area", f"That is outside the area of {service}: is longitude first?")
        return found


class ForbiddenTripForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ForbiddenTrip
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        origin, destination = self.cleaned_data.get("origin"), self.cleaned_data.get("destination")
        if origin and destination and origin.service_id != destination.service_id:
            self.add_error("destination", f"That zone is not of {origin.service}.")
        return found


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Service
        fields = "__all__"

    def clean_fares(self) -> Any:
        fares = self.cleaned_data["fares"]
        try:
            unknown = unknown_zones(read_tariff(fares), self.instance.zones.values_list("code", flat=True))
        except UnfitFares as error:
            raise ValidationError(str(error)) from None
        if unknown:
            raise ValidationError(f"There is no zone {unknown[0]}.")
        return fares


def _service(form: Any) -> Service | None:
    """The service that the row of a form belongs to, or will."""
    kept = form.instance.service if form.instance.service_id else None
    return form.cleaned_data.get("service") or kept


class StopForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Stop
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        service, position = _service(self), self.cleaned_data.get("position")
        if service and position and not service.area.intersects(position):
            self.add_error("position", f"That is outside the area of {service}: is longitude first?")
        return found


class PatternForm(forms.ModelForm):  # type: ignore[type-arg]
    weekdays = forms.TypedMultipleChoiceField(
        choices=tuple(enumerate(DAYS)), coerce=int, widget=forms.CheckboxSelectMultiple, required=True
    )

    class Meta:
        model = ShiftPattern
        fields = "__all__"

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        given = self.cleaned_data
        starts, ends, service = given.get("starts"), given.get("ends"), _service(self)
        if starts and ends and starts >= ends:
            self.add_error("ends", "A shift ends after it starts.")
        for name in ("vehicle", "driver"):
            if service and given.get(name) and given[name].operator_id != service.operator_id:
                self.add_error(name, f"That is not of {service.operator}, who runs {service}.")
        return found


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]
    events = forms.MultipleChoiceField(
        choices=[(kind, kind) for kind in TO_PARTNERS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None: all.",
    )

    class Meta:
        model = Webhook
        fields = ["operator", "url", "description", "events", "active"]

    def clean_url(self) -> Any:
        try:
            check_url(self.cleaned_data["url"])
        except BadAddress as error:
            raise ValidationError(str(error)) from None
        return self.cleaned_data["url"]
