"""Lists, page by page."""

from __future__ import annotations

import re

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination as BaseCursorPagination

from backend.api.problems import BadQuery

NOT_OURS = BadQuery({"cursor": ["This is none of the cursors that were given out."]})
_PK = re.compile("[0-9]{1,18}")


class CursorPagination(BaseCursorPagination):
    """Newest first. The addresses of the neighbouring pages come with each page; nothing is shown twice while rows come in."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "-pk"

    def decode_cursor(self, request):  # type: ignore[no-untyped-def]
        try:
            cursor = super().decode_cursor(request)
        except (NotFound, ValueError, OverflowError):
            raise NOT_OURS from None
        if cursor and cursor.position is not None and not _PK.fullmatch(str(cursor.position)):
            raise NOT_OURS
        return cursor
