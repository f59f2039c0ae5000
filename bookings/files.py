"""Files that people hand in: opened, read, and complained about with the place and what to do."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOT_UTF_8 = "save it as UTF-8"


class BadFile(ValueError):
    """A file that can't be used: which one, where in it, and what to do."""

    def __init__(self, file: Path, where: str, remedy: str) -> None:
        self.file, self.where, self.remedy = file, where, remedy
        super().__init__(f"{file}, {where}: {remedy}")


def read_json(path: Path) -> dict[str, Any]:
    """A file that holds one JSON object. Raises BadFile."""
    try:
        data = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise BadFile(path, f"line {error.lineno}", f"this is not JSON: {error.msg}") from None
    if not isinstance(data, dict):
        raise BadFile(path, "line 1", "make it a JSON object")
    return data


def read_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not empty, each with the number of the line it ends on, from 1. Raises BadFile."""
    line = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                line = reader.line_num
                if any(row):
                    yield line, row
    except csv.Error as error:
        raise BadFile(path, f"row {line + 1}", f"this is not CSV ({error}): is the file whole?") from None
    except UnicodeDecodeError:
        raise BadFile(path, f"after row {line}", NOT_UTF_8) from None
    except OSError as error:
        raise BadFile(path, "the file", f"it can't be read ({error.strerror}): put it there") from None


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file by the names in its first row, which have to include `columns`. Raises BadFile."""
    lines = read_lines(path)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        raise BadFile(path, "row 1", "save it as CSV with commas between the values")
    if missing := sorted(set(columns) - set(header)):
        raise BadFile(path, "row 1", f"add the columns {', '.join(missing)}")
    for number, row in lines:
        if len(row) != len(header):
            raise BadFile(
                path, f"row {number}", f"it has {len(row)} values where row 1 names {len(header)} columns: is the file whole?"
            )
        yield number, dict(zip(header, map(str.strip, row), strict=True))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(path, f"byte {error.start}", NOT_UTF_8) from None
    except OSError as error:
        raise BadFile(path, "the file", f"it can't be read ({error.strerror}): put it there") from None
