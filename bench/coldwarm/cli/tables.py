"""Tables for a terminal of 80 columns."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldwarm import models
from coldwarm.advice.words import coverage, storage_doubt
from coldwarm.analysis import asked
from coldwarm.analysis.verdict import DROPPED
from coldwarm.measure import plan
from coldwarm.report.answer import commands, told
from coldwarm.report.columns import case_label, common_axes
from coldwarm.report.evidence import derive
from coldwarm.text.numbers import (
    ABSENT,
    MB,
    MINUS,
    NARROW_SPACE,
    RATIO_DIGITS,
    USUAL_BASIS,
    counted,
    few,
    interval,
    number,
    ratio,
    starts,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.experiment import Experiment
    from coldwarm.report.evidence import Evidence
    from coldwarm.run.store import Run

WIDTH = 80
VERDICT_STYLES = {"hit": "green", "not_comparable": "yellow", "unsupported": "dim", DROPPED: "dim"}
"""Every other verdict is a finding and shown in red."""

HEADINGS = (
    ("uncached", "ms"),
    ("cold", "ms"),
    ("warm", "ms"),
    ("speedup", f"({USUAL_BASIS} interval)"),
    ("cold", "tax", "ms"),
    ("break-", "even", "starts"),
    ("cache", "MB"),
    ("model", "MB"),
    ("peak", "cold", "MB"),
    ("peak", "warm", "MB"),
)
"""What each column holds, and its unit; from top to bottom."""

ASCII = str.maketrans({NARROW_SPACE: None, MINUS: "-", ABSENT: "-"})
"""A terminal may have no other characters."""


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
    """Print an entry per case, what was no proven hit, and at the end the answer in words."""
    if not run.records:
        return
    console = Console()
    evidence = derive(run)
    for line in summary_lines(evidence.summaries, console.width):
        console.print(line, soft_wrap=True)
    sentences = findings(evidence.summaries)
    for sentence in ["", *sentences] if sentences else []:
        console.print(Text(sentence))
    for model, names in asked.zero_inputs(run).items():
        if model not in models.known_models():
            console.print(Text(f"{model}: {asked.zero_words(names)}"))
    for sentence in explanations(run.path, evidence.summaries):
        console.print(Text(sentence), soft_wrap=True)
    for sentence in evidence.unsettled:
        console.print(Text(f"not settled: {sentence}"))
    for sentence in run.damage:
        console.print(Text(sentence))
    print_answer(console, [evidence])


def print_answer(console: Console, evidence: Sequence[Evidence]) -> None:
    """Print the answer of runs in words, as their page begins with it, and what to run next."""
    for each in evidence:
        headline, *sentences = told(each, among=evidence)
        console.print()
        console.print(Text(headline, "bold"))
        for sentence in sentences:
            console.print(Text(sentence))
        for command in commands(each)[:1]:
            more = len(commands(each)) - 1
            console.print(f"To know more{f' ({more} others are in the report)' if more else ''}:")
            console.print(Text(f"    {command}"), soft_wrap=True)


def summary_lines(summaries: Sequence[CaseSummary], width: int = WIDTH) -> Iterator[Text]:
    """Yield load times, speedup, sizes and peak memory: what all cases share, then each case.

    Names have a line of their own, so that none is cut. A case of which nothing was measured has
    no numbers.
    """
    common = common_axes(summaries)
    if common:
        yield from _wrapped(Text(f"All cases: {common}"), width)
        yield Text()
    cells = [_cells(case) for case in summaries]
    columns = [max(map(len, column)) for column in _columns([_headings(), *cells])]
    gap = 2 if sum(columns) + 2 * (len(columns) - 1) <= width else 1
    yield from _lines(_headings(), columns, gap)
    for case, numbers in zip(summaries, cells, strict=True):
        style = VERDICT_STYLES.get(case.verdict, "bold red")
        label = f"{case_label(case, summaries)}: "
        yield Text()
        yield from _wrapped(Text.assemble(label, (case.verdicts or case.verdict, style)), width)
        yield from _lines(numbers, columns, gap)


def _cells(case: CaseSummary) -> list[list[str]]:
    """Return the lines of a case's numbers, cell by cell; none where nothing was measured."""
    load, speedup, peak = case.load_ms, case.speedup, case.peak_load_bytes
    if load.cold is None and load.warm is None:
        return []
    between = interval(speedup.low, speedup.high, RATIO_DIGITS)
    unusual = [] if speedup.basis in ("", USUAL_BASIS) else [speedup.basis]
    first = [
        number(load.uncached),
        number(load.cold),
        number(load.warm),
        f"{ratio(speedup.value)} ({between})" if between else ratio(speedup.value),
        number(case.cold_tax_ms.value),
        starts(case.break_even.value),
        *(_megabytes(size) for size in (case.blob_bytes, case.model_bytes, peak.cold, peak.warm)),
    ]
    lines = [[text.translate(ASCII) for text in first]]
    return lines + [["", "", "", basis, *[""] * (len(first) - 4)] for basis in unusual]


def _wrapped(text: Text, width: int) -> Iterator[Text]:
    for line in text.wrap(Console(width=width), width):
        line.rstrip()
        yield line


def _headings() -> list[list[str]]:
    """Return the lines of the headings, which end together."""
    tallest = max(map(len, HEADINGS))
    padded = [("",) * (tallest - len(heading)) + heading for heading in HEADINGS]
    return [list(line) for line in zip(*padded, strict=True)]


def _columns(blocks: Iterable[list[list[str]]]) -> Iterator[tuple[str, ...]]:
    yield from zip(*(line for block in blocks for line in block), strict=True)


def _lines(block: list[list[str]], columns: Sequence[int], gap: int) -> Iterator[Text]:
    for line in block:
        cells = (text.rjust(width) for text, width in zip(line, columns, strict=True))
        yield Text((" " * gap).join(cells).rstrip())


def _megabytes(size: float | None) -> str:
    return number(None if size is None else size / MB)


def findings(summaries: Sequence[CaseSummary]) -> list[str]:
    """Return what is to be known of each case beside its numbers, one sentence each."""
    sentences = []
    for row in summaries:
        if row.verdict != DROPPED and (row.verdict != "hit" or row.reason):
            remedy = f". Remedy: {row.remedy}" if row.remedy else ""
            sentences.append(f"{row.verdict}: {row.name}: {row.reason}{remedy}")
        if row.failed_words:
            sentences.append(f"{row.name}: {row.failed_words}; its times are those of the others")
        if row.callbacks_ignored:
            sentences.append(
                f"NOT ENCRYPTED: {row.name}: the device never called the encryption callbacks; "
                "its blob is in clear"
            )
        elif row.encrypted_share is not None:
            sentences.append(f"{row.name}: {coverage(row)}")
        if row.storage_unproven:
            sentences.append(f"{row.name}: {storage_doubt(row)}")
    dropped = [row for row in summaries if row.verdict == DROPPED]
    if dropped:
        names = few([row.name for row in dropped])
        told = f"{dropped[0].reason}. Remedy: {dropped[0].remedy}"
        sentences.append(f"dropped: {counted(len(dropped), 'case')} ({names}): {told}")
    return sentences


def explanations(path: Path, summaries: Iterable[CaseSummary]) -> list[str]:
    """Return how to learn how far answers differ, for each case where they do."""
    return [
        f"how far the answers differ: {shlex.join(['coldwarm', 'explain', str(path), row.case_id])}"
        for row in summaries
        if row.verdict in ("wrong", "not_comparable")
    ]
