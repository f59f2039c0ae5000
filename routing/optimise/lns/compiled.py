"""How the search is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compiled by Numba when first called, and kept on disk. Such a function makes no arrays: it works on those it is given.

    That is why it can do without counting references to them, which otherwise takes most of the time: each call of a function
    would count up and down for every array in its arguments.
    """
    return njit(cache=True, error_model="numpy", _nrt=False)(function)  # type: ignore[no-any-return]
