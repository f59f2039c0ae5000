"""Signing in, and where that leads to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator

from backend.account_settings import OIDC
from backend.limits import address_of, take
from backend.web.roles import start_of
from backend.web.safety import page
from backend.web.second_factor import step_after_password
from bookings.actions.take_token import TooMany


@method_decorator(page, name="dispatch")
class SignIn(LoginView):
    """Everybody lands where their work is."""

    template_name = "drover/sign_in.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Passwords can be tried so many times from one address, and so many times for one name."""
        try:
            take("sign-in", address_of(request))
            take("sign-in-name", request.POST.get("username", "").casefold())
        except TooMany as error:
            context = self.get_context_data(form=self.form_class(request), wait_s=error.wait_s)  # nothing is tried
            return self.render_to_response(context, status=429, headers={"Retry-After": str(error.wait_s)})
        return super().post(request, *args, **kwargs)

    def get_default_redirect_url(self) -> str:
        return start_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        oidc = bool(settings.OIDC_ISSUER) and reverse("openid_connect_login", kwargs={"provider_id": OIDC})  # type: ignore[misc]
        return super().get_context_data(oidc=oidc, oidc_refused=self.request.GET.get("oidc") == "refused", **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        return step_after_password(self.request, user, self.get_redirect_url()) or super().form_valid(form)
