"""A noise report as a document: the false alarms first, then what each time needs to be seen."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from coldwarm.analysis.metrics import METRICS
from coldwarm.noise.report import MOST_ROUNDS, needed_threshold
from coldwarm.stats.power import WANTED_POWER
from coldwarm.text.document import (
    Bullets,
    Column,
    Document,
    Group,
    Paragraph,
    Table,
    row,
    strong,
    with_code,
)
from coldwarm.text.numbers import ABSENT, counted, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.noise.report import MetricNoise, NoiseReport
    from coldwarm.text.document import Block, Row


def noise_document(report: NoiseReport) -> Document:
    """Return everything that a noise report says."""
    first, *more = headlines(report)
    return Document(
        (
            Paragraph(strong(first)),
            *map(Paragraph, more),
            *_table(report),
            Bullets(tuple(map(with_code, notes(report)))),
        )
    )


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
    threshold, power = f"{100 * report.threshold:g} %", percent(WANTED_POWER)
    found = [
        "spread: one standard deviation of the ratio of two neighbouring starts",
        f"minimum detectable: slowdown ({power} power), with a threshold of {threshold}",
        f"+10 % and the like: rounds needed to detect such a slowdown ({power} power)",
    ]
    for effect in _all_effects(report):
        if effect <= report.threshold:
            lower = f"{100 * needed_threshold(effect, report.threshold):g}%"
            found.append(f"* so small a change counts only with `--threshold {lower}`")
    return found


def _table(report: NoiseReport) -> Iterator[Block]:
    if not report.cases:
        return
    effects = [
        Column(f"+{100 * effect:g} %{'*' if effect <= report.threshold else ''}", numeric=True)
        for effect in _all_effects(report)
    ]
    numbers = [Column(title, numeric=True) for title in ("pairs", "spread", "minimum detectable")]
    groups = [
        Group(name, tuple(_row(entry, report) for entry in entries))
        for name, entries in groupby(report.cases, key=lambda entry: entry.name)
    ]
    yield Table((Column("time"), *numbers, *effects), tuple(groups), level=3)


def _all_effects(report: NoiseReport) -> list[float]:
    measured = (entry.rounds for entry in report.cases if entry.rounds)
    return [effect for effect, _ in next(measured, ())]


def _row(entry: MetricNoise, report: NoiseReport) -> Row:
    label, effects = METRICS[entry.metric].label, _all_effects(report)
    if entry.spread is None:
        return row(label, str(entry.pairs), ABSENT, ABSENT, *[ABSENT for _ in effects])
    smallest = ABSENT if entry.smallest is None else f"+{100 * entry.smallest:.0f} %"
    rounds = dict(entry.rounds)
    needed = [str(rounds.get(effect) or f"over {MOST_ROUNDS}") for effect in effects]
    return row(label, str(entry.pairs), f"{100 * entry.spread:.1f} %", smallest, *needed)
