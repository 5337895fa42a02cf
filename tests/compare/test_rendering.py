"""What a comparison looks like: golden files for text and Markdown, plain data for JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_samples import Noise, fake_run
from fake_store import fake_header, write_run

from coldwarm.analysis import metrics as m
from coldwarm.compare import compare_along
from coldwarm.compare.comparison_document import comparison_document, next_steps
from coldwarm.compare.github import comment
from coldwarm.compare.phrasing import headline, sentence, sentences, setting
from coldwarm.compare.result import (
    CaseResult,
    Comparison,
    MetricChange,
    MetricResult,
    SideInfo,
    to_json,
)
from coldwarm.run import store
from coldwarm.text.terminal import render_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.experiment.case import Case


def as_text(comparison: Comparison) -> str:
    return render_terminal(comparison_document(comparison))


RUN = "20261001T120000Z-nightly"
GOLDEN = Path(__file__).parent / "golden"

SLOWER = MetricChange(1.12, 1.08, 1.16, p=0.0001, adjusted_p=0.0002)
SAME = MetricChange(1.004, 0.97, 1.03, p=0.8, adjusted_p=1.0)
OPEN = MetricChange(1.06, 0.97, 1.12, p=0.2, adjusted_p=0.6)
LOWER = MetricChange(0.72, 0.65, 0.8, p=0.0001, adjusted_p=0.0004)
HIGHER = MetricChange(1.5, 1.3, 1.7, p=0.0001, adjusted_p=0.0004)
UNCACHED = MetricResult(
    m.UNCACHED_LOAD,
    "shown",
    400.0,
    402.0,
    MetricChange(1.005, 0.98, 1.03, p=0.7),
    25,
    sampled="pairs",
)
HIT = MetricResult(m.VERDICT, "same", "hit", "hit", base_samples=25, head_samples=25)
RIGHT = MetricResult(m.ANSWER, "same", "right", "right")
BLOB = MetricResult(m.BLOB, "same", 102e6, 102e6, MetricChange(1.0, 1.0, 1.0), 25, 25)


def warm(verdict: str, change: MetricChange, head: float, reason: str = "") -> MetricResult:
    return MetricResult(
        m.WARM_LOAD, verdict, 165.0, head, change, 25, sampled="pairs", reason=reason
    )


PAIRED = Comparison(
    base=SideInfo(
        "encryption none", "20261001T120000Z-nightly", "vm", ("2026.4.1",), None, None, 221
    ),
    head=SideInfo(
        "encryption aes-256-gcm, base64",
        "20261001T120000Z-nightly",
        "vm",
        ("2026.4.1",),
        None,
        None,
        221,
    ),
    axis="encryption",
    threshold=0.05,
    deciding=("warm_load",),
    cases=(
        CaseResult(
            "resnet50 / CPU / path",
            "base1",
            "head1",
            (warm("slower", SLOWER, 185.0), UNCACHED, BLOB, HIT, RIGHT),
        ),
        CaseResult(
            "vgg19 / CPU / path",
            "base2",
            "head2",
            (warm("same", SAME, 166.0), UNCACHED, BLOB, HIT, RIGHT),
        ),
        CaseResult(
            "gpt2 / CPU / read_model",
            "base3",
            "head3",
            (
                warm("inconclusive", OPEN, 175.0, "more rounds would narrow it"),
                MetricResult(
                    m.COLD_TAX,
                    "shown",
                    80.0,
                    95.0,
                    MetricChange(15.0, -3.0, 33.0, 0.1, relative=False),
                    25,
                    sampled="pairs",
                ),
                MetricResult(m.BLOB, "worse", 102e6, 331e6, MetricChange(3.245), 25, 25),
                MetricResult(
                    m.VERDICT,
                    "worse",
                    "hit",
                    "silent_miss",
                    base_samples=25,
                    head_samples=25,
                    reason="compiled again at every start. Remedy: use OPTIMIZE_SPEED",
                    excuse="known: ticket 7",
                ),
            ),
        ),
    ),
    only_base=("bert-base / CPU / path",),
    failed_starts=2,
    failures=("gpt2 / CPU / read_model: 2 of 25 cold starts failed: crashed: SIGBUS",),
    warnings=("The head was not measured to its end: what is there was compared",),
    news=(
        "vgg19 / CPU / path: expected silent_miss, is now hit: change or remove the expectation",
    ),
    sight="Minimum detectable slowdown (80 % power): 11 %, with 25 pairs per case and 3 tests",
)

UNPAIRED = Comparison(
    base=SideInfo("base", "20261001T120000Z-nightly", "vm", ("2026.4.0",), "abcdef1", None, 221.0),
    head=SideInfo("head", "20261002T120000Z-nightly", "vm", ("2026.4.1",), "1234567", None, 230.0),
    axis=None,
    threshold=0.1,
    deciding=("speedup", "warm_load"),
    cases=(
        CaseResult(
            "resnet50 / CPU / path",
            "case1",
            "case1",
            (
                MetricResult(
                    m.WARM_LOAD,
                    "slower",
                    160.0,
                    230.0,
                    MetricChange(1.44, 1.2, 1.7, 0.001, 0.004),
                    12,
                    sampled="runs",
                    reason="against earlier runs of this host",
                ),
                MetricResult(
                    m.UNCACHED_LOAD,
                    "shown",
                    400.0,
                    402.0,
                    MetricChange(1.005, 0.98, 1.03, 0.7),
                    25,
                    24,
                ),
                MetricResult(
                    m.SPEEDUP,
                    "slower",
                    2.48,
                    1.79,
                    MetricChange(0.72, 0.65, 0.8, 0.0001, 0.0004),
                    25,
                    24,
                ),
                HIT,
            ),
        ),
        CaseResult(
            "vgg19 / CPU / path",
            "case2",
            "case2",
            (
                MetricResult(
                    m.SPEEDUP,
                    "faster",
                    2.0,
                    3.0,
                    MetricChange(1.5, 1.3, 1.7, 0.0001, 0.0004),
                    25,
                    24,
                ),
                MetricResult(
                    m.VERDICT,
                    "changed",
                    "silent_miss",
                    "not_cached",
                    None,
                    25,
                    24,
                    reason="the cold start left no blob",
                ),
            ),
        ),
    ),
    only_head=("gpt2 / CPU / path",),
)


@pytest.mark.parametrize(
    ("comparison", "name"), [(PAIRED, "paired"), (UNPAIRED, "unpaired")], ids=["paired", "unpaired"]
)
@pytest.mark.parametrize(
    ("render", "suffix"), [(as_text, "txt"), (comment, "md")], ids=["text", "markdown"]
)
def test_looks_as_expected(
    comparison: Comparison, name: str, render: Callable[[Comparison], str], suffix: str
) -> None:
    assert render(comparison) == (GOLDEN / f"{name}.{suffix}").read_text(encoding="utf-8")


def made_up(tmp_path: Path, factor: float) -> Comparison:
    """Return what is found when the head's warm starts take so many times as long."""

    def effect(case: Case, kind: str) -> float:
        planted = (case.model, case.runtime, kind) == ("vgg19", "installed", "warm")
        return factor if planted else 1.0

    samples = fake_run(
        seed=5,
        models=("resnet50", "vgg19"),
        apis=("path",),
        cache_modes=("default",),
        runtimes=("openvino==2025.4.1", "installed"),
        along="runtime",
        rounds=40,
        effect=effect,
        noise=Noise(sd=0.05),
    )
    experiment = {**fake_header()["experiment"], "compare_along": "runtime"}
    run = store.read_run(write_run(tmp_path / "run", samples, experiment=experiment))
    return compare_along(run, base="openvino==2025.4.1")


@pytest.mark.parametrize(("name", "factor"), [("regression", 1.25), ("clean", 1.0)])
def test_the_comment_on_a_change_looks_as_expected(
    name: str, factor: float, tmp_path: Path
) -> None:
    text = comment(made_up(tmp_path, factor))
    assert text == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("times", "kept", "left_out"),
    [
        (1, "<summary>All other metrics", "it would be too long"),
        (60, "<summary>Unchanged: 60 cases", "<summary>All other metrics"),
        (300, "- resnet50 / CPU / path: warm start 12 % slower", "| **slower** |"),
    ],
)
def test_a_comment_is_never_longer_than_github_takes(times: int, kept: str, left_out: str) -> None:
    text = comment(replace(PAIRED, cases=PAIRED.cases * times))
    assert len(text) < 65_536
    assert kept in text
    assert left_out not in text
    assert (left_out == "it would be too long") or text.endswith(
        "`--format text`, and every number with `--format json`.\n"
    )


def test_next_steps_depend_on_what_was_found() -> None:
    calm = replace(PAIRED, cases=PAIRED.cases[1:2], failed_starts=0, only_base=(), news=())
    assert next_steps(calm) == ["Nothing to do"]
    assert any("--base-runtime" in step for step in next_steps(UNPAIRED))
    assert not any("--base-runtime" in step for step in next_steps(PAIRED))
    lost = MetricResult(m.VERDICT, "worse", "hit", "silent_miss")
    cases = (CaseResult("a", "a", "a", (lost,)),)
    (step,) = next_steps(replace(calm, cases=cases))
    assert "expect:" in step


@pytest.mark.parametrize("comparison", [PAIRED, UNPAIRED], ids=["paired", "unpaired"])
def test_text_fits_a_terminal(comparison: Comparison) -> None:
    assert max(map(len, as_text(comparison).splitlines())) <= 80


def test_a_finding_is_a_sentence_that_a_person_understands() -> None:
    case = PAIRED.cases[0]
    assert sentence(case, case.results[0]) == (
        "resnet50 / CPU / path: warm start 12 % slower (8 to 16 %, 25 pairs)"
    )


def test_a_speedup_shows_numerator_and_denominator() -> None:
    case = UNPAIRED.cases[0]
    assert sentence(case, case.results[2]) == (
        "resnet50 / CPU / path: speedup 28 % lower (20 to 35 %, 25 and 24 rounds), 2.48 x, now "
        "1.79 x; uncached 400 ms, now 402 ms; warm 160 ms, now 230 ms"
    )


def test_the_verdict_of_everything_is_the_first_line() -> None:
    assert headline(PAIRED) == "REGRESSION: 2 of 3 cases got worse, 2 starts FAILED"
    calm = replace(PAIRED, cases=PAIRED.cases[1:2], failed_starts=0)
    assert headline(calm) == "No regression found in 1 case"
    assert headline(replace(calm, cases=())).startswith("Nothing compared")
    assert headline(replace(calm, failed_starts=1)).endswith("1 start FAILED")


def test_what_all_cases_lack_is_said_once() -> None:
    few = replace(warm("inconclusive", OPEN, 175.0), reason="too few pairs (4) for it")
    cases = tuple(CaseResult(name, name, name, (few,)) for name in ("a", "b"))
    assert sentences(replace(PAIRED, cases=cases), "open") == [
        "warm start of 2 cases: too few pairs (4) for it"
    ]
    assert "a: warm start inconclusive" in sentences(replace(PAIRED, cases=cases[:1]), "open")[0]


def test_builds_of_a_version_are_told_apart_only_where_they_differ() -> None:
    builds = ("2026.4.1-1-abc", "2026.4.1-2-def")
    same = replace(UNPAIRED, head=replace(UNPAIRED.head, versions=UNPAIRED.base.versions))
    assert "OpenVINO 2026.4.0," in setting(same)[0]
    sides = [
        replace(side, versions=(build,))
        for side, build in zip((UNPAIRED.base, UNPAIRED.head), builds, strict=True)
    ]
    first, second = setting(replace(UNPAIRED, base=sides[0], head=sides[1]))
    assert builds[0] in first
    assert builds[1] in second


def test_json_holds_every_result_and_no_number_that_json_lacks() -> None:
    odd = replace(PAIRED.cases[0].results[0], head=float("nan"))
    case = replace(PAIRED.cases[0], results=(odd,))
    found = to_json(replace(PAIRED, cases=(case,)))
    again = json.loads(json.dumps(found, allow_nan=False))
    assert again == found
    result = found["cases"][0]["results"][0]
    assert (result["metric"], result["head"], result["unit"]) == ("warm_load", None, "ms")
    assert result["change"] == {
        "value": 1.12,
        "low": 1.08,
        "high": 1.16,
        "p": 0.0001,
        "adjusted_p": 0.0002,
        "adjusted_low": None,
        "adjusted_high": None,
        "relative": True,
    }
    assert (found["exit_code"], found["regression"], found["threshold"]) == (1, True, 0.05)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, (1, 1)),
        ({"cases": PAIRED.cases[1:]}, (1, 1)),
        ({"cases": PAIRED.cases[1:2]}, (3, 3)),
        ({"cases": PAIRED.cases[1:2], "failed_starts": 0}, (0, 4)),
        ({"cases": PAIRED.cases[1:2], "failed_starts": 0, "only_base": ()}, (0, 0)),
        ({"cases": (), "failed_starts": 0, "only_base": ()}, (0, 4)),
    ],
)
def test_exit_codes_have_their_precedence(
    changes: dict[str, object], codes: tuple[int, int]
) -> None:
    comparison = replace(PAIRED, **changes)
    assert (comparison.exit_code(), comparison.exit_code(require_decision=True)) == codes
