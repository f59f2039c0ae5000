"""How far a replay is, on standard error: a bar where somebody is looking, else a line now and then."""

from __future__ import annotations

from time import perf_counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from routing.command.progress import LINE_EVERY_S
from routing.replay.events import Event, WishArrived


class Heard:
    """A context in which `report` shows how many wishes have been heard, of how many."""

    def __init__(self, wishes: int) -> None:
        self.wishes, self.heard, self.next_line_at = wishes, 0, perf_counter() + LINE_EVERY_S
        self.console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.bar = Bar(*columns, console=self.console, transient=True, disable=not self.console.is_terminal)
        self.task = self.bar.add_task("wishes", total=wishes)

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bar.stop()

    def report(self, name: str, event: Event) -> None:
        """Show it, where it's a wish."""
        if not isinstance(event, WishArrived):
            return
        self.heard += 1
        self.bar.update(self.task, completed=self.heard, description=f"{name}: wishes")
        if not self.console.is_terminal and perf_counter() >= self.next_line_at:
            self.next_line_at = perf_counter() + LINE_EVERY_S
            self.console.print(f"{name}: {self.heard} of {self.wishes} wishes", highlight=False, soft_wrap=True)
