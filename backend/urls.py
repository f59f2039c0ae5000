"""Every address that Drover answers."""

from django.contrib import admin
from django.urls import include, path

from backend.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("backend.api.urls")),
    path("", include("backend.web.urls")),
]
