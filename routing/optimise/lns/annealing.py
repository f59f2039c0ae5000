"""How hot a search is, and when."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Annealing:
    """How the search is set. Heat is told in what a step to something dearer costs on average."""

    many: float = 10
    """Visits taken out in a step, on average."""
    longest: float = 10
    """The longest string."""
    hot: float = 0.2
    """The heat at the begin."""
    again: float = 0.1
    """The heat at the begin of each further cycle."""
    frozen: float = 0.03
    """The heat at the end of a cycle: little is taken below it."""
    cold: float = 0.009
    """The heat at the end."""
    descent_share: float = 0.05
    """The share of the time in which a plan that serves everybody is only made cheaper, before anything dearer is taken."""
    fleet_share: float = 0.4
    """The share of the time for getting everybody in, or getting by with fewer shifts, at most."""
    cycle: float = 1500
    """Steps per item for a cycle on its own; n cycles have n times as many each."""
    recombining: float = 0.12
    """The share of the time for recombining routes, at most."""
    polish_share: float = 0.06
    """The share of the time for what comes after."""


class Cooling(NamedTuple):
    """From one heat to another, by the same factor in the same time; all times as shares of the limit."""

    begin: float
    end: float
    hot: float
    cold: float

    def heat(self, share: float) -> float:
        return self.hot * self.factor(share - self.begin)

    def factor(self, ahead: float) -> float:
        """By what heat falls in a share of the limit."""
        return float((self.cold / self.hot) ** (ahead / max(1e-9, self.end - self.begin)))


class Cycle(NamedTuple):
    """A part of a search, in shares of its time."""

    end: float
    hot: float
    cold: float
    recombining: float
    """For recombining routes after it, at most."""


def cycles(annealing: Annealing, steps_per_item: float) -> list[Cycle]:
    """How a search spends its time.

    One long annealing is frozen for most of its time, many short ones end in poor places. With four times the time there are
    twice as many cycles, each twice as long.
    """
    hot, again, frozen, cold = annealing.hot, annealing.again, annealing.frozen, annealing.cold
    many = max(1, round(sqrt(steps_per_item / annealing.cycle)))
    each = (1 - annealing.polish_share) / many
    first = [Cycle(each, hot, frozen, 0)] if many > 1 else []
    spent = annealing.recombining / max(1, many - 1)
    rest = [Cycle((k + 1) * each - spent, again if k else hot, frozen, spent) for k in range(len(first), many)]
    return [*first, *rest, Cycle(1, frozen, cold, 0)]
