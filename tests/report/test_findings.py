"""What did not go as hoped, each once, with its reason and what it printed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fake_samples import fake_run
from fake_store import write_run

from coldwarm.report.evidence import gather
from coldwarm.report.findings import Finding, findings

if TYPE_CHECKING:
    from pathlib import Path


def found(tmp_path: Path, **options: Any) -> list[Finding]:  # noqa: ANN401
    options = {"apis": ["path"], "cache_modes": ["default"], "rounds": 2, **options}
    return findings(gather([write_run(tmp_path / "run", fake_run(**options))])[0])


def test_hits_are_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path) == []


def test_a_silent_miss_has_its_remedy(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, apis=["read_model"], cache_modes=["OPTIMIZE_SIZE"])

    assert finding.verdict == "silent_miss"
    assert finding.starts == "2 of 2 starts"
    assert "WEIGHTS_PATH" in finding.remedy


def test_a_failed_case_shows_what_it_printed(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, outcome=lambda _: "crashed")

    assert (finding.verdict, finding.printed) == ("failed", "Bus error\n")


def test_what_once_crashed_and_else_missed_has_both_reasons(tmp_path: Path) -> None:
    samples = fake_run(apis=["read_model"], cache_modes=["OPTIMIZE_SIZE"], rounds=7)
    place = next(place for place, each in enumerate(samples) if each.kind == "warm")
    crash = {"status": "crashed", "reason": "killed", "stderr_tail": "Bus error"}
    samples[place] = replace(samples[place], **crash)

    failed, missed = findings(gather([write_run(tmp_path / "run", samples)])[0])

    assert (failed.verdict, failed.starts, failed.printed) == (
        "failed",
        "1 of 7 starts",
        "Bus error",
    )
    assert (missed.verdict, missed.starts, missed.printed) == ("silent_miss", "6 of 7 starts", "")
    assert "WEIGHTS_PATH" in missed.remedy


def test_uncached_starts_that_cannot_work_are_listed_too(tmp_path: Path) -> None:
    uncached, case = found(tmp_path, devices=["GPU"])

    assert uncached.name == "resnet50 / GPU / path / uncached"
    assert uncached.case_id is None
    assert (uncached.verdict, case.verdict) == ("unsupported", "unsupported")
    assert uncached.starts == "2 starts"


def test_a_blob_in_clear_is_a_finding_of_a_hit(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, devices=["AUTO"], encryptions=["aes-256-gcm"])

    assert finding.verdict == "not_encrypted"
