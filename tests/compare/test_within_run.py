from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import fake_run, usual_outcome
from fake_sides import stored_run

from coldwarm.compare import ComparisonError, compare_along

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.experiment.case import Case
    from coldwarm.run.store import Run


def run_of(seed: int = 1, header: dict[str, Any] | None = None, **changes: object) -> Run:
    options: dict[str, Any] = {
        "apis": ("path",),
        "cache_modes": ("default",),
        "encryptions": ("none", "base64"),
        "along": "encryption",
        "rounds": 30,
    }
    options |= changes
    run = stored_run(fake_run(seed, **options), **(header or {}))
    run.header["experiment"]["compare_along"] = options["along"]
    return run


def slow_warm(factor: float) -> Callable[[Case, str], float]:
    def effect(case: Case, kind: str) -> float:
        return factor if (case.encryption, kind) == ("base64", "warm") else 1.0

    return effect


def test_a_planted_slowdown_is_found_where_it_is() -> None:
    models = ("resnet50", "vgg19")

    def effect(case: Case, kind: str) -> float:
        return slow_warm(1.25)(case, kind) if case.model == "vgg19" else 1.0

    # The made-up cipher costs a little time itself: less than this threshold.
    found = compare_along(run_of(models=models, effect=effect), base="none", threshold=0.1)
    assert [case.name for case in found.regressed] == ["vgg19 / CPU / path"]
    result = found.regressed[0].result("warm_load")
    assert result is not None
    assert result.change is not None
    assert result.change.value == pytest.approx(1.25, abs=0.08)
    assert found.exit_code() == 1


@pytest.mark.parametrize("seed", range(4))
def test_the_same_thing_twice_is_not_flagged(seed: int) -> None:
    # Two user codecs cost the fake machine the same.
    found = compare_along(run_of(seed, encryptions=("a:e,d", "b:e,d"), rounds=20))
    assert not found.regressed
    assert found.exit_code() == 0


def test_a_case_that_stops_hitting_is_a_regression_whatever_its_times() -> None:
    def outcome(case: Case) -> str:
        return "silent_miss" if case.encryption == "base64" else usual_outcome(case)

    found = compare_along(run_of(rounds=1, outcome=outcome), base="none")
    assert found.exit_code() == 1
    verdict = found.regressed[0].result("verdict")
    assert verdict is not None
    assert (verdict.base, verdict.head) == ("hit", "silent_miss")


def test_an_expected_finding_fails_no_gate_until_its_last_day() -> None:
    def outcome(case: Case) -> str:
        return "silent_miss" if case.encryption == "base64" else usual_outcome(case)

    expectation = {
        "pattern": {"encryption": "base64"},
        "verdict": "silent_miss",
        "note": "ticket 7",
        "until": "2026-10-01",
    }
    run = run_of(rounds=2, outcome=outcome)
    run.header["experiment"]["expect"] = [expectation]
    before = compare_along(run, base="none", today=date(2026, 10, 1))
    assert before.exit_code() == 0
    assert not before.news
    after = compare_along(run, base="none", today=date(2026, 10, 2))
    assert after.exit_code() == 1
    assert "ended on 2026-10-01" in after.news[0]


def test_a_finding_that_went_away_is_news() -> None:
    run = run_of(rounds=2)
    run.header["experiment"]["expect"] = [
        {"pattern": {"model": "resnet50", "encryption": "base64"}, "verdict": "silent_miss"}
    ]
    found = compare_along(run, base="none")
    assert found.exit_code() == 0
    assert found.news == (
        (
            "resnet50 / CPU / path / base64: expected silent_miss, is now hit: "
            "change or remove the expectation"
        ),
    )


def test_a_case_that_fails_as_expected_fails_no_gate() -> None:
    def crashes(case: Case) -> str:
        return "crashed" if case.encryption == "base64" else "hit"

    run = run_of(rounds=2, outcome=crashes)
    assert compare_along(run).exit_code() == 1
    run.header["experiment"]["expect"] = [
        {"pattern": {"encryption": "base64"}, "verdict": "failed", "note": "", "until": None}
    ]
    found = compare_along(run)
    assert (found.failed_starts, found.failures, found.exit_code()) == (0, (), 0)


def test_an_expectation_about_the_base_is_looked_at_too() -> None:
    run = run_of(rounds=1)
    run.header["experiment"]["expect"] = [
        {"pattern": {"encryption": "none"}, "verdict": "silent_miss"}
    ]
    (sentence,) = compare_along(run, base="none").news
    assert sentence.startswith("resnet50 / CPU / path: expected silent_miss, is now hit")


def test_starts_that_failed_make_exit_code_three() -> None:
    found = compare_along(run_of(rounds=20, failure_rate=0.1))
    assert found.failed_starts > 0
    assert found.exit_code() == 3


def test_only_failures_end_with_a_verdict() -> None:
    found = compare_along(run_of(rounds=3, outcome=lambda _: "crashed"))
    assert not found.regressed
    assert found.undecided
    assert found.exit_code() == 3


def test_a_run_without_samples_is_refused() -> None:
    run = replace(run_of(rounds=1), records=[])
    with pytest.raises(ComparisonError, match="holds no start of any case yet"):
        compare_along(run)


def test_one_round_decides_on_verdicts_and_bytes_and_says_so() -> None:
    found = compare_along(run_of(rounds=1))
    assert "too few for 1 test" in found.sight
    assert found.undecided
    assert (found.exit_code(), found.exit_code(require_decision=True)) == (0, 4)


def test_with_many_pairs_says_what_it_could_have_seen() -> None:
    sight = compare_along(run_of(rounds=30)).sight
    assert sight.startswith("Minimum detectable slowdown (80 % power): ")
    assert sight.endswith(" %, with 30 pairs per case and 1 test")


def test_values_that_never_shared_a_block_are_not_paired() -> None:
    run = run_of(encryptions=("none",), apis=("read_model", "path"), along=None)
    found = compare_along(run, "api", "read_model")
    (case,) = found.cases
    result = case.result("warm_load")
    assert result is not None
    assert result.verdict == "inconclusive"
    assert "compare: {along: api}" in result.reason
    blob = case.result("blob")
    assert blob is not None
    assert blob.verdict == "same"


def test_a_run_that_was_interrupted_or_damaged_says_so() -> None:
    run = run_of(rounds=12, header={"ended": {"how": "interrupted", "at": ""}})
    run.damage.append("samples.jsonl:7: not a record, left out")
    warnings = compare_along(run).warnings
    assert "samples.jsonl:7" in warnings[0]
    assert "not measured to its end" in warnings[1]
