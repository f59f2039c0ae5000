"""Administrators are on record as everybody else: what they open, and what they change."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest

from bookings.models import Audit, Passenger


class Watched(ModelAdmin):  # type: ignore[type-arg]
    """Rows about people, and who may do what. A list is one look; a page or a change names the passenger, where there is one."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        self._record(request, "lists")
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        if request.method in ("GET", "HEAD") and object_id is not None:
            self._record(request, "looks", self.get_object(request, object_id))
        return super().changeform_view(request, object_id, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        self._record(request, "looks", self.get_object(request, object_id))
        return super().history_view(request, object_id, extra_context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record(request, "adds", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record(request, "changes", obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            self._record(request, "removes", row)
        return super().log_deletions(request, queryset)

    def _record(self, request: HttpRequest, verb: str, row: Any = None) -> None:
        passenger = row if isinstance(row, Passenger) else getattr(row, "passenger", None)
        booking = getattr(row, "booking", None)
        if passenger is None and booking is not None:
            passenger = booking.passenger
        whose = passenger or getattr(row, "staff_member", None) or row
        user: Any = request.user
        Audit.objects.create(
            user=user,
            role="administrator",
            operator_id=getattr(whose, "operator_id", None),
            operation=f"admin {verb} {self.opts.model_name}",
            kind=str(self.opts.verbose_name)[:20],
            key="" if row is None else str(row.pk)[:60],
            passenger=passenger,
            status=200,
        )
