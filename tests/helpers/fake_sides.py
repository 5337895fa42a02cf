"""Sides of comparisons: evidence made by hand, and fake runs with a header."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pandas as pd
from fake_samples import fake_stored
from fake_store import fake_header

from coldwarm.analysis.cases import ByKind, CaseSummary
from coldwarm.analysis.rounds import NUMERIC, PLACE
from coldwarm.analysis.starts_of_kind import Judged, StartsOfKind
from coldwarm.experiment.case import Case
from coldwarm.stats.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.run.sample import Sample
    from coldwarm.run.store import Run


def evidence(
    values: Mapping[str, Sequence[float]] | None = None,
    *,
    verdicts: Mapping[str, int] | None = None,
    case: Case | None = None,
    **changes: Any,  # noqa: ANN401
) -> CaseSummary:
    """Return evidence of a case that hits, with these values of its metrics round by round."""
    given = values or {}
    rounds = max((len(each) for each in given.values()), default=0)
    index = pd.MultiIndex.from_tuples([(0, number, 0) for number in range(rounds)], names=PLACE)
    if not rounds:
        index = pd.MultiIndex.from_arrays([[] for _ in PLACE], names=PLACE)
    columns = {
        name: [*given.get(name, ()), *[float("nan")] * (rounds - len(given.get(name, ())))]
        for name in NUMERIC
    }
    what = case or Case("resnet50")
    reason, remedy = changes.pop("reason", ""), changes.pop("remedy", "")
    judged = {"hit": rounds or 12} if verdicts is None else verdicts
    warm = StartsOfKind(
        planned=sum(judged.values()),
        judged={name: Judged(count, 0, reason, remedy) for name, count in judged.items()},
        failures=changes.pop("failed", 0),
        answers=changes.pop("answers", frozenset({"a1"})),
        inputs=changes.pop("inputs", frozenset({"i1"})),
        versions=changes.pop("versions", frozenset({"2026.4.1"})),
        memory_methods=changes.pop("memory_methods", frozenset({"vmhwm-reset"})),
    )
    plain: dict[str, Any] = {each.name: None for each in fields(CaseSummary)}
    plain |= {each.name: ByKind() for each in fields(CaseSummary) if each.type == "ByKind"}
    plain |= {each.name: Range() for each in fields(CaseSummary) if each.type == "Range"}
    plain |= {
        "case_id": what.case_id,
        "name": what.name,
        "case": what,
        "model": "m1",
        "callbacks_ignored": False,
        "by_round": pd.DataFrame(columns, index=index, dtype=float),
        "of_kind": {"uncached": StartsOfKind(), "cold": StartsOfKind(), "warm": warm},
    }
    return CaseSummary(**{**plain, **changes})


def stored_run(samples: Sequence[Sample], **changes: Any) -> Run:  # noqa: ANN401
    """Return a complete run with these samples; `changes` are entries of its header."""
    run = fake_stored(samples)
    header = fake_header(run_id=changes.pop("run_id", run.run_id), **changes)
    cases = {each.case_id: each.case for each in samples if each.case_id}
    header["experiment"] = {**header["experiment"], "cases": list(cases.values())}
    return replace(run, header={**run.header, **header})
