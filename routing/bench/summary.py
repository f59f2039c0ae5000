"""From runs to figures: the median of each cell, and what the cells of a set come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from routing.bench.best_known import Best
from routing.bench.runs import Run


@dataclass(frozen=True, slots=True)
class Cell:
    """One instance, contender and limit: the runs with all its seeds, and the best known value, if any."""

    instance: str
    contender: str
    seconds: float
    runs: Sequence[Run]
    best: Best | None
    vehicles_first: bool

    @property
    def median(self) -> Run:
        """The run in the middle: fewer vehicles (where they count), then distance; unsound plans come last. Of two, the worse."""
        ranked = sorted(self.runs, key=lambda run: (not run.sound, run.vehicles if self.vehicles_first else 0, run.distance))
        return ranked[len(ranked) // 2]

    @property
    def extra(self) -> int | None:
        """Vehicles more than the best known, of the median; None where it isn't sound or nothing is known."""
        return self.best.extra(self.median.vehicles) if self.best is not None and self.median.sound else None

    @property
    def gap(self) -> float | None:
        """To the best known distance, of the median; None where it isn't sound or nothing is known."""
        return self.best.gap(self.median.distance) if self.best is not None and self.median.sound else None


@dataclass(frozen=True, slots=True)
class Summary:
    """What the cells of a set come to, for one contender and limit. Gaps are those of medians, as shares.

    Where vehicles count first, a distance says nothing beside that of a plan with more or fewer: gaps are over the cells that
    have as many as the best known. None where there is no such cell.
    """

    contender: str
    seconds: float
    cells: int
    sound: int
    """Cells whose median is a plan that keeps every rule."""
    compared: int
    """Cells that the gaps are over."""
    mean_gap: float | None
    worst_gap: float | None
    at_best_vehicles: float | None
    """Share of all cells that have a best known value."""
    mean_extra: float | None
    worst_extra: int | None
    reached: float | None
    """Share of runs as good as the best known."""
    broken_runs: int
    failed_runs: int
    runs: int
    wall_s: float
    busy: float
    """Seconds of processor per second: far below 1, somebody else was on the machine; above, more than one thread."""


def summarise(cells: Sequence[Cell]) -> Summary:
    """Of cells of one set, contender and limit; at least one."""
    runs = [run for cell in cells for run in cell.runs]
    known = [cell for cell in cells if cell.best is not None]
    extras = [cell.extra for cell in known if cell.extra is not None]
    gaps = [cell.gap for cell in known if cell.gap is not None and cell.extra == 0]
    judged = [(run, cell.best) for cell in known for run in cell.runs if cell.best is not None]
    reached = [run.sound and best.reached(run.vehicles, run.distance) for run, best in judged]
    return Summary(
        contender=cells[0].contender,
        seconds=cells[0].seconds,
        cells=len(cells),
        sound=sum(cell.median.sound for cell in cells),
        compared=len(gaps),
        mean_gap=fmean(gaps) if gaps else None,
        worst_gap=max(gaps, default=None),
        at_best_vehicles=sum(extra <= 0 for extra in extras) / len(known) if known else None,
        mean_extra=fmean(extras) if extras else None,
        worst_extra=max(extras, default=None),
        reached=fmean(reached) if reached else None,
        broken_runs=sum(not run.error and not run.sound for run in runs),
        failed_runs=sum(bool(run.error) for run in runs),
        runs=len(runs),
        wall_s=median(run.wall_s for run in runs),
        busy=median(run.cpu_s / run.wall_s if run.wall_s else 0.0 for run in runs),
    )


def beaten(cells: Iterable[Cell]) -> list[Run]:
    """Sound runs that are better than the best known: rather a wrong value, or a wrong reading of the file, than a discovery."""
    return [
        run
        for cell in cells
        for run in cell.runs
        if cell.best is not None and run.sound and cell.best.beaten(run.vehicles, run.distance)
    ]


def cells_of(runs: Iterable[Run], best: Mapping[str, Best], vehicles_first: Mapping[str, bool]) -> list[Cell]:
    """The runs by instance, contender and limit, in the order in which those first come."""
    by_cell: dict[tuple[str, str, float], list[Run]] = {}
    for run in runs:
        by_cell.setdefault((run.case.instance, run.case.contender, run.case.seconds), []).append(run)
    return [
        Cell(instance, contender, seconds, tuple(found), best.get(instance), vehicles_first[instance])
        for (instance, contender, seconds), found in by_cell.items()
    ]
