"""What an administrator sees and may change. What happened or was promised is shown, and nothing more."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin, TabularInline, register
from django.contrib.gis.db.models import MultiPolygonField, PointField
from django.http import HttpRequest

from backend.admin.forms import (
    ForbiddenTripForm,
    LonLatField,
    OutlineField,
    PatternForm,
    ServiceForm,
    StopForm,
    WebhookForm,
    ZoneForm,
)
from backend.admin.site import site
from backend.admin.watched import Watched
from bookings import models
from bookings.actions.add_webhook import add_webhook
from bookings.actions.change_webhook import change_webhook
from bookings.clock import database_now
from routing.travel.vehicle_size import MEASURES


class Kept(ModelAdmin):  # type: ignore[type-arg]
    """Rows that others lean on: they change, and never go. `fixed` stays as it was when the row was made."""

    fixed: tuple[str, ...] = ()
    formfield_overrides = {PointField: {"form_class": LonLatField}}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(self.fixed if obj else ())]


class Told(Kept):
    """Rows that can only be read."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Hours(TabularInline):  # type: ignore[type-arg]
    model = models.ServiceHours
    extra = 0


class Closures(TabularInline):  # type: ignore[type-arg]
    model = models.Closure
    extra = 0


class OtherHours(TabularInline):  # type: ignore[type-arg]
    model = models.SpecialHours
    extra = 0


@register(models.Operator, site=site)
class Operators(Kept):
    list_display = ["name", "slug", "phone"]
    fixed = ("slug",)


@register(models.Service, site=site)
class Services(Kept):
    """New ones come from open data: `steps`. Area and roads change there, too, since they have to fit together."""

    form = ServiceForm
    list_display = ["name", "slug", "operator", "zone", "walk_limit_m", "changed_at"]
    readonly_fields = ["slug", "operator", "zone", "roads", "sources", "holiday_region"]
    exclude = ["area"]
    inlines = [Hours, Closures, OtherHours]
    change_list_template = "drover_admin/services.html"
    change_form_template = "drover_admin/service.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.touch()  # hours may have gone


@register(models.Closure, site=site)
class ClosureDays(ModelAdmin):  # type: ignore[type-arg]
    list_display = ["date", "service", "reason"]
    list_filter = ["service"]


class ForbiddenTrips(TabularInline):  # type: ignore[type-arg]
    model = models.ForbiddenTrip
    form = ForbiddenTripForm
    fk_name = "origin"
    extra = 0


@register(models.Zone, site=site)
class Zones(ModelAdmin):  # type: ignore[type-arg]
    form = ZoneForm
    formfield_overrides = {MultiPolygonField: {"form_class": OutlineField}}
    list_display = ["name", "code", "service", "rank"]
    list_filter = ["service"]
    inlines = [ForbiddenTrips]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.instance.service.touch()  # what was forbidden may have gone

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for zone in queryset:
            zone.delete()  # one by one, which tells their services


@register(models.Promotion, site=site)
class Promotions(Kept):
    list_display = ["name", "code", "operator", "service", "percent", "amount_pence", "starts_at", "ends_at", "active"]
    list_filter = ["operator", "active"]
    fixed = ("operator",)


@register(models.Stop, site=site)
class Stops(Kept):
    form = StopForm
    list_display = ["code", "public_code", "name", "settlement", "service", "bearing", "wheelchair", "closed_from", "active"]
    list_filter = ["service", "active", "wheelchair"]
    search_fields = ["code", "name", "settlement", "atco_code", "public_code"]
    fixed = ("service", "code")


@register(models.Vehicle, site=site)
class Vehicles(Kept):
    list_display = ["name", "code", "registration", "operator", "layouts", "width_m", "height_m", "length_m", "weight_t"]
    list_filter = ["operator"]
    fixed = ("operator", "code")
    fieldsets = (
        (None, {"fields": ("operator", "code", "name", "registration", "layouts")}),
        ("How large it is, which decides on the roads of its services", {"fields": tuple(MEASURES)}),
    )


@register(models.Driver, site=site)
class Drivers(Watched, Kept):
    list_display = ["name", "code", "operator", "phone", "user"]
    list_filter = ["operator"]
    raw_id_fields = ["user"]
    fixed = ("operator", "code")


@register(models.ShiftPattern, site=site)
class ShiftPatterns(ModelAdmin):  # type: ignore[type-arg]
    form = PatternForm
    formfield_overrides = {PointField: {"form_class": LonLatField}}
    list_display = ["name", "service", "vehicle", "driver", "starts", "ends"]
    list_filter = ["service"]
    readonly_fields = ["breaks"]

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for pattern in queryset:
            self.delete_model(request, pattern)

    def delete_model(self, request: HttpRequest, obj: models.ShiftPattern) -> None:
        super().delete_model(request, obj)
        obj.service.touch()  # its largest vehicle may have gone


@register(models.Passenger, site=site)
class Passengers(Watched, Kept):
    """Looked for by number in the address alone, since names in addresses end up in logs: see POST passengers/search."""

    search_fields = ["=pk"]
    list_display = ["name", "phone", "operator", "needs"]
    list_filter = ["operator"]
    raw_id_fields = ["user", "account"]
    fixed = ("operator",)


@register(models.Shift, site=site)
class Shifts(Told):
    list_display = ["date", "name", "service", "vehicle", "driver"]
    list_filter = ["service", "date"]


@register(models.Booking, site=site)
class Bookings(Watched, Told):
    list_display = ["reference", "service", "date", "passenger", "status"]
    list_filter = ["service", "status"]


@register(models.Audit, site=site)
class Audits(Told):
    list_display = ["at", "user", "role", "operator", "operation", "kind", "key", "passenger_id", "day", "status"]
    list_filter = ["operator", "role", "kind"]
    fields = ["at", "user", "role", "operator", "operation", "kind", "key", "passenger_id", "day", "status", "request_id"]


@register(models.Event, site=site)
class Events(Watched, Told):
    list_display = ["at", "kind", "service", "date", "booking", "by"]
    list_filter = ["service", "kind"]


@register(models.Message, site=site)
class Messages(Watched, Told):
    list_display = ["created_at", "kind", "channel", "language", "state", "reason", "attempts", "booking"]
    list_filter = ["state", "channel", "kind"]
    fields = [
        *("event", "booking", "passenger", "kind", "channel", "language"),
        *("state", "reason", "attempts", "due_at", "done_at", "told_at", "told_by"),
    ]


class Secrets(TabularInline):  # type: ignore[type-arg]
    """What is shown is that there are some, and until when; a new one comes from the API or the command."""

    model = models.WebhookSecret
    fields = ["created_at", "retires_at"]
    readonly_fields = ["created_at", "retires_at"]
    extra = max_num = 0
    can_delete = False


@register(models.Webhook, site=site)
class Webhooks(ModelAdmin):  # type: ignore[type-arg]
    """Whose address is checked when it's registered, and again at each call."""

    form = WebhookForm
    list_display = ["operator", "description", "url", "active", "failing_since", "switched_off_because"]
    list_filter = ["operator", "active"]
    readonly_fields = ["created_at", "created_by", "failing_since", "switched_off_because"]
    inlines = [Secrets]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(("operator", "url") if obj else ())]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new one gets its secret, which is shown once; one that is switched on begins anew."""
        changes: Any = {name: form.cleaned_data[name] for name in ("description", "events", "active")}
        if change:
            change_webhook(obj, changes)
            return
        by: Any = request.user
        events, description, now = changes["events"], changes["description"], database_now()
        made = add_webhook(obj.operator, url=obj.url, description=description, events=events, by=by, now=now)
        obj.pk, obj.created_at, obj.created_by = made.pk, made.created_at, by
        self.message_user(request, f"Its secret, shown only now: {made.secrets.get().secret}")


@register(models.WebhookDelivery, site=site)
class WebhookDeliveries(Told):
    list_display = ["created_at", "webhook", "event", "state", "reason", "attempts", "due_at"]
    list_filter = ["state", "webhook"]


@register(models.Refusal, site=site)
class Refusals(Watched, Told):
    list_display = ["created_at", "title", "service", "date", "channel"]
    list_filter = ["service", "kind"]
