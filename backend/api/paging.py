"""Lists, page by page."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination as BaseCursorPagination

from backend.api.problems import BadQuery


class CursorPagination(BaseCursorPagination):
    """Newest first. The addresses of the neighbouring pages come with each page; nothing is shown twice while rows come in."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = ("-created_at", "-pk")

    def decode_cursor(self, request):  # type: ignore[no-untyped-def]
        try:
            return super().decode_cursor(request)
        except (NotFound, ValueError, OverflowError):
            raise BadQuery({"cursor": ["This is none of the cursors that were given out."]}) from None
