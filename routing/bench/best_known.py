"""The best known value of each instance, from a JSON file of the user's: {"name": {"best": 294.25, "vehicles": 2}}."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROUNDING = 0.01
"""Published values have two decimals."""


class BadBestKnown(ValueError):
    """A file that can't be read as best known values; the message says what is expected."""


@dataclass(frozen=True, slots=True)
class Best:
    """`vehicles` is None where the set compares distances alone."""

    distance: float
    vehicles: int | None = None

    def extra(self, vehicles: int) -> int:
        """By how many vehicles more; below 0 for fewer."""
        return 0 if self.vehicles is None else vehicles - self.vehicles

    def gap(self, distance: float) -> float:
        """By which share the distance is longer."""
        return distance / self.distance - 1

    def reached(self, vehicles: int, distance: float) -> bool:
        """Whether a plan is as good, as far as two decimals can tell."""
        extra = self.extra(vehicles)
        return extra < 0 or (extra == 0 and distance <= self.distance + ROUNDING)

    def beaten(self, vehicles: int, distance: float) -> bool:
        extra = self.extra(vehicles)
        return extra < 0 or (extra == 0 and distance < self.distance - ROUNDING)


def read_best_known(path: Path, vehicles_first: Mapping[str, bool]) -> dict[str, Best]:
    """The values of the named instances that the file has. Raises BadBestKnown."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise TypeError("no object")
        return {
            name: Best(float(found[name]["best"]), int(found[name]["vehicles"]) if counts else None)
            for name, counts in vehicles_first.items()
            if name in found
        }
    except OSError as error:
        raise BadBestKnown(f"{path}: can't be read ({error.strerror}): give the path of a JSON file.") from None
    except (ValueError, KeyError, TypeError) as error:
        expected = 'expected is {"a2-16": {"best": 294.25}, "lc101": {"best": 828.94, "vehicles": 10}, ...}'
        raise BadBestKnown(f"{path}: {type(error).__name__}: {error}; {expected}.") from None
