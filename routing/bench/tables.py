"""The figures as Markdown: a table a set, a table of instances with everybody side by side a limit, and what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from routing.bench.summary import Cell, Summary, beaten

NONE = "–"

LEAST_BUSY = 0.85
"""Of the time of a run, the share of a processor below which the figures say little."""

OVER_S = 2.0
"""How much more processor time than its limit a run may take: to start, to compile, to write."""


def markdown(title: str, lines: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table whose first line is its head; the first `left` columns are flush left."""
    rule = ["---"] * left + ["--:"] * (len(lines[0]) - left)
    return f"### {title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in (lines[0], rule, *lines[1:])) + "\n"


def set_table(name: str, summaries: Sequence[Summary], vehicles_first: bool) -> str:
    """A row a limit and contender."""
    head = ["limit", "optimiser", "plans kept the rules", "mean gap", "worst gap"]
    head += ["best known vehicles", "vehicles over, mean", "worst"] if vehicles_first else []
    head += ["best known reached", "runs broken / failed / all", "wall s", "busy"]
    lines = [head]
    for row in summaries:
        compared = "" if row.mean_gap is None or row.compared == row.cells else f" (of {row.compared})"
        line = [f"{row.seconds:g} s", row.contender, f"{row.sound} of {row.cells}"]
        line += [percent(row.mean_gap) + compared, percent(row.worst_gap)]
        if vehicles_first:
            line += [share(row.at_best_vehicles), f"{row.mean_extra:+.2f}" if row.mean_extra is not None else NONE]
            line += [f"{row.worst_extra:+d}" if row.worst_extra is not None else NONE]
        line += [
            share(row.reached),
            f"{row.broken_runs} / {row.failed_runs} / {row.runs}",
            f"{row.wall_s:.1f}",
            f"{row.busy:.2f}",
        ]
        lines.append(line)
    return markdown(name, lines, left=2)


def side_by_side(seconds: float, cells: Sequence[Cell], contenders: Sequence[str]) -> str:
    """The medians of one limit: a row an instance, a column a contender."""
    at = {(cell.instance, cell.contender): cell for cell in cells if cell.seconds == seconds}
    best = {cell.instance: cell.best for cell in at.values()}
    lines = [["instance", "best known", *contenders]]
    for instance in dict.fromkeys(cell.instance for cell in at.values()):
        value = best[instance]
        known = NONE if value is None else f"{value.distance:.2f}" + ("" if value.vehicles is None else f" ({value.vehicles})")
        shown = [show(at[instance, name]) if (instance, name) in at else NONE for name in contenders]
        lines.append([instance, known, *shown])
    return markdown(f"Each instance, {seconds:g} s: gap of the median (vehicles)", lines)


def show(cell: Cell) -> str:
    """The median of a cell in a few characters."""
    run = cell.median
    if run.error:
        return "failed"
    if run.faults:
        return "breaks " + ", ".join(word.replace("_", " ") for word in sorted(run.faults))
    value = f"{run.distance:.2f}" if cell.gap is None else percent(cell.gap)
    return f"{value} ({run.vehicles})" if cell.vehicles_first else value


def wrongs(cells: Sequence[Cell]) -> str:
    """What must not be overlooked: a busy machine, broken rules, limits not kept, failures, values better than the best known."""
    lines = []
    busy = median(run.cpu_s / run.wall_s if run.wall_s else 0.0 for cell in cells for run in cell.runs)
    if busy < LEAST_BUSY:
        lines.append(f"- the runs had {100 * busy:.0f} % of a processor (median): others were on the machine, so measure again")
    for contender in dict.fromkeys(cell.contender for cell in cells):
        runs = [run for cell in cells if cell.contender == contender for run in cell.runs]
        kinds = Counter(kind for run in runs if not run.error for kind in run.faults)
        if kinds:
            told = ", ".join(f"{kind.replace('_', ' ')} in {count}" for kind, count in kinds.most_common())
            lines.append(f"- {contender} breaks rules in {sum(bool(run.faults) for run in runs)} of {len(runs)} runs: {told}")
        over = [run for run in runs if run.cpu_s > run.case.seconds + OVER_S]
        if over:
            most = max(over, key=lambda run: run.cpu_s - run.case.seconds)
            told = f"{most.cpu_s:.1f} s on {most.case.instance} at {most.case.seconds:g} s"
            lines.append(f"- {contender} computed longer than its limit in {len(over)} of {len(runs)} runs, up to {told}")
        for error, count in Counter(run.error for run in runs if run.error).most_common():
            some = next(run.case for run in runs if run.error == error)
            lines.append(
                f"- {contender} failed in {count} of {len(runs)} runs, as on {some.instance} at {some.seconds:g} s: {error}"
            )
    for run in beaten(cells):
        value = f"{run.distance:.4f} with {run.vehicles} vehicles"
        lines.append(
            f"- {run.case.contender} is better than the best known of {run.case.instance}: {value}. Check that value first."
        )
    return "### What went wrong\n\n" + ("\n".join(lines) or "Nothing.") + "\n"


def facts(values: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in values.items()) + "\n"


def percent(value: float | None) -> str:
    """A share with its sign; two decimals, as the best known values have no more to say."""
    return NONE if value is None else f"{100 * value:+.2f} %".replace("-0.00", "+0.00")


def share(value: float | None) -> str:
    return NONE if value is None else f"{100 * value:.0f} %"


def document(title: str, parts: Iterable[str]) -> str:
    return f"# {title}\n\n" + "\n".join(parts)
