"""Numbers among the arguments of commands; argparse calls what they refuse by their names."""

from __future__ import annotations

import math
from collections.abc import Callable


def whole(name: str, least: int, below: float = math.inf) -> Callable[[str], int]:
    """Reads a whole number from `least` on."""

    def read(text: str) -> int:
        value = int(text)
        if not least <= value < below:
            raise ValueError
        return value

    read.__name__ = name
    return read


def positive(name: str) -> Callable[[str], float]:
    """Reads a number above 0."""

    def read(text: str) -> float:
        value = float(text)
        if not (value > 0 and math.isfinite(value)):
            raise ValueError
        return value

    read.__name__ = name
    return read


seed = whole("seed", 0, below=2**31)
