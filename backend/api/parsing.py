"""Reading JSON bodies: what isn't JSON, or is made to hurt, is a 400 and never a 500."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from backend.api import problem_types
from backend.api.problems import Problem

MAX_BODY_BYTES = 64 * 1024
_HALF_A_SIGN = re.compile("[\ud800-\udfff]")  # half of a surrogate pair, which can't be written in UTF-8


class _BadName(ValueError):
    pass


class StrictJSONParser(JSONParser):
    """JSON up to 64 KiB, without repeated or unspeakable names.

    NaN and Infinity reach the field that holds them, so that it can be named.
    """

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        raw = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise Problem(problem_types.TOO_LARGE, f"The body may have {MAX_BODY_BYTES} bytes at most.")
        try:
            return json.loads(raw.decode("utf-8"), object_pairs_hook=_names_checked)
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ValueError as error:  # numbers of more than 4300 digits are one, too
            raise ParseError(f"The body is not JSON: {error}") from None


def _names_checked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _BadName(f"{twice[:40]!r} stands twice in one object")
    if half := next((name for name in found if _HALF_A_SIGN.search(name)), None):
        raise _BadName(f"{half[:40]!r} holds half a sign")
    return found
