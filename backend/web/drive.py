"""A driver's shifts and their manifest."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import resolve

from backend.web.safety import page


@page
@login_required
def drive(request: HttpRequest) -> HttpResponse:
    return render(request, "drover/drive.html")


@page
@login_required
def manifest(request: HttpRequest, shift: int) -> HttpResponseBase:
    """The API's own HTML of the manifest, at an address that a person can sign in for. It can't differ from the API's JSON."""
    view, args, kwargs = resolve(f"/api/v1/shifts/{shift}/manifest")
    request.META["HTTP_ACCEPT"] = "text/html"
    response: HttpResponseBase = view(request, *args, **kwargs)
    if response.status_code >= 400:
        return render(request, "drover/problem.html", {"problem": getattr(response, "data", {})}, status=response.status_code)
    return response
