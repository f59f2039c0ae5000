"""What every optimiser promises, whatever is inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from routing.model import Problem
from routing.plan import Plan


@dataclass(frozen=True, slots=True)
class Limit:
    """How long an optimiser may look.

    `seconds` always ends the search. `solutions` ends it after so many solutions tried: where `seconds` is long enough not to be
    what ends it, the same input and the same `solutions` give the same output.
    """

    seconds: float
    solutions: int | None = None

    def __post_init__(self) -> None:
        if not self.seconds > 0:
            raise ValueError(f"a search needs some time: {self.seconds} s is none")
        if self.solutions is not None and self.solutions < 1:
            raise ValueError(f"a search needs at least one solution, not {self.solutions}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: seconds and steps so far; the cost of the best plan and the requests that it leaves out."""

    seconds: float
    steps: int
    cost: int
    left_out: int


class Optimiser(Protocol):
    """Makes a plan cheaper without breaking any promise."""

    def improve(self, plan: Plan, problem: Problem, limit: Limit) -> Plan:
        """A plan that serves more, or as many at no more cost, or `plan` itself.

        It has no violation that `plan` does not have, or has to a lesser amount; the same frozen visits; all the requests that
        `plan` serves, and as many as can be found room for of those of the problem that are in no route. A late van or an
        overfull bus is no reason to fail: what is broken already may stay as broken as it is.
        """
        ...
