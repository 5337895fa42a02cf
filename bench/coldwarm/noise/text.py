"""A noise report for people: text of 80 columns, or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.compare.metrics import METRICS
from coldwarm.compare.text import wrapped
from coldwarm.noise.report import MOST_ROUNDS, needed_threshold
from coldwarm.text.escaping import escape_markdown, markdown_table
from coldwarm.text.numbers import ABSENT, counted

if TYPE_CHECKING:
    from coldwarm.noise.report import MetricNoise, NoiseReport

CELLS = "{:<20}{:>6}{:>9}{:>12}"
WIDTH = 11


def render_text(report: NoiseReport) -> str:
    """Return the report as text."""
    lines = [*wrapped(headlines(report)), ""]
    if report.cases:
        titles = ("pairs", "spread", "sees from", *_effects(report))
        lines.append(_line("", *titles))
    name = None
    for entry in report.cases:
        if entry.name != name:
            name = entry.name
            lines.append(name)
        lines.append(_line(f"  {METRICS[entry.metric].label}", *_cells(entry, report)))
    return "\n".join([*lines, "", *wrapped(notes(report))]) + "\n"


def render_markdown(report: NoiseReport) -> str:
    """Return the report as Markdown."""
    titles = ("case", "time", "pairs", "spread", "sees from", *_effects(report))
    rows = (_markdown_cells(entry, report) for entry in report.cases)
    lines = [
        *(f"{line}  " for line in headlines(report)),
        "",
        *markdown_table(titles, rows, "ll" + (len(titles) - 2) * "r"),
        "",
        *(f"- {note}" for note in notes(report)),
    ]
    return "\n".join(lines) + "\n"


def headlines(report: NoiseReport) -> list[str]:
    """Return what was found, the false alarms first."""
    where = f"{report.run_id}{f' on {report.host}' if report.host else ''}"
    if report.false_alarms is None:
        return [f"{where}: no case has a pair of proven hits: nothing can be said"]
    fired = [entry.name for entry in report.cases if entry.flagged]
    now = f"it fired on {', '.join(fired)}" if fired else "it did not fire in this run"
    rate = f"{100 * report.false_alarms:.1f} % of resampled comparisons of equals"
    return [
        f"False alarms of the gate: {rate}; {now}",
        f"{where}: the same thing twice, side by side, {counted(report.tests, 'test')}",
    ]


def notes(report: NoiseReport) -> list[str]:
    """Return what the columns mean."""
    threshold = f"{100 * report.threshold:g} %"
    found = [
        "spread: one standard deviation of the ratio of two neighbouring starts",
        f"sees from: the slowdown found with a chance of 80 %, the threshold being {threshold}",
        "+10 % and the like: rounds that find such a slowdown with a chance of 80 %",
    ]
    for effect in _all_effects(report):
        if effect <= report.threshold:
            lower = f"{100 * needed_threshold(effect, report.threshold):g}%"
            found.append(f"* so small a change counts only with --threshold {lower}")
    return found


def _all_effects(report: NoiseReport) -> list[float]:
    measured = (entry.rounds for entry in report.cases if entry.rounds)
    return [effect for effect, _ in next(measured, ())]


def _effects(report: NoiseReport) -> list[str]:
    return [
        f"+{100 * effect:g} %{'*' if effect <= report.threshold else ''}"
        for effect in _all_effects(report)
    ]


def _cells(entry: MetricNoise, report: NoiseReport) -> list[str]:
    effects = _all_effects(report)
    if entry.spread is None:
        return [str(entry.pairs), ABSENT, ABSENT, *[ABSENT for _ in effects]]
    smallest = ABSENT if entry.smallest is None else f"+{100 * entry.smallest:.0f} %"
    rounds = dict(entry.rounds)
    needed = [str(rounds.get(effect) or f"over {MOST_ROUNDS}") for effect in effects]
    return [str(entry.pairs), f"{100 * entry.spread:.1f} %", smallest, *needed]


def _markdown_cells(entry: MetricNoise, report: NoiseReport) -> list[str]:
    names = (escape_markdown(entry.name), METRICS[entry.metric].label)
    return [*names, *_cells(entry, report)]


def _line(first: str, *cells: str) -> str:
    fixed, effects = cells[:3], cells[3:]
    return (CELLS.format(first, *fixed) + "".join(f"{cell:>{WIDTH}}" for cell in effects)).rstrip()
