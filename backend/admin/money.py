"""Accounts, which may be changed; and what was owed and paid, which may be read."""

from __future__ import annotations

from django.contrib.admin import register

from backend.admin.records import Kept, Told
from backend.admin.site import site
from backend.admin.watched import Watched
from bookings import models


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


@register(models.Refund, site=site)
class Refunds(Watched, Told):
    list_display = ["created_at", "booking", "checkout", "pence", "status", "why", "fault"]
    list_filter = ["status"]


@register(models.Receipt, site=site)
class Receipts(Watched, Told):
    list_display = ["number", "operator", "booking", "pence", "issued_at"]
    list_filter = ["operator"]
