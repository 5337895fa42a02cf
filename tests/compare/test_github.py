"""GitHub drops a summary page of more than 1 MiB: the verdict gets there, and no byte too many."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from coldwarm.analysis import metrics as m
from coldwarm.compare.github import MOST_BYTES, append_summary, comment
from coldwarm.compare.result import CaseResult, Comparison, MetricResult, SideInfo

if TYPE_CHECKING:
    from pathlib import Path


def regressions(count: int, name: str = "model") -> Comparison:
    side = SideInfo("base", "a run")
    lost = MetricResult(m.VERDICT, "worse", "hit", "silent_miss")
    cases = tuple(CaseResult(f"{name}{i}", f"{i}", f"{i}", (lost,)) for i in range(count))
    return Comparison(side, replace(side, label="head"), None, 0.1, (), cases)


VERDICT = "**REGRESSION: 400 of 400 cases got worse**"


@pytest.mark.parametrize("there", [0, 1_000_000, 1_040_000, MOST_BYTES - 600, MOST_BYTES - 340])
def test_a_page_never_grows_beyond_what_github_takes(tmp_path: Path, there: int) -> None:
    page = tmp_path / "summary.md"
    page.write_bytes(b"x" * there)
    comparison = regressions(400, "м" * 100)
    left_out = append_summary(comparison, page)
    content = page.read_bytes()
    assert len(content) <= MOST_BYTES
    assert content.startswith(b"x" * there)
    text = content[there:].decode().lstrip("\n")
    assert text.partition("\n")[0] == VERDICT
    assert "left out" in text
    assert left_out or not there
    append_summary(comparison, page)
    assert page.read_bytes() == content
    for number in range(20):
        append_summary(regressions(400, f"{number}"), page)
    assert page.stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("there", [MOST_BYTES, MOST_BYTES - 10, MOST_BYTES + 10])
def test_a_page_without_room_is_left_alone_and_that_is_said(tmp_path: Path, there: int) -> None:
    page = tmp_path / "summary.md"
    page.write_bytes(b"\xff" * there)
    assert "no room left" in append_summary(regressions(400), page)
    assert page.stat().st_size == there


def test_lines_that_are_left_out_are_counted() -> None:
    whole = comment(regressions(400), lambda _: True)
    assert "left out" not in whole
    cut = comment(regressions(400), lambda text: len(text) < 10_000)
    told = cut.count("now silent")
    assert 50 < told < 400
    assert f"- {400 - told} more are left out" in cut
    assert len(cut) > 9_000
