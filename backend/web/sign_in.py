"""Signing in, and where that leads to."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.shortcuts import resolve_url
from django.utils.decorators import method_decorator

from backend.web.roles import role_of
from backend.web.safety import page

STARTS = {"administrator": "admin:index", "dispatcher": "web:dispatch", "driver": "web:drive"}


@method_decorator(page, name="dispatch")
class SignIn(LoginView):
    """Everybody lands where their work is."""

    template_name = "drover/sign_in.html"

    def get_default_redirect_url(self) -> str:
        return resolve_url(STARTS.get(role_of(self.request.user), "web:landing"))
