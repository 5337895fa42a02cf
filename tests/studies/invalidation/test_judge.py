from __future__ import annotations

from dataclasses import replace

import pytest
from fake_traces import ANSWERS, BLOB, CASE, NOW, REWRITTEN, fake_start, fake_try

from coldwarm.experiment.study import INVALIDATION
from coldwarm.studies.control import NEVER_HITS, SHOULD_HIT
from coldwarm.studies.invalidation import judge
from coldwarm.studies.invalidation.changes import CHANGES, other_value


@pytest.mark.parametrize(
    ("change", "hit", "answer", "outcome", "surprise"),
    [
        ("nothing", True, "now", "hit", None),
        ("bin_content", False, "now", "miss", None),
        ("bin_content", True, "then", "stale", judge.STALE),
        ("bin_content", True, "other", "wrong", judge.WRONG),
        ("bin_content", True, "now", "hit", judge.SHOULD_MISS),
        ("bin_content", False, "then", "wrong", judge.STALE),
        ("xml_touched", False, "now", "miss", SHOULD_HIT),
        ("cache_mode", False, "now", "miss", None),
        ("cache_mode", True, "now", "hit", None),
        ("NUM_STREAMS", False, "now", "miss", SHOULD_HIT),
    ],
)
def test_judges_by_flag_and_answer(
    *, change: str, hit: bool, answer: str, outcome: str, surprise: str | None
) -> None:
    (judgement,) = judge.judge([fake_try(change, hit=hit, answer=answer)])
    assert judgement.outcome == outcome
    assert list(judgement.surprises) == ([surprise] if surprise else [])


def test_a_hit_that_rewrites_blobs_is_partial() -> None:
    warm = fake_start("warm", blobs_after=(REWRITTEN,))
    (judgement,) = judge.judge([fake_try(starts=(fake_start("cold"), warm))])
    assert judgement.outcome == "partial"
    assert "1 rewritten" in judgement.reason


def test_without_a_reproducible_answer_nothing_is_judged() -> None:
    trace = fake_try("bin_content", answer="other", answers={"then": None, "now": NOW})
    assert judge.judge([trace])[0].outcome == "not_comparable"


@pytest.mark.parametrize(
    ("cold", "warm", "outcome"),
    [
        ({"status": "unsupported", "reason": "no"}, {}, "unsupported"),
        ({"status": "failed", "reason": "x"}, {}, "failed"),
        ({"blobs_after": ()}, {}, "not_cached"),
        ({}, {"status": "unsupported"}, "unsupported"),
        ({}, {"status": "crashed", "reason": "SIGABRT"}, "failed"),
    ],
)
def test_starts_that_came_to_nothing(
    cold: dict[str, object], warm: dict[str, object], outcome: str
) -> None:
    starts = (fake_start("cold", **cold), fake_start("warm", **warm))
    (judgement,) = judge.judge([fake_try(starts=starts)])
    assert judgement.outcome == outcome
    assert bool(judgement.surprises) == (outcome == "failed")


@pytest.mark.parametrize("status", ["crashed", "timeout"])
def test_what_fails_without_a_cache_too_is_unsupported(status: str) -> None:
    start = fake_start("warm", status=status, reason="SIGABRT")
    trace = fake_try(starts=(fake_start("cold"), start), answers={"then": NOW, "now": ()})
    (judgement,) = judge.judge([trace])
    assert (judgement.outcome, judgement.surprises) == ("unsupported", {})
    assert judgement.reason.endswith("without a cache it fails as well")


def test_a_cold_start_that_fails_is_a_finding_of_the_control() -> None:
    starts = (fake_start("cold", status="crashed", reason="SIGABRT"),)
    judged = judge.judge([fake_try(starts=starts), fake_try("moved", starts=starts)])
    assert [list(each.surprises) for each in judged] == [[judge.COLD_FAILED], []]
    assert list(judge.judge([fake_try("moved", starts=starts)])[0].surprises) == [judge.COLD_FAILED]


def test_what_was_not_tried_is_skipped() -> None:
    (judgement,) = judge.judge([fake_try(starts=(), skipped="one runtime only")])
    assert (judgement.outcome, judgement.reason) == ("skipped", "one runtime only")


def test_a_case_that_never_hits_is_one_finding() -> None:
    other = replace(CASE, api="read_model")
    judged = judge.judge(
        [
            fake_try("nothing", hit=False),
            fake_try("moved", hit=False),
            fake_try("bin_content", hit=True),
            fake_try("moved", other, hit=False),
        ]
    )
    assert [list(each.surprises) for each in judged] == [
        [NEVER_HITS],
        [],
        [judge.SHOULD_MISS],
        [SHOULD_HIT],
    ]


def test_an_encrypted_blob_that_is_replaced_by_one_in_clear_is_a_finding() -> None:
    gone_clear = fake_try("encryption_off", hit=False, encrypted=True)
    assert list(judge.judge([gone_clear])[0].surprises) == [judge.LEFT_CLEAR]
    never_encrypted = fake_try("encryption_off", hit=False)
    assert not judge.judge([never_encrypted])[0].surprises
    cold, warm = gone_clear.starts
    left_alone = replace(
        gone_clear, starts=(cold, replace(warm, blobs_after=(BLOB, replace(BLOB, name="2.blob"))))
    )
    assert not judge.judge([left_alone])[0].surprises


def test_says_when_the_answer_proves_nothing() -> None:
    same = fake_try("INFERENCE_PRECISION_HINT", answers={"then": NOW, "now": NOW})
    assert "does not alter" in judge.judge([same])[0].reason
    other = fake_try("INFERENCE_PRECISION_HINT", answers={"then": ANSWERS["other"], "now": NOW})
    assert "does not alter" not in judge.judge([other])[0].reason


def test_every_change_is_described() -> None:
    assert set(CHANGES) == set(INVALIDATION)
    assert {each.expected for each in CHANGES.values()} == {"hit", "miss", "either", "refuse"}


def test_a_property_gets_a_value_that_it_did_not_have() -> None:
    assert other_value("NUM_STREAMS", {}) == {"NUM_STREAMS": 2}
    assert other_value("NUM_STREAMS", {"NUM_STREAMS": 2, "A": 1}) == {"NUM_STREAMS": 1, "A": 1}
    path = {"WEIGHTS_PATH": "${model_bin}"}
    assert other_value("WEIGHTS_PATH", {"A": 1}) == {"A": 1, **path}
    assert other_value("WEIGHTS_PATH", {"A": 1, **path}) == {"A": 1}


@pytest.mark.parametrize(
    ("answer", "surprises"), [("now", []), ("then", []), ("other", [judge.WRONG])]
)
def test_what_was_loaded_is_right_whatever_becomes_of_its_files(
    answer: str, surprises: list[str]
) -> None:
    changed = fake_try("replaced_after_load", answer=answer)
    changed = replace(changed, answers={"then": ANSWERS["then"], "now": NOW})
    (judgement,) = judge.judge([changed])
    assert list(judgement.surprises) == surprises
    assert ("as without a cache" in judgement.reason) == (answer == "now")


@pytest.mark.parametrize("status", ["failed", "unsupported", "crashed"])
def test_a_blob_that_the_start_did_not_write_may_be_refused(status: str) -> None:
    starts = (fake_start("cold"), fake_start("warm", status=status, reason="no magic"))
    (judgement,) = judge.judge([fake_try("imported_cache_blob", starts=starts)])
    died = status == "crashed"
    assert (judgement.outcome, bool(judgement.surprises)) == ("failed" if died else "refused", died)


@pytest.mark.parametrize(("digest", "outcome"), [("aa", "hit"), ("bb", "partial")])
def test_an_import_hits_only_with_the_blob_that_was_put_there(digest: str, outcome: str) -> None:
    imports = replace(CASE, api="import")
    there = (replace(BLOB, name="exported.blob", digest="aa"),)
    warm = fake_start(
        "warm", imports, loaded_from_cache=False, blobs_before=there, blobs_after=there
    )
    facts = {"placed": {"name": "exported.blob", "bytes": 1, "digest": digest}}
    trace = fake_try("imported_cache_blob", starts=(fake_start("cold"), warm), facts=facts)
    assert judge.judge([trace])[0].outcome == outcome


def test_a_second_cold_start_that_fails_is_the_one_that_is_told() -> None:
    starts = (fake_start("cold"), fake_start("cold", status="failed", reason="cannot export"))
    (judgement,) = judge.judge([fake_try("exported_blob", starts=starts)])
    assert "cannot export" in judgement.reason
