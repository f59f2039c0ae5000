"""Files that people hand in: opened, read, and complained about with the place and what to do."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NOT_UTF_8 = "save it as UTF-8"
NUL_ESCAPED = "\\u0000"
PACKED = {
    b"\x1f\x8b": "compressed (gzip)",
    b"PK\x03\x04": "a workbook or a ZIP",
    b"BZh": "compressed (bzip2)",
    b"\xd0\xcf\x11\xe0": "a workbook",
}
"""How files begin that are something else, whatever their names say."""


class BadFile(ValueError):
    """A file that can't be used: which one, where in it, and what to do."""

    def __init__(self, file: Path, where: str, remedy: str) -> None:
        self.file, self.where, self.remedy = file, where, remedy
        super().__init__(f"{file}, {where}: {remedy}")


class BadJson(ValueError):
    """A text that can't be read as JSON: where in it, and what to do."""

    def __init__(self, where: str, remedy: str) -> None:
        self.where, self.remedy = where, remedy
        super().__init__(f"{where}: {remedy}")


def parse_json(text: str) -> Any:
    """JSON as Python has it, with nothing in it that no database takes. Raises BadJson."""
    if NUL_ESCAPED in text:
        raise BadJson(f"line {text[: text.index(NUL_ESCAPED)].count(chr(10)) + 1}", "take out the \\u0000, which is no text")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadJson(f"line {error.lineno}", f"this is not JSON: {error.msg}") from None
    except RecursionError:
        raise BadJson("its brackets", "they are nested too deeply: is it the right file?") from None
    except ValueError:
        raise BadJson("its numbers", "one has thousands of digits: write it shorter") from None


def read_json(path: Path) -> dict[str, Any]:
    """A file that holds one JSON object. Raises BadFile."""
    try:
        data = parse_json(_text(path))
    except BadJson as error:
        raise BadFile(path, error.where, error.remedy) from None
    if not isinstance(data, dict):
        raise BadFile(path, "line 1", "make it a JSON object")
    return data


def packed(start: bytes) -> str:
    """What a file is that begins so and has to be unpacked or saved anew; empty for any other."""
    return next((what for begins, what in PACKED.items() if start.startswith(begins)), "")


def read_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not empty, each with the number of the line it ends on, from 1. Raises BadFile."""
    line = 0
    try:
        with path.open("rb") as file:
            if what := packed(file.read(8)):
                raise BadFile(path, "the file", f"it is {what}: save it as CSV (UTF-8), and give that")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for row in reader:
                line = reader.line_num
                if "\0" in "".join(row):
                    raise BadFile(path, f"row {line}", "it has a NUL character in it: save it as CSV (UTF-8) anew")
                if any(row):
                    yield line, row
    except csv.Error as error:
        raise BadFile(path, f"row {line + 1}", f"this is not CSV ({error}): is the file whole?") from None
    except UnicodeDecodeError:
        raise BadFile(path, f"row {line + 1} or a few after it", NOT_UTF_8) from None
    except OSError as error:
        raise unread(path, error) from None


def read_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file by the names in its first row, which have to include `columns`. Raises BadFile."""
    lines = read_lines(path)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    check_commas(path, header)
    if missing := sorted(set(columns) - set(header)):
        raise BadFile(path, "row 1", f"add the columns {', '.join(missing)}")
    for number, row in lines:
        if len(row) != len(header):
            raise BadFile(
                path, f"row {number}", f"it has {len(row)} values where row 1 names {len(header)} columns: is the file whole?"
            )
        yield number, dict(zip(header, map(str.strip, row), strict=True))


def check_commas(path: Path, first: list[str]) -> None:
    """Raises BadFile for a file whose first row has something else between its values."""
    if len(first) == 1 and re.search(r"[;\t|]", first[0]):
        raise BadFile(path, "row 1", "save it as CSV with commas between the values")


def unread(path: Path, error: OSError) -> BadFile:
    """What to tell of a file that can't be opened."""
    if isinstance(error, IsADirectoryError):
        return BadFile(path, "the file", "it is a folder: give a file in it")
    return BadFile(path, "the file", f"it can't be read ({error.strerror}): put it there")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(path, f"byte {error.start}", NOT_UTF_8) from None
    except OSError as error:
        raise unread(path, error) from None
