"""How the templates say times, money and people. Clock times are read off the API's text, which is in the service's zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date
from itertools import groupby
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from bookings.models import Service
from bookings.sources import attribution

register = template.Library()

PARTY = {
    "adults": ("adult", "adults"),
    "concessions": ("pass holder", "pass holders"),
    "children": ("child", "children"),
    "under5": ("under 5", "under 5"),
    "companions": ("companion", "companions"),
    "wheelchairs": ("wheelchair", "wheelchairs"),
    "assistance_dogs": ("assistance dog", "assistance dogs"),
    "prams": ("pram", "prams"),
    "luggage": ("luggage", "pieces of luggage"),
}


@register.simple_tag
def map_ground(slug: str) -> str:
    """Attributes of an element with a map: what `map_background.js` lays under it."""
    return format_html(
        'data-service="{}" data-roads="{}" data-tiles="{}" data-tiles-by="{}"',
        *(slug, reverse("web:roads", args=[slug]), settings.TILE_URL, settings.TILE_ATTRIBUTION),
    )


@register.inclusion_tag("drover/sources.html")
def sources(slug: str) -> dict[str, Any]:
    """Whose data a service's map, stops and places are, in small print."""
    names = Service.objects.filter(slug=slug).values_list("sources", flat=True).first()
    return {"sources": attribution(names or ())}


@register.filter
def clock(at: str | None) -> str:
    """`08:05` of `2026-11-24T08:05:00+00:00`."""
    return at[11:16] if at else "–"


@register.filter
def day_long(day: Date | str) -> str:
    """`Tuesday 24 November 2026`."""
    day = Date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day:%A} {day.day} {day:%B %Y}"


@register.filter
def day_short(day: Date | str) -> str:
    """`Tue 24 Nov 2026`."""
    day = Date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day:%a} {day.day} {day:%b %Y}"


@register.filter
def pounds(pence: int | None) -> str:
    """`£2.00`, or `free`."""
    return "" if pence is None else f"£{pence // 100}.{pence % 100:02d}" if pence else "free"


@register.filter
def sum(pence: int) -> str:
    """`£2.00`, `-£2.00`: an amount of money where nothing is free."""
    return f"{'-' if pence < 0 else ''}£{abs(pence) // 100}.{abs(pence) % 100:02d}"


@register.filter
def minutes(seconds: int) -> str:
    """`30 min`."""
    return f"{round(seconds / 60)} min"


@register.filter
def people(party: Mapping[str, int] | None) -> list[tuple[str, str]]:
    """[(icon, `2 adults`), ...] of a party."""
    counts = [(kind, (party or {}).get(kind, 0)) for kind in PARTY]
    return [(kind, f"{count} {PARTY[kind][count != 1]}") for kind, count in counts if count]


@register.filter
def on_board(load: Mapping[str, int]) -> list[str]:
    """[`3 seats`, `1 wheelchair`], or [`empty`]."""
    counts = [(load["seats"], "seat", "seats"), (load["wheelchairs"], "wheelchair", "wheelchairs")]
    return [f"{count} {one if count == 1 else many}" for count, one, many in counts if count] or ["empty"]


@register.filter
def visits(calls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The calls that share a number, which are one stop of the bus (or a break), taken together."""
    found = []
    for number, group in groupby(calls, key=lambda call: call["number"]):
        together = list(group)
        finished = all(call["status"] == "done" or call["action"] == "missed" for call in together)
        found.append({"number": number, "first": together[0], "calls": together, "finished": finished})
    return found
