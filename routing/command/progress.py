"""How far a search is, on standard error: a bar where somebody is looking, else a line now and then."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from routing.formats.instance import Instance
from routing.optimise.protocol import Progress

LINE_EVERY_S = 10.0


class Shown:
    """A context in which `report` shows how far the search for a solution of an instance is."""

    def __init__(self, instance: Instance, seconds: float | None, iterations: int | None) -> None:
        self.instance, self.seconds, self.iterations = instance, seconds, iterations
        self.console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self.bar = Bar(*columns, console=self.console, transient=True, disable=not self.console.is_terminal)
        self.task = self.bar.add_task(instance.name, total=1.0)
        self.next_line_s = 0.0

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bar.stop()

    def report(self, progress: Progress) -> None:
        """Show it."""
        told = f"{self.instance.name}: {self._found(progress)}"
        if self.console.is_terminal:
            self.bar.update(self.task, completed=self._done(progress), description=told)
        elif progress.seconds >= self.next_line_s:
            self.next_line_s = progress.seconds + LINE_EVERY_S
            self.console.print(f"{progress.seconds:.1f} s, {progress.steps} iterations: {told}", highlight=False, soft_wrap=True)

    def _done(self, progress: Progress) -> float:
        by_time = 0.0 if self.seconds is None else progress.seconds / self.seconds
        return min(1.0, max(by_time, 0.0 if self.iterations is None else progress.steps / self.iterations))

    def _found(self, progress: Progress) -> str:
        """A cost in the words of the instance. It is driving, and a price per shift (`Instance.weights`)."""
        price = self.instance.weights.shift
        shifts, driven = divmod(progress.cost, price) if price else (0, progress.cost)
        told = f"{shifts} vehicles, " if price else ""
        told += f"distance {driven / self.instance.scale:.2f}"
        return told + (f", {progress.left_out} not served" if progress.left_out else "")
