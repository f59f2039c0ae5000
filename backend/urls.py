"""Every address that Drover answers."""

from django.urls import include, path

from backend.admin.urls import site
from backend.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", site.urls),
    path("o/", include("backend.partner_door")),
    path("api/v1/", include("backend.api.urls")),
    path("", include("backend.web.urls")),
]
