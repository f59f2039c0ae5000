"""Gap against time, a column a set: one picture of who gets how close, how soon. Drawn by matplotlib, a development tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from routing.bench.summary import Summary

TICKS = (-10, -1, -0.1, 0, 0.1, 0.3, 1, 3, 10, 30, 100)
"""Percent."""

MARKERS = "osD^v<>P"


class NoMatplotlib(RuntimeError):
    """Matplotlib is not there; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__("no plot, because matplotlib is not installed: `make dev` installs it, then run again with --resume")


def _gap(row: Summary) -> float | None:
    return None if row.mean_gap is None else 100 * row.mean_gap


def _extra(row: Summary) -> float | None:
    return row.mean_extra


def plot(sets: Mapping[str, Sequence[Summary]], vehicles_first: Mapping[str, bool], target: Path) -> None:
    """Mean gap of each contender over its limits, and below, where vehicles count first, vehicles over the best known.

    Raises NoMatplotlib.
    """
    try:
        import matplotlib
    except ImportError:
        raise NoMatplotlib from None
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    rows = 2 if any(vehicles_first.values()) else 1
    names = list(dict.fromkeys(row.contender for rows_of_set in sets.values() for row in rows_of_set))
    figure, axes = plt.subplots(
        rows, len(sets), squeeze=False, figsize=(1.5 + 4.2 * len(sets), 1 + 3.2 * rows), layout="constrained"
    )
    for column, (name, summaries) in enumerate(sets.items()):
        panels = [("mean gap (%)", _gap), ("vehicles over best known, mean", _extra)][: 1 + vehicles_first[name]]
        for axis in axes[len(panels) :, column]:
            axis.set_axis_off()
        for axis, (label, value) in zip(axes[:, column], panels, strict=False):
            heights = [0.1, -0.02]
            for index, contender in enumerate(names):
                rows_of_one = [row for row in summaries if row.contender == contender]
                points = sorted((row.seconds, y) for row in rows_of_one if (y := value(row)) is not None)
                style = {"marker": MARKERS[index % len(MARKERS)], "color": f"C{index}", "label": contender}
                axis.plot([x for x, _ in points], [y for _, y in points], **style)
                heights += [y for _, y in points]
            axis.set(xscale="log", xlabel="limit (s)", ylabel=label)
            axis.set_xticks(limits := sorted({row.seconds for row in summaries}), labels=[f"{each:g}" for each in limits])
            axis.minorticks_off()
            if value is _gap:  # from hundredths of a percent to tens of percent, and 0 is where they want to get
                axis.set_yscale("symlog", linthresh=0.1)
                axis.set_yticks(TICKS, labels=[f"{each:g}" for each in TICKS])
            axis.set_ylim(1.3 * min(heights), 1.3 * max(heights))
            axis.grid(alpha=0.3)
        axes[0, column].set_title(name)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(names))
    figure.savefig(target)
    plt.close(figure)
