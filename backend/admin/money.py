"""Accounts, which may be changed; what was owed and paid, which may be read; and refunds that failed, to be seen to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import action, register
from django.contrib.admin.helpers import ActionForm
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from backend.admin.records import Kept, Told
from backend.admin.site import site
from backend.admin.watched import Watched
from bookings import models
from bookings.actions.see_to_refund import NotFailed, send_refund_again, settle_refund
from bookings.clock import database_now

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@register(models.Account, site=site)
class Accounts(Watched, Kept):
    list_display = ["name", "operator", "reference", "email", "active"]
    list_filter = ["operator", "active"]
    search_fields = ["name", "reference"]
    fixed = ("operator",)


@register(models.LedgerEntry, site=site)
class Ledger(Watched, Told):
    list_display = ["at", "kind", "pence", "pay_by", "booking", "account", "by"]
    list_filter = ["operator", "kind", "pay_by"]


class WhyForm(ActionForm):
    why = forms.CharField(max_length=200, required=False)


@register(models.Refund, site=site)
class Refunds(Watched, Told):
    """One that failed can be sent again, or noted as given back by hand: tick it, and say why."""

    list_display = ["created_at", "booking", "checkout", "pence", "status", "why", "fault", "seen_to_by", "seen_to_because"]
    list_filter = ["status"]
    action_form = WhyForm
    actions = ["send_again", "settle"]

    @action(description="Send again")
    def send_again(self, request: HttpRequest, chosen: QuerySet[models.Refund]) -> None:
        self._see_to(request, chosen, send_refund_again)

    @action(description="Note as given back by hand")
    def settle(self, request: HttpRequest, chosen: QuerySet[models.Refund]) -> None:
        self._see_to(request, chosen, settle_refund)

    def _see_to(self, request: HttpRequest, chosen: QuerySet[models.Refund], how: Callable[..., models.Refund]) -> None:
        why, by = str(request.POST.get("why", "")).strip(), cast("User", request.user)
        if not why:
            self.message_user(request, "Say why: it's for the record.", messages.ERROR)
            return
        for refund in chosen.select_related("booking__passenger"):
            try:
                with transaction.atomic():
                    how(refund.pk, by=by, why=why, now=database_now())
                    self.log_change(request, refund, f"{how.__name__}: {why}")
                self.message_user(request, f"{refund.booking.reference}: done.")
            except NotFailed as error:
                self.message_user(request, str(error), messages.ERROR)


@register(models.Receipt, site=site)
class Receipts(Watched, Told):
    list_display = ["number", "operator", "booking", "pence", "issued_at"]
    list_filter = ["operator"]
