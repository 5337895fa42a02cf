from __future__ import annotations

from datetime import date

import pytest
from fake_samples import fake_analysed, fake_run

from coldwarm.experiment.spec import Expectation
from coldwarm.export.outcome import Outcome, outcome_of
from coldwarm.export.timings import timings

TODAY = date(2026, 10, 1)
MISS = {"api": "read_model", "cache_mode": "OPTIMIZE_SIZE"}


def outcome(end: str, *expected: Expectation, kind: str = "warm") -> Outcome:
    samples = fake_run(
        rounds=2,
        apis=("read_model",),
        cache_modes=("OPTIMIZE_SIZE",),
        outcome=lambda case: end,  # noqa: ARG005 - the only one there is
    )
    (timing,) = (each for each in timings(fake_analysed(samples)) if each.kind == kind)
    return outcome_of(timing, expected, TODAY)


@pytest.mark.parametrize(
    ("end", "result"),
    [
        ("hit", "passed"),
        ("silent_miss", "failed"),
        ("partial", "failed"),
        ("wrong", "failed"),
        ("not_cached", "failed"),
        ("unsupported", "skipped"),
        ("failed", "error"),
        ("timeout", "error"),
    ],
)
def test_a_verdict_comes_to_a_result(end: str, result: str) -> None:
    found = outcome(end)
    assert found.result == result
    assert bool(found.sentence) == (result != "passed")
    assert found.news == ()


def test_a_silent_miss_fails_with_case_reason_and_remedy() -> None:
    assert outcome("silent_miss").sentence == (
        "resnet50 / CPU / read_model / OPTIMIZE_SIZE: warm start: silent_miss: compiled again, "
        "no error: LOADED_FROM_CACHE is false beside a blob; a blob was rewritten. Remedy: pass "
        'WEIGHTS_PATH: "${model_bin}", use compile_model(path), or OPTIMIZE_SPEED'
    )


def test_uncached_and_cold_starts_of_a_missing_case_pass() -> None:
    assert outcome("silent_miss", kind="uncached") == Outcome("passed")
    assert outcome("silent_miss", kind="cold") == Outcome("passed")


@pytest.mark.parametrize("end", ["silent_miss", "wrong", "not_cached", "failed"])
def test_what_was_expected_is_known(end: str) -> None:
    found = outcome(end, Expectation(MISS, end, note="ticket 7"))
    assert found.result == "known"
    assert found.sentence.startswith("known: ticket 7. resnet50 / CPU / read_model")
    assert found.news == ()


def test_what_is_expected_of_another_case_or_verdict_excuses_nothing() -> None:
    assert outcome("silent_miss", Expectation({"api": "path"}, "silent_miss")).result == "failed"
    other = outcome("wrong", Expectation(MISS, "silent_miss", note="ticket 7"))
    assert other.result == "failed"
    (news,) = other.news
    assert news == (
        "resnet50 / CPU / read_model / OPTIMIZE_SIZE: expected silent_miss (ticket 7), is now "
        "wrong: change or remove the expectation"
    )


def test_an_expectation_that_is_no_longer_true_is_news_and_passes() -> None:
    found = outcome("hit", Expectation(MISS, "silent_miss"))
    assert found.result == "passed"
    assert "expected silent_miss, is now hit" in found.news[0]
    assert outcome("hit", Expectation(MISS, "silent_miss"), kind="cold").news == ()


def test_an_expectation_excuses_until_its_last_day() -> None:
    last_day = Expectation(MISS, "silent_miss", until="2026-10-01")
    assert outcome("silent_miss", last_day).result == "known"
    over = outcome("silent_miss", Expectation(MISS, "silent_miss", until="2026-09-30"))
    assert over.result == "failed"
    assert "ended on 2026-09-30 and excuses nothing any more" in over.news[0]


def test_an_expected_unsupported_case_is_no_news() -> None:
    found = outcome("unsupported", Expectation(MISS, "unsupported"))
    assert (found.result, found.news) == ("skipped", ())
