"""Every address that Drover answers."""

from django.urls import include, path

from backend.admin.urls import site
from backend.health import healthz
from backend.web import oidc

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", site.urls),
    path("oidc/<slug:provider_id>/login/", oidc.there, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", oidc.back, name="openid_connect_callback"),
    path("o/", include("backend.partner_door")),
    path("api/v1/", include("backend.api.urls")),
    path("", include("backend.web.urls")),
]
