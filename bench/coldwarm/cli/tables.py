"""What the command line tells of a run that has ended, as documents."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from coldwarm import models
from coldwarm.advice.words import coverage, storage_doubt
from coldwarm.analysis import asked
from coldwarm.analysis.verdict import DROPPED
from coldwarm.cli.show import show
from coldwarm.report.answer import commands, told
from coldwarm.report.case_table import case_table
from coldwarm.report.evidence import derive
from coldwarm.report.study.study_document import study_document
from coldwarm.studies.table import tabulate
from coldwarm.text.document import Bullets, Code, Document, Paragraph, strong
from coldwarm.text.numbers import counted, few

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.report.evidence import Evidence
    from coldwarm.run.store import Run
    from coldwarm.text.document import Block


def print_summary(run: Run) -> None:
    """Print an entry per case, what was no proven hit, and at the end the answer in words."""
    if run.records:
        show(run_document(run))


def print_study(run: Run) -> None:
    """Print what a study found: its tables, and a sentence for each finding."""
    if run.traces:
        show(study_document(tabulate(run)))


def run_document(run: Run) -> Document:
    """Return what a terminal tells of a run: its cases, what is to be known, and the answer."""
    evidence = derive(run)
    told_of_cases = (
        *findings(evidence.summaries),
        *_zero_inputs(run),
        *(f"not settled: {sentence}" for sentence in evidence.unsettled),
        *run.damage,
    )
    explained = explanations(run.path, evidence.summaries)
    return Document(
        (
            *case_table(evidence.summaries),
            *([Bullets(told_of_cases)] if told_of_cases else []),
            *_to_copy("How far the answers differ:", explained),
            *_answer([evidence]),
        )
    )


def _zero_inputs(run: Run) -> Iterator[str]:
    for model, names in asked.zero_inputs(run).items():
        if model not in models.known_models():
            yield f"{model}: {asked.zero_words(names)}"


def print_answer(console: Console, evidence: Sequence[Evidence]) -> None:
    """Print the answer of runs in words, as their page begins with it, and what to run next."""
    show(Document(tuple(_answer(evidence))), console)


def _answer(evidence: Sequence[Evidence]) -> Iterator[Block]:
    for each in evidence:
        headline, *sentences = told(each, among=evidence)
        yield Paragraph(strong(headline))
        yield from map(Paragraph, sentences)
        found = commands(each)
        more = f" ({len(found) - 1} others are in the report)" if len(found) > 1 else ""
        yield from _to_copy(f"To know more{more}:", found[:1])


def _to_copy(title: str, lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield from (Paragraph(title), Code("\n".join(lines), "sh"))


def findings(summaries: Sequence[CaseSummary]) -> list[str]:
    """Return what is to be known of each case beside its numbers, one sentence each."""
    sentences = []
    for row in summaries:
        if row.verdict != DROPPED and (row.verdict != "hit" or row.reason):
            remedy = f". Remedy: {row.remedy}" if row.remedy else ""
            sentences.append(f"{row.verdict}: {row.name}: {row.reason}{remedy}")
        if row.failed_words:
            failed, made = vars(row.failures), vars(row.starts)
            partly = any(0 < failed[kind] < made[kind] for kind in failed)
            others = "; its times are those of the others" if partly else ""
            sentences.append(f"{row.name}: {row.failed_words}{others}")
        if row.callbacks_ignored:
            sentences.append(
                f"NOT ENCRYPTED: {row.name}: the device never called the encryption callbacks; "
                "its blob is not encrypted"
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
    """Return what tells how far answers differ, for each case where they do: commands."""
    return [
        shlex.join(["coldwarm", "explain", str(path), row.case_id])
        for row in summaries
        if row.verdict in ("wrong", "not_comparable")
    ]
