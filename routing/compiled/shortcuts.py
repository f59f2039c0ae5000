"""How far a matrix of travel times is from keeping the triangle inequality."""

from __future__ import annotations

from routing.compiled.columns import Seconds
from routing.compiled.jit import kernel
from routing.travel.matrix import UNREACHABLE_S


@kernel
def shortcut_s(seconds: Seconds, place: int) -> int:
    """By how much at most a way by a place is shorter than the way without, where there is one; never less than 0."""
    most = 0
    for origin in range(seconds.shape[0]):
        to_place = seconds[origin, place]
        for target in range(seconds.shape[0]):
            direct = seconds[origin, target]
            saved = direct - to_place - seconds[place, target] if direct < UNREACHABLE_S else 0
            most = max(most, saved)
    return most
