"""Lists, page by page."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination as BaseCursorPagination

from backend.api.problems import BadQuery
from backend.api.strict import StrictCharField, StrictSerializer

NOT_OURS = BadQuery({"cursor": ["This is none of the cursors that were given out."]})
_PK = re.compile("[0-9]{1,18}")


class CursorPagination(BaseCursorPagination):
    """Newest first. The addresses of the neighbouring pages come with each page; nothing is shown twice while rows come in."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering: Any = "-pk"

    def decode_cursor(self, request):  # type: ignore[no-untyped-def]
        try:
            cursor = super().decode_cursor(request)
            if cursor and cursor.position is not None:
                self.check_position(str(cursor.position))
        except (NotFound, ValueError, OverflowError):
            raise NOT_OURS from None
        return cursor

    def check_position(self, position: str) -> None:
        """Raises ValueError for what can't be where a page of ours begins."""
        if not _PK.fullmatch(position):
            raise ValueError(position)


class DatePagination(CursorPagination):
    """The latest service day first, and within it the latest shift."""

    ordering = ("-date", "-starts_s", "-pk")

    def check_position(self, position: str) -> None:
        date.fromisoformat(position)


class CursorField(StrictCharField):
    """Base64, as it was given out."""

    pattern = "^[A-Za-z0-9+/=]+$"

    def to_internal_value(self, data: Any) -> str:
        cursor = str(super().to_internal_value(data))
        if not re.fullmatch(self.pattern, cursor):
            raise serializers.ValidationError("This is none of the cursors that were given out.")
        return cursor


class PageSerializer(StrictSerializer):
    """What every list takes in its query."""

    limit = serializers.IntegerField(required=False, min_value=1, max_value=CursorPagination.max_page_size)
    cursor = CursorField(required=False, help_text="From `next` or `previous` of another page.")


class OfPassengerSerializer(PageSerializer):
    """Of lists in which staff and partners see many people."""

    passenger = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        help_text="The id of a passenger: theirs alone. Nothing where you may not see them.",
    )


class PagedSerializer(serializers.Serializer[Any]):
    # What every page of a list has beside its `results`. A docstring would stand in the OpenAPI document for each of them.
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
