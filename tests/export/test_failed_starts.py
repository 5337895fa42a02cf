"""Starts that failed are told wherever the times of the others are shown."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import QUIET, fake_analysed, fake_frame, fake_run
from fake_store import write_run

from coldwarm.advice import advise
from coldwarm.analysis.cases import summary_frame
from coldwarm.analysis.summarise import summarise
from coldwarm.charts.cases import case_starts
from coldwarm.cli.tables import findings
from coldwarm.export import export
from coldwarm.export.timings import left_out
from coldwarm.report import page
from coldwarm.report.evidence import gather
from coldwarm.report.summary_document import summary_document
from coldwarm.text.markdown import render_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.analysis.analysed_run import AnalysedRun
    from coldwarm.run.sample import Sample

NAME = "resnet50 / CPU / path"
FAILED = {
    "uncached": {"uncached": "failed"},
    "cold": {"cold": "failed", "warm": "dropped"},
    "warm": {"warm": "crashed"},
}
"""What failed, and what that does to the other starts of the round."""


def half_failed(kind: str) -> list[Sample]:
    """Return six rounds of one case; in every second one a start of this kind fails."""
    samples = fake_run(apis=("path",), cache_modes=("default",), rounds=12, noise=QUIET)
    return [
        replace(each, status=status, reason="ImportError: no key", load_ns=None, phases_ns={})
        if each.round % 2 and (status := FAILED[kind].get(each.kind))
        else each
        for each in samples
    ]


def exported(analysed: AnalysedRun, form: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    stream = io.BytesIO()
    export(analysed, form, stream)
    return json.loads(stream.getvalue())


@pytest.mark.parametrize("kind", FAILED)
def test_a_kind_of_which_starts_failed_is_no_benchmark(kind: str) -> None:
    analysed = fake_analysed(half_failed(kind))
    whole = [each for each in ("uncached", "cold", "warm") if each not in FAILED[kind]]

    benchmarks = exported(analysed, "pytest-benchmark")["benchmarks"]
    assert [each["name"] for each in benchmarks] == [f"{NAME}[{each}]" for each in whole]
    for each in benchmarks:
        assert f"{kind}: 6 of 12 failed" in each["extra_info"]["failures"]

    entries = exported(analysed, "github-action-benchmark")
    times = [each for each in entries if each["unit"] == "ms"]
    assert [each["name"] for each in times] == [f"{NAME}: {each} load time" for each in whole]
    assert all(f"{kind}: 6 of 12 failed" in each["extra"] for each in times)

    assert f"left out: {NAME}[{kind}]: 6 of 12 starts failed" in left_out(analysed)


@pytest.mark.parametrize("kind", FAILED)
def test_failures_are_next_to_the_time_of_the_others(kind: str, tmp_path: Path) -> None:
    (evidence,) = gather([write_run(tmp_path / "run", half_failed(kind))])
    (case,) = evidence.summaries
    told = "6 of 12 failed"

    assert vars(case.load_ms)[kind] is not None
    assert case.failed(kind) == told
    assert told in page.render([evidence])
    assert f"({told})" in render_markdown(summary_document([evidence]))
    assert f"{NAME}: {case.failed_words}" in " ".join(findings([case]))
    (row,) = summary_frame([case]).to_dict("records")
    assert (row[f"{kind}_failures"], row[f"{kind}_starts"]) == (6, 12)
    (starts,) = case_starts(evidence.frame, [case], ["load_ms"])
    assert "failed" in (starts.baseline_label if kind == "uncached" else starts.label)


def test_advice_never_rests_on_survivors_without_saying_so() -> None:
    frame = fake_frame(half_failed("uncached"))
    (advice,) = advise(summarise(frame))
    assert advice.outcome == "use"
    assert "Some starts failed (uncached: 6 of 12 failed)" in advice.headline
    for kind in ("cold", "warm"):
        frame = fake_frame(half_failed(kind))
        (advice,) = advise(summarise(frame))
        assert advice.case is None


def test_a_run_without_failures_says_nothing_of_them() -> None:
    analysed = fake_analysed(fake_run(rounds=2))
    assert left_out(analysed) == []
    assert not any(case.failed_words for case in analysed.cases)
