"""The lines of an instance file, and errors that say which of them is wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class BadInstance(ValueError):
    """A file that can't be read as an instance; the message names the file, the line, what is expected there, and a remedy."""

    def __init__(self, path: Path, line: int | None, what: str) -> None:
        super().__init__(f"{path}{'' if line is None else f', line {line}'}: {what}")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that isn't blank, as words; `number` counts from 1, blank lines too."""

    path: Path
    number: int
    words: Sequence[str]

    def bad(self, what: str) -> BadInstance:
        return BadInstance(self.path, self.number, what)

    def numbers(self, fields: str) -> list[float]:
        """A number for each of the fields, which are named with spaces between. Raises BadInstance."""
        names = fields.split()
        if len(self.words) != len(names):
            cut = " The file looks cut off: get it whole." if len(self.words) < len(names) else ""
            raise self.bad(f"{len(names)} numbers are expected here ({', '.join(names)}), not {len(self.words)}.{cut}")
        return [self.number_of(word, name) for word, name in zip(self.words, names, strict=True)]

    def number_of(self, word: str, name: str) -> float:
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.bad(f"{name} is {word!r}, which is no number: correct it.")
        return value

    def whole(self, value: float, name: str, least: int | None = None) -> int:
        """A value that has to be a whole number, and no less than `least`. Raises BadInstance."""
        if value != int(value) or (least is not None and value < least):
            bound = "" if least is None else f" of at least {least}"
            raise self.bad(f"{name} is {value:g} and has to be a whole number{bound}: correct it.")
        return int(value)


def read_lines(path: Path) -> list[Line]:
    """The lines of a file that aren't blank. Raises BadInstance for a file that isn't there, isn't text or has no such line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise BadInstance(path, None, f"can't be read ({problem.strerror}): give the path of an instance file.") from None
    except UnicodeDecodeError:
        raise BadInstance(path, None, "is not text: give an instance as text, unpacked.") from None
    lines = [Line(path, number, line.split()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise BadInstance(path, None, "is empty: get the file again.")
    return lines
