"""In which format an answer comes."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class FormatNegotiation(DefaultContentNegotiation):
    """`format` in the query goes before the Accept header, where a view knows the format; only views with this heed it."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        asked, known = request.query_params.get("format"), list(renderers)
        chosen: tuple[BaseRenderer, str] = super().select_renderer(
            request, known, asked if asked in {each.format for each in known} else None
        )
        return chosen
