"""Travel times among a fixed set of points, looked up in O(1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from routing.model import Point

UNREACHABLE_S = 7 * 24 * 3600
"""A travel time that no day has room for: how `no way there` is told, as a value."""


class UnknownPoint(KeyError):
    """A point that a matrix was not made for."""


class Lengths:
    """The metres of a matrix, found as they are asked for: few ever are, and each takes as long as a thousand times.

    `apart` says between which points there are any, shape (n, n); `find` tells those of pairs (rows, columns).
    """

    def __init__(self, apart: NDArray[np.bool_], find: Callable[[Sequence[int], Sequence[int]], Sequence[int]]) -> None:
        self.apart, self.find, self.shape = apart, find, apart.shape
        self.known: dict[tuple[int, int], int] = {}

    def __getitem__(self, cell: tuple[int, int]) -> int:
        if not self.apart[cell]:
            return 0
        if cell not in self.known:
            self.known[cell] = self.find([cell[0]], [cell[1]])[0]
        return self.known[cell]

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        whole, (rows, columns) = np.zeros(self.shape, dtype=dtype or np.int32), self.apart.nonzero()
        whole[rows, columns] = self.find(rows.tolist(), columns.tolist())
        return whole

    def __reduce__(self) -> tuple[Any, ...]:
        return np.asarray, (np.asarray(self),)  # what is sent to another process can't ask this one


class Rows(dict[int, list[int]]):
    """Rows of an array as lists, which give one value ten times as fast; each is made when it's first asked for."""

    def __init__(self, seconds: NDArray[np.int32]) -> None:
        self.seconds = seconds

    def __missing__(self, row: int) -> list[int]:
        found: list[int] = self.seconds[row].tolist()
        self[row] = found
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, (self.seconds,)


@dataclass(frozen=True, slots=True, eq=False)
class TravelMatrix:
    """Seconds and metres between `points`, shape (n, n), row = from, column = to; `seconds` is an array of int32.

    Raises ValueError where shapes do not agree. Calling it with two points gives seconds.
    """

    points: tuple[Point, ...]
    seconds: NDArray[np.int32]
    lengths: NDArray[np.int32] | Lengths
    source: str = ""
    """The name of the routing server that told it; empty where that was none."""
    index: dict[Point, int] = field(init=False, repr=False)
    rows_s: Rows = field(init=False, repr=False)
    shortcuts_s: dict[int, int] = field(init=False, repr=False, default_factory=dict)
    """By how much at most a way by a place is shorter than the way without, for the places that `insertion` asked of so far."""

    def __post_init__(self) -> None:
        n = len(self.points)
        for name, array in (("seconds", self.seconds), ("metres", self.lengths)):
            if array.shape != (n, n):
                raise ValueError(f"{name} has shape {array.shape}; {n} points want ({n}, {n})")
        object.__setattr__(self, "seconds", np.require(self.seconds, np.int32, ["C", "W"]))  # one type for compiled code
        object.__setattr__(self, "index", {point: i for i, point in enumerate(self.points)})
        object.__setattr__(self, "rows_s", Rows(self.seconds))

    def __call__(self, origin: Point, destination: Point) -> int:
        return self.rows_s[self.at(origin)][self.at(destination)]

    def legs_s(self, places: Iterable[Point]) -> list[int]:
        """The seconds of each leg of a way from place to place. Raises UnknownPoint."""
        rows_s = self.rows_s
        return [rows_s[here][there] for here, there in pairwise([self.at(place) for place in places])]

    def distance_m(self, origin: Point, destination: Point) -> int:
        return int(self.lengths[self.at(origin), self.at(destination)])

    @property
    def metres(self) -> NDArray[np.int32]:
        """All metres, int32, shape (n, n); over the roads of a county this takes seconds."""
        return np.asarray(self.lengths, dtype=np.int32)

    def reachable(self, origin: Point, destination: Point) -> bool:
        return self(origin, destination) < UNREACHABLE_S

    def at(self, point: Point) -> int:
        """The row of a point. Raises UnknownPoint."""
        try:
            return self.index[point]
        except KeyError:
            raise UnknownPoint(f"no travel times for {point}: make the matrix with it") from None


def matrix_of(
    points: Sequence[Point], seconds: Sequence[Sequence[int]], metres: Sequence[Sequence[int]] | None = None
) -> TravelMatrix:
    """A matrix from nested lists; metres default to 10 m a second (36 km/h), for tests and towns on paper."""
    s = np.asarray(seconds, dtype=np.int32).reshape(len(points), len(points))
    m = s * 10 if metres is None else np.asarray(metres, dtype=np.int32).reshape(len(points), len(points))
    return TravelMatrix(tuple(points), s, m)
