"""One case over time: load times and speedup, run by run.

Runs stand at equal distances, whatever the time between them: what matters is what changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from coldwarm.charts.sheet import MARGIN, WIDTH, Chart, Sheet
from coldwarm.charts.style import (
    GRID,
    INK,
    KIND_COLOURS,
    KIND_MARKERS,
    MUTED,
    applied,
    file_stem,
    save,
)
from coldwarm.history.timeline import timelines
from coldwarm.text.numbers import counted, estimated_ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from coldwarm.history.runs import PastRun
    from coldwarm.history.timeline import Point, Timeline

AXIS_WIDTH, KIND_WIDTH = 58, 70
TIMES_HEIGHT, SPEEDUP_HEIGHT, GAP, LABELS_HEIGHT = 240, 150, 18, 110
MOST_LABELS = 12
"""More runs than this share labels, every second or third run having one."""


def write_charts(runs: Iterable[PastRun], directory: Path) -> list[Path]:
    """Write a chart per case as PNG and SVG, and return the files."""
    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for timeline in timelines(runs):
        stem = file_stem("history", timeline.name)
        files += save(draw(timeline).figure, directory, stem)
    return files


def draw(timeline: Timeline) -> Chart:
    """Return the chart of one case."""
    below = TIMES_HEIGHT + GAP
    left, width = MARGIN + AXIS_WIDTH, WIDTH - 2 * MARGIN - AXIS_WIDTH - KIND_WIDTH
    with applied():
        sheet = Sheet(timeline.name, finding(timeline), below + SPEEDUP_HEIGHT + LABELS_HEIGHT)
        times = sheet.add_plot(left, 0, width, TIMES_HEIGHT)
        speedup = sheet.add_plot(left, below, width, SPEEDUP_HEIGHT)
        _draw_times(times, timeline.points)
        _draw_speedup(speedup, timeline.points)
        _label_runs(speedup, timeline.points)
        times.set_xlim(speedup.get_xlim())
        times.set_xticks(speedup.get_xticks(), [])
    return sheet.chart()


def finding(timeline: Timeline) -> str:
    """Return what the chart says: how fast the newest run loads from the cache."""
    newest = timeline.points[-1].summary
    if newest.speedup.value is None:
        return f"Newest of {counted(len(timeline.points), 'run')}: {newest.verdicts}."
    return (
        f"Newest of {counted(len(timeline.points), 'run')}: "
        f"{estimated_ratio(newest.speedup)} times as fast from the cache."
    )


def _draw_times(axes: Axes, points: Sequence[Point]) -> None:
    for kind, colour in KIND_COLOURS.items():
        values = [_number(getattr(point.summary.load_ms, kind)) for point in points]
        marker = KIND_MARKERS[kind]
        axes.plot(values, color=colour, marker=marker, markersize=4, linewidth=1.4, gid=kind)
        known = [(x, value) for x, value in enumerate(values) if value == value]  # noqa: PLR0124 - NaN
        if known:
            x, y = known[-1]
            axes.annotate(
                kind, (x, y), (8, 0), textcoords="offset points", va="center", color=colour
            )
    for x, point in enumerate(points):
        if point.summary.load_ms.warm is None:
            axes.annotate(
                point.summary.verdict,
                (x, 0),
                (0, 4),
                textcoords="offset points",
                rotation=90,
                ha="center",
                color=MUTED,
            )
    axes.set_ylim(bottom=0)
    axes.set_ylabel("load time, ms")
    axes.grid(axis="y", color=GRID)


def _draw_speedup(axes: Axes, points: Sequence[Point]) -> None:
    estimates = [point.summary.speedup for point in points]
    middle = [_number(each.value) for each in estimates]
    low = [_number(each.low if each.is_full else None) for each in estimates]
    high = [_number(each.high if each.is_full else None) for each in estimates]
    axes.vlines(range(len(points)), low, high, color=KIND_COLOURS["warm"], linewidth=1.2)
    axes.plot(middle, color=KIND_COLOURS["warm"], marker="o", markersize=4, linewidth=1.4)
    axes.axhline(1, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_ylim(bottom=0)
    axes.set_ylabel("speedup, 95 %")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.grid(axis="y", color=GRID)


def _label_runs(axes: Axes, points: Sequence[Point]) -> None:
    step = -(-len(points) // MOST_LABELS)
    shown = range(0, len(points), step)
    labels = [
        "\n".join(filter(None, (p.run.label, p.version, p.commit)))
        for p in (points[x] for x in shown)
    ]
    axes.set_xticks(list(shown), labels, rotation=40, ha="right", size=7, color=INK)
    axes.set_xlim(-0.5, len(points) - 0.5)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
