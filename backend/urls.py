"""Every address that Drover answers."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from backend.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
if find_spec("backend.api.urls"):
    urlpatterns.append(path("api/v1/", include("backend.api.urls")))
if find_spec("backend.web.urls"):
    urlpatterns.append(path("", include("backend.web.urls")))
