from __future__ import annotations

from datetime import date

import pytest
from fake_sides import evidence

from coldwarm.analysis import metrics as m
from coldwarm.compare.expectations import (
    excuse,
    expectations_of,
    expired,
    known_to_fail,
    matches,
    news,
)
from coldwarm.compare.phrasing import same_line
from coldwarm.compare.result import CaseResult, MetricResult
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Expectation

TODAY = date(2026, 10, 1)
MISS = Expectation({"api": "read_model"}, "silent_miss", "ticket 7")
READ = Case("resnet50", api="read_model")
WORSE = MetricResult(m.VERDICT, "worse", "hit", "silent_miss")


def missed(case: Case = READ) -> object:
    return evidence(case=case, verdicts={"silent_miss": 3})


def test_reads_what_a_run_stores() -> None:
    header = {"experiment": {"expect": [vars(MISS)]}}
    assert expectations_of(header) == (MISS,)
    assert expectations_of({}) == ()


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ({}, True),
        ({"api": "read_model"}, True),
        ({"api": "read_model", "model": "resnet50", "properties": {"A": 1}}, True),
        ({"api": "path"}, False),
        ({"properties": {}}, False),
    ],
)
def test_a_pattern_matches_where_all_of_it_is_equal(
    pattern: dict[str, object], *, matched: bool
) -> None:
    case = Case("resnet50", api="read_model", properties={"A": 1})
    assert matches(Expectation(pattern, "hit"), case) is matched


@pytest.mark.parametrize(
    ("until", "over"), [(None, False), ("2026-10-01", False), ("2026-09-30", True)]
)
def test_the_last_day_still_counts(until: str | None, *, over: bool) -> None:
    assert expired(Expectation({}, "hit", until=until), TODAY) is over


def test_what_was_foreseen_is_excused_with_its_note() -> None:
    (result,) = excuse([WORSE], missed(), [MISS], TODAY)
    assert (result.verdict, result.excuse, result.is_regression) == (
        "worse",
        "known: ticket 7",
        False,
    )


@pytest.mark.parametrize(
    ("expectation", "head"),
    [
        (MISS, missed(Case("resnet50", api="path"))),
        (MISS, evidence(case=READ, verdicts={"wrong": 3})),
        (Expectation({"api": "read_model"}, "silent_miss", until="2026-09-30"), missed()),
    ],
    ids=["another case", "another verdict", "too late"],
)
def test_nothing_else_is_excused(expectation: Expectation, head: object) -> None:
    (result,) = excuse([WORSE], head, [expectation], TODAY)
    assert result.is_regression


def test_what_is_as_bad_as_in_the_base_has_its_note_too() -> None:
    (result,) = excuse(
        [MetricResult(m.VERDICT, "same", "silent_miss", "silent_miss")], missed(), [MISS], TODAY
    )
    case = CaseResult("resnet50 / CPU / read_model", "1", "1", (result,))
    assert not result.is_excused
    assert same_line(case) == (
        "resnet50 / CPU / read_model: silent_miss on both sides (known: ticket 7)"
    )


def test_cases_that_fail_as_expected_are_known() -> None:
    failing = evidence(case=READ, verdicts={}, failed=3)
    header = {"experiment": {"expect": [{**vars(MISS), "verdict": "failed"}]}}
    found = known_to_fail({"a": failing, "b": missed(), "c": evidence()}, header, TODAY)
    assert found == {"a"}


def test_times_and_bytes_go_on_being_judged() -> None:
    slow = MetricResult(m.WARM_LOAD, "slower", 100.0, 200.0)
    large = MetricResult(m.BLOB, "worse", 1e6, 2e6)
    found = excuse([WORSE, slow, large], missed(), [MISS], TODAY)
    assert [each.is_regression for each in found] == [False, True, True]


@pytest.mark.parametrize(
    ("expectation", "head", "said"),
    [
        (MISS, missed(), None),
        (MISS, evidence(case=READ), "expected silent_miss (ticket 7), is now hit"),
        (
            Expectation({}, "silent_miss", until="2026-09-30"),
            missed(),
            "still silent_miss, but the expectation ended on 2026-09-30",
        ),
        (MISS, evidence(case=READ, verdicts={}), None),
        (MISS, evidence(case=Case("resnet50")), None),
    ],
    ids=["met", "gone", "too late", "not measured", "another case"],
)
def test_what_is_no_longer_true_is_news(
    expectation: Expectation, head: object, said: str | None
) -> None:
    found = list(news("case", head.case, head.judged_verdict, [expectation], TODAY))
    assert len(found) == (said is not None)
    if said is not None:
        assert said in found[0]
