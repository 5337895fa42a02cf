"""Tables for a terminal of 80 columns."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldwarm import plan
from coldwarm.advice.words import coverage, storage_doubt
from coldwarm.settling import unsettled
from coldwarm.summary import summarise
from coldwarm.verdict import judged_frame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from coldwarm.experiment import Experiment
    from coldwarm.store import Run
    from coldwarm.summary import CaseSummary

WIDTH = 80
MB = 1e6
VERDICT_STYLES = {"hit": "green", "not_comparable": "yellow", "unsupported": "dim"}
"""Every other verdict is a finding and shown in red."""


def plan_table(experiment: Experiment) -> Table:
    """Return the cases of an experiment in the order of the file."""
    table = Table(box=None, pad_edge=False, width=WIDTH)
    table.add_column("case")
    table.add_column("name", overflow="fold")
    table.add_column("baseline")
    for case in experiment.cases:
        table.add_row(case.case_id, Text(case.name), plan.baseline_of(case).baseline_id)
    return table


def print_summary(run: Run) -> None:
    """Print one entry per case, and a sentence for each that was not a proven hit."""
    if not run.records:
        return
    console = Console()
    frame = judged_frame([run])
    summaries = summarise(frame)
    console.print(summary_table(summaries))
    for sentence in findings(summaries):
        console.print(Text(sentence), soft_wrap=False)
    for sentence in explanations(run.path, summaries):
        console.print(Text(sentence), soft_wrap=True)
    for sentence in unsettled(frame, run.header["experiment"]["sampling"]["precision"]):
        console.print(Text(f"not settled: {sentence}"))
    for sentence in run.damage:
        console.print(Text(sentence))


def summary_table(summaries: Iterable[CaseSummary]) -> Table:
    """Return load times in ms, sizes and peak memory in MB, one entry per case."""
    table = Table(box=None, pad_edge=False, width=WIDTH, row_styles=None)
    table.add_column("case, verdict", ratio=1, overflow="fold")
    for name in ("uncached", "cold", "warm"):
        table.add_column(f"{name}\nms", justify="right", no_wrap=True)
    table.add_column("speedup\n95 %", justify="right", no_wrap=True)
    table.add_column("cold tax\nback in", justify="right", no_wrap=True)
    table.add_column("blob\nof MB", justify="right", no_wrap=True)
    table.add_column("peak MB\nwarm", justify="right", no_wrap=True)
    for row in summaries:
        style = VERDICT_STYLES.get(row.verdict, "bold red")
        table.add_row(
            Text.assemble(row.name, "\n", (row.verdicts or row.verdict, style)),
            _number(row.load_ms.uncached),
            _number(row.load_ms.cold),
            _number(row.load_ms.warm),
            f"{_number(row.speedup.value, 2)}\n{_range(row.speedup.low, row.speedup.high)}",
            f"{_number(row.cold_tax_ms.value, unit=' ms')}\n{_starts(row.break_even.value)}",
            f"{_megabytes(row.blob_bytes)}\n{_megabytes(row.model_bytes)}",
            f"{_megabytes(row.peak_load_bytes.cold)}\n{_megabytes(row.peak_load_bytes.warm)}",
        )
    return table


def findings(summaries: Iterable[CaseSummary]) -> list[str]:
    """Return what is to be known of each case beside its numbers, one sentence each."""
    sentences = []
    for row in summaries:
        if row.verdict != "hit":
            remedy = f". Remedy: {row.remedy}" if row.remedy else ""
            sentences.append(f"{row.verdict}: {row.name}: {row.reason}{remedy}")
        if row.callbacks_ignored:
            sentences.append(
                f"NOT ENCRYPTED: {row.name}: the device never called the encryption callbacks; "
                "its blob is in clear"
            )
        elif row.encrypted_share is not None:
            sentences.append(f"{row.name}: {coverage(row)}")
        if row.storage_unproven:
            sentences.append(f"{row.name}: {storage_doubt(row)}")
    return sentences


def explanations(path: Path, summaries: Iterable[CaseSummary]) -> list[str]:
    """Return how to learn how far answers differ, for each case where they do."""
    return [
        f"how far the answers differ: {shlex.join(['coldwarm', 'explain', str(path), row.case_id])}"
        for row in summaries
        if row.verdict in ("wrong", "not_comparable")
    ]


def _number(value: float | None, digits: int = 0, unit: str = "") -> str:
    return "-" if value is None else f"{value:.{digits}f}{unit}"


def _range(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"{low:.2f}-{high:.2f}"


def _starts(value: float | None) -> str:
    return "-" if value is None else f"{max(value, 0):.1f} starts"


def _megabytes(value: float | None) -> str:
    return "-" if value is None else f"{value / MB:.0f}"
