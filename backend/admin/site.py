"""The admin: for superusers alone, under the same policy for browsers as every other page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from backend.admin.add_service import begin, check, step, template
from backend.web.safety import page


class DroverAdmin(AdminSite):
    """Django's admin with Drover's sign-in page, and the steps that add a service."""

    site_header = "Drover"
    site_title = "Drover"
    index_title = "Administration"
    index_template = "drover_admin/index.html"

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_staff and user.is_superuser)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        return page(super().admin_view(view, cacheable))

    def get_urls(self) -> list[Any]:
        views = (("add-service/", begin, "add-service"), ("add-service/check/", check, "add-service-check"))
        own = [path(address, self.admin_view(view), name=name) for address, view, name in views]
        steps = path("add-service/<slug:name>/", self.admin_view(step), name="add-service-step")
        templates = path("add-service/templates/<slug:name>/", self.admin_view(template), name="add-service-template")
        return [*own, templates, steps, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Strangers sign in where everybody does; those who are signed in as somebody else are not let in."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", "/admin/"), settings.LOGIN_URL)


site = DroverAdmin(name="admin")
