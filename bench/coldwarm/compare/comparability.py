"""Who stands on the two sides, and what a reader must know before believing the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm.analysis.host_match import SPEED_DIFFERS, host_notes, label_of, speed_index_ms
from coldwarm.compare.matching import ComparisonError
from coldwarm.compare.result import SideInfo
from coldwarm.run.sample import OUT_OF_TIME
from coldwarm.run.store import refuse_study
from coldwarm.text.escaping import one_line
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    import pandas as pd

    from coldwarm.compare.matching import Matches
    from coldwarm.run.store import Run

MOST_DAMAGE = 3
"""Damaged lines that are told one by one; a run on a bad disk has thousands."""


def refuse_empty(run: Run) -> None:
    """Refuse a run in which nothing was started yet.

    Raises:
        ComparisonError: when the run has no samples of any case.
        StoreError: when it is a study.
    """
    refuse_study(run, "compare")
    measured = (each for each in run.records if each.get("reason") != OUT_OF_TIME)
    if not any(record.get("case_id") for record in measured):
        why = f" ({run.damage[0]})" if run.damage else ""
        msg = f"{run.path} holds no start of any case yet{why}: there is nothing to compare"
        raise ComparisonError(msg)


def refuse_same(base: Run, head: Run) -> None:
    """Refuse two runs of which one holds nothing but starts of the other.

    Its name and place say nothing: runs are copied, linked and renamed, and two runs may share a
    name on purpose. No two starts agree in the moment they began and in every number.

    Raises:
        ComparisonError: when base and head are one run, or one is a copy of a part of the other.
    """
    fewer, more = sorted(map(_starts_in, (base, head)), key=len)
    if any(more.get(key) != start for key, start in fewer.items()):
        return
    same = "are the same run"
    if len(fewer) < len(more):
        same = f"are one run: all {counted(len(fewer), 'start')} of one are in the other"
    msg = (
        f"{base.path} and {head.path} {same}, so nothing can differ. Name two runs, or compare the "
        "values of an axis inside one: coldwarm compare RUN --along AXIS"
    )
    raise ComparisonError(msg)


def _starts_in(run: Run) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return every start by when and as what it was made, without the name of the run."""
    return {
        tuple(record.get(key) for key in ("started_at", "round", "position")): {
            **record,
            "run_id": None,
        }
        for record in run.records
    }


def side_info(label: str, run: Run, frame: pd.DataFrame) -> SideInfo:
    """Return what a heading says about a run.

    Args:
        label: what the side is called.
        run: the run.
        frame: its samples.
    """
    return SideInfo(
        label=label,
        run_id=run.run_id,
        host=label_of(run.header),
        versions=tuple(sorted(frame["openvino_version"].dropna().unique())),
        commit=run.header.get("git_commit"),
        created_at=run.header.get("created_at"),
        speed_index_ms=speed_index_ms(frame),
    )


def incomplete(side: str, run: Run) -> list[str]:
    """Return a sentence when a run was not measured to its end, or is damaged."""
    found = [f"{side}: {sentence}" for sentence in run.damage[:MOST_DAMAGE]]
    if more := len(run.damage) - len(found):
        found.append(f"{side}: {more} more lines like that")
    if "ended" in run.header and (run.header["ended"] or {}).get("how") != "complete":
        found.append(f"{side} was not measured to its end: what is there was compared")
    return found


def warnings(base: Run, head: Run, infos: tuple[SideInfo, SideInfo]) -> list[str]:
    """Return what makes two runs hard to compare."""
    found = [*incomplete("the base", base), *incomplete("the head", head)]
    found += host_notes(base.header, head.header)
    if speed := _speed(*infos):
        found.append(speed)
    return found


def _speed(base: SideInfo, head: SideInfo) -> str:
    x, y = base.speed_index_ms, head.speed_index_ms
    if x is None or y is None or abs(max(x, y) / min(x, y) - 1) <= SPEED_DIFFERS:
        return ""
    slower = "slower" if y > x else "faster"
    return (
        f"The machine was {100 * abs(y / x - 1):.0f} % {slower} during the head (speed index "
        f"{x:.0f} ms and {y:.0f} ms): absolute times are not comparable"
    )


def other_models(matches: Matches) -> list[str]:
    """Return a sentence for each model whose files are not the same on both sides."""
    changed = dict.fromkeys(
        match.head.case.model
        for match in matches.pairs
        if match.base.case.model == match.head.case.model
        and None not in (match.base.model, match.head.model)
        and match.base.model != match.head.model
    )
    return [
        f"The files of {one_line(model)} differ between base and head: what differs below may be "
        "the model's doing, not the cache's"
        for model in changed
    ]
