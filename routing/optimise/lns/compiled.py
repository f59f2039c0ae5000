"""How the search is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])

OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def compiled(function: Function) -> Function:
    """Compiled by Numba when first called, and kept on disk. Such a function makes no arrays: it works on those it is given.

    That is why it can do without counting references to them (`_nrt`), which otherwise takes most of the time: each call of a
    function would count up and down for every array in its arguments. Other threads may run meanwhile.
    """
    made: Function = njit(**OPTIONS)(function)
    return made


def inlined(function: Function) -> Function:
    """The same, made part of each function that calls it: for what is small, since all of the arguments go by value."""
    made: Function = njit(forceinline=True, **OPTIONS)(function)
    return made
