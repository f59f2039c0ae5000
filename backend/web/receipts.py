"""A receipt to print."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import resolve

from backend.web.safety import page


@page
@login_required
def receipt(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    """The API's own HTML of a receipt, at an address that a person can sign in for."""
    view, args, kwargs = resolve(f"/api/v1/bookings/{reference}/receipts/{number}")
    request.META["HTTP_ACCEPT"] = "text/html"
    response: HttpResponseBase = view(request, *args, **kwargs)
    if response.status_code >= 400:
        told = {"problem": getattr(response, "data", {}), "lang": response.headers.get("Content-Language", "")}
        return render(request, "drover/problem.html", told, status=response.status_code)
    return response
