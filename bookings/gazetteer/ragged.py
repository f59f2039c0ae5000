"""Rows of different lengths, end to end in one array; texts are rows of their UTF-8 bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Row i is `values[starts[i] : starts[i + 1]]`."""

    values: NDArray[Any]
    starts: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, number: int) -> NDArray[Any]:
        return self.values[self.starts[number] : self.starts[number + 1]]

    def joined(self, rows: Iterable[int]) -> NDArray[Any]:
        """Several rows, end to end."""
        found = [self.row(number) for number in rows]
        return np.concatenate(found) if found else self.values[:0]

    def padded(self, rows: Numbers, fill: int) -> NDArray[Any]:
        """Several rows below one another, shape (len(rows), longest or 1), filled up on the right."""
        begin, end = self.starts[rows], self.starts[rows + 1]
        width = max(1, int((end - begin).max(initial=0)))
        at = begin[:, None] + np.arange(width, dtype=np.int32)
        within = at < end[:, None]
        found = np.full(at.shape, fill, dtype=self.values.dtype)
        found[within] = self.values[at[within]]
        return found

    def text(self, number: int) -> str:
        return self.row(number).tobytes().decode()

    def texts(self) -> list[str]:
        whole, starts = self.values.tobytes(), self.starts.tolist()
        return [whole[begin:end].decode() for begin, end in pairwise(starts)]


def ragged(rows: Sequence[Sequence[int]]) -> Ragged:
    """Rows of whole numbers."""
    values = np.fromiter((value for row in rows for value in row), dtype=np.int32)
    return Ragged(values, _starts([len(row) for row in rows]))


def ragged_texts(texts: Iterable[str]) -> Ragged:
    encoded = [text.encode() for text in texts]
    return Ragged(np.frombuffer(b"".join(encoded), dtype=np.uint8), _starts([len(each) for each in encoded]))


def _starts(lengths: list[int]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))).astype(np.int32)
