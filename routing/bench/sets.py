"""Which set an instance belongs to: figures are published and compared by set."""

from __future__ import annotations

from itertools import takewhile

from routing.formats.instance import Instance
from routing.formats.stated import Family


def set_of(instance: Instance) -> str:
    """DARP by the letter that names begin with, the others by how many tasks they have, in hundreds."""
    tasks = 2 * len(instance.stated.pairs)
    match instance.family:
        case Family.DARP:
            return f"DARP {''.join(takewhile(str.isalpha, instance.name)) or instance.name}"
        case Family.LI_LIM:
            return f"Li & Lim, {_hundreds(tasks)} tasks"
        case Family.SARTORI_BURIOL:
            return f"Sartori & Buriol, {_hundreds(tasks)} tasks"


def _hundreds(tasks: int) -> int:
    return max(1, round(tasks / 100)) * 100
