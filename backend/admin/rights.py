"""Who signs in and what they may do: users, and what they are with an operator."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import register
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from backend.admin.site import site
from backend.admin.watched import Watched
from bookings import models


@register(models.StaffMember, site=site)
class Staff(Watched):
    list_display = ["user", "role", "operator"]
    list_filter = ["operator", "role"]
    raw_id_fields = ["user"]


@register(get_user_model(), site=site)
class Users(Watched, UserAdmin):  # type: ignore[type-arg]
    """Nobody is deleted, since what they did stays with their name; without `active` they can't sign in."""

    list_filter = ["is_superuser", "is_active"]
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Who", {"fields": ("first_name", "last_name", "email")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ["last_login", "date_joined"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
