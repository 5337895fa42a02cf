from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coldwarm.analysis.verdict import (
    DROPPED,
    Finding,
    Judge,
    judge_all,
    judged_frame,
)
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import VERDICTS
from coldwarm.run.store import Run
from coldwarm.run.warm_start import PROVEN

IR = {"m.xml": "graph", "m.bin": "weights"}
OTHER_WEIGHTS = {"m.xml": "graph", "m.bin": "other weights"}
BLOB = {"name": "1.blob", "bytes": 100, "mtime_ns": 5, "inode": 7}
BLOB_2 = {**BLOB, "name": "2.blob"}
RIGHT, OLD, NONSENSE = [{"y": "right"}], [{"y": "old"}], [{"y": "nonsense"}]

Record = dict[str, Any]


def record(kind: str, case: Case, **changes: Any) -> Record:  # noqa: ANN401
    """Return a start that went well: a cold one that left a blob, a warm one that hit it."""
    warm = kind == "warm"
    return {
        "run_id": "r",
        "case_id": None if kind == "uncached" else case.case_id,
        "baseline_id": case.baseline_id,
        "case": case.axes(),
        "kind": kind,
        "round": 2,
        "position": 0,
        "block": 1,
        "chain": 0,
        "started_at": "2026-10-01T12:00:00+00:00",
        "status": "ok",
        "loaded_from_cache": warm and case.api != "import",
        "export_import": True,
        "model_digests": IR,
        "blobs_before": [BLOB] if warm else [],
        "blobs_after": [BLOB],
        "outputs": RIGHT,
        **changes,
    }


def reference(case: Case, answers: list[Any], digests: dict[str, str] = IR) -> Record:
    return {"baseline_id": case.baseline_id, "model_digests": digests, "answers": answers}


def judge(
    case: Case | None = None,
    *,
    cold: Record | None = None,
    references: list[Record] | None = None,
    **warm: Any,  # noqa: ANN401
) -> Finding:
    """Judge a warm start that would be a hit but for what is changed."""
    case = case or Case("m")
    if references is None:
        references = [reference(case, [RIGHT, RIGHT])]
    start = record("warm", case, **warm)
    return Judge([record("cold", case, **(cold or {})), start], references).judge(start)


# One for each verdict, with as little evidence as it takes.

TABLE: dict[str, list[dict[str, Any]]] = {
    "failed": [
        {"status": "failed"},
        {"status": "crashed"},
        {"status": "oom"},
        {"status": "timeout"},
        {"status": "dropped"},
    ],
    "dropped": [{"status": "dropped", "reason": "time budget"}],
    "unsupported": [{"status": "unsupported"}],
    "not_cached": [
        {"blobs_before": []},
        {"blobs_before": None},
        {"blobs_before": [], "cold": {"blobs_after": []}},
        {"blobs_before": [], "export_import": False},
    ],
    "silent_miss": [
        {"loaded_from_cache": False},
        {"loaded_from_cache": None},
        {"cold": {"loaded_from_cache": True}},
    ],
    "partial": [
        {"blobs_after": []},
        {"blobs_after": [BLOB, BLOB_2]},
        {"blobs_after": [{**BLOB, "mtime_ns": 6}]},
        {"blobs_after": [{**BLOB, "bytes": 99}]},
        {"blobs_after": [{**BLOB, "inode": 8}]},
        {"case": Case("m", api="import"), "blobs_after": [{**BLOB, "digest": "b"}]},
    ],
    "hit": [{}, {"case": Case("m", api="import")}, {"export_import": False}],
    "stale": [
        {
            "model_digests": OTHER_WEIGHTS,
            "outputs": OLD,
            "references": [
                reference(Case("m"), [OLD, OLD]),
                reference(Case("m"), [RIGHT, RIGHT], OTHER_WEIGHTS),
            ],
        },
        # The files as they are now cannot even be run.
        {
            "model_digests": OTHER_WEIGHTS,
            "outputs": OLD,
            "references": [
                reference(Case("m"), [OLD, OLD]),
                reference(Case("m"), [None, None], OTHER_WEIGHTS),
            ],
        },
    ],
    "wrong": [
        {"outputs": NONSENSE},
        {"outputs": []},
        {"outputs": RIGHT * 2},
        {
            "model_digests": OTHER_WEIGHTS,
            "outputs": NONSENSE,
            "references": [
                reference(Case("m"), [OLD, OLD]),
                reference(Case("m"), [RIGHT, RIGHT], OTHER_WEIGHTS),
            ],
        },
        {
            "model_digests": OTHER_WEIGHTS,
            "outputs": OLD,
            "references": [reference(Case("m"), [RIGHT, RIGHT], OTHER_WEIGHTS)],
        },
    ],
    "not_comparable": [
        {"references": []},
        {"references": [reference(Case("m"), [RIGHT, NONSENSE])]},
        {"references": [reference(Case("m"), [RIGHT, None])]},
        {"references": [reference(Case("m"), [None, None])]},
        {"references": [reference(Case("m"), [RIGHT, RIGHT], OTHER_WEIGHTS)]},
        {"references": [reference(Case("other"), [RIGHT, RIGHT])]},
    ],
}


def test_every_verdict_is_in_the_table() -> None:
    assert set(TABLE) == {*VERDICTS, DROPPED}


@pytest.mark.parametrize(
    ("verdict", "evidence"),
    [(verdict, evidence) for verdict, rows in TABLE.items() for evidence in rows],
)
def test_evidence_gives_its_verdict(verdict: str, evidence: dict[str, Any]) -> None:
    found = judge(**evidence)
    assert found.verdict == verdict
    if verdict not in ("hit", "unsupported"):
        assert found.reason


ORDER: list[tuple[str, dict[str, Any]]] = [
    ("failed", {"status": "failed"}),
    ("not_cached", {"blobs_before": []}),
    ("silent_miss", {"loaded_from_cache": False}),
    ("partial", {"blobs_after": [BLOB, BLOB_2]}),
    ("not_comparable", {"references": []}),
    ("wrong", {"outputs": NONSENSE}),
]


@pytest.mark.parametrize("first", range(len(ORDER)))
def test_the_first_in_the_order_decides(first: int) -> None:
    everything: dict[str, Any] = {}
    for _, evidence in reversed(ORDER[first:]):
        everything |= evidence
    assert judge(**everything).verdict == ORDER[first][0]


def test_an_unsupported_start_says_why() -> None:
    found = judge(status="unsupported", reason="no such device")
    assert found == Finding("unsupported", "no such device")
    assert judge(status="unsupported").reason == ""
    assert judge(status="unsupported", remedy="pass FOO").remedy == "pass FOO"


def test_a_failed_start_says_why_or_how() -> None:
    assert judge(status="crashed", reason="ended by SIGBUS").reason == "ended by SIGBUS"
    assert judge(status="timeout").reason == "timeout"


@pytest.mark.parametrize("kind", ["uncached", "cold"])
def test_starts_that_are_not_warm_are_judged_only_when_they_failed(kind: str) -> None:
    case = Case("m")
    fine, failed, unsupported = (
        record(kind, case, status=status, reason="why")
        for status in ("ok", "failed", "unsupported")
    )
    assert judge_all([fine, failed, unsupported], []) == [
        Finding(None),
        Finding("failed", "why"),
        Finding("unsupported", "why"),
    ]


def test_only_right_and_incomparable_answers_count_as_warm_times() -> None:
    assert set(PROVEN) == {"hit", "not_comparable"}


# Reasons and remedies.


def test_a_cache_that_was_never_written_says_so() -> None:
    found = judge(blobs_before=[], cold={"blobs_after": []})
    assert found.reason == "the cold start left no blob, and OpenVINO said nothing"
    assert "writable" in found.remedy
    assert "room" in found.remedy


def test_a_blob_that_went_away_is_told_apart() -> None:
    assert judge(blobs_before=[]).reason == "the blob that the cold start wrote was gone"


def test_a_cold_start_of_which_nothing_is_known_is_not_blamed() -> None:
    start = record("warm", Case("m"), blobs_before=[])
    found = Judge([start], []).judge(start)
    assert found.verdict == "not_cached"
    assert "the record of the cold start is missing" in found.reason


def test_a_device_that_cannot_export_says_so_except_auto_which_caches_without() -> None:
    evidence: dict[str, Any] = {"blobs_before": [], "export_import": False}
    assert "EXPORT_IMPORT" in judge(**evidence).reason
    auto = judge(Case("m", device="AUTO:CPU"), cold={"blobs_after": []}, **evidence)
    assert "EXPORT_IMPORT" not in auto.reason


@pytest.mark.parametrize(
    ("case", "digests", "remedy"),
    [
        (
            Case("m", api="read_model", cache_mode="OPTIMIZE_SIZE"),
            IR,
            'pass WEIGHTS_PATH: "${model_bin}", use compile_model(path), or OPTIMIZE_SPEED',
        ),
        (
            Case(
                "m",
                api="read_model",
                cache_mode="OPTIMIZE_SIZE",
                properties={"WEIGHTS_PATH": "${model_bin}"},
            ),
            IR,
            "use OPTIMIZE_SPEED",
        ),
        (Case("m", cache_mode="OPTIMIZE_SIZE"), IR, "use OPTIMIZE_SPEED"),
        (
            Case("m", cache_mode="OPTIMIZE_SIZE"),
            {"m.onnx": "all"},
            "use OPTIMIZE_SPEED, or convert the model to IR",
        ),
        (Case("m", api="read_model"), IR, ""),
    ],
)
def test_a_silent_miss_has_the_remedy_of_its_case(
    case: Case, digests: dict[str, str], remedy: str
) -> None:
    found = judge(case, loaded_from_cache=False, model_digests=digests)
    assert (found.verdict, found.remedy) == ("silent_miss", remedy)
    assert "LOADED_FROM_CACHE is false" in found.reason


def test_a_device_that_tells_nothing_proves_nothing() -> None:
    found = judge(loaded_from_cache=None)
    assert found.reason == "the device does not report LOADED_FROM_CACHE: nothing proves a hit"


@pytest.mark.parametrize(
    ("properties", "remedy"),
    [
        ({}, "pass ATTENTION_BACKEND: SDPA"),
        ({"ATTENTION_BACKEND": "PA"}, "pass ATTENTION_BACKEND: SDPA"),
        ({"ATTENTION_BACKEND": "SDPA"}, "use OPTIMIZE_SPEED"),
    ],
)
def test_a_pipeline_that_wrote_its_blob_anew_missed(
    properties: dict[str, str], remedy: str
) -> None:
    found = judge(Case("m", api="llm", properties=properties), loaded_from_cache=False)
    assert (found.verdict, found.remedy) == ("silent_miss", remedy)
    assert "wrote its blob anew" in found.reason


def test_a_pipeline_that_shows_nothing_proves_nothing() -> None:
    found = judge(Case("m", api="llm"), loaded_from_cache=None)
    assert found.reason.endswith("nothing proves a hit")


def test_a_device_that_always_says_yes_proves_nothing_either() -> None:
    found = judge(cold={"loaded_from_cache": True})
    assert found.reason.endswith("nothing proves a hit")


def test_a_decrypt_callback_that_raised_is_the_reason_of_its_miss() -> None:
    case = Case("m", encryption="aes-256-gcm", cache_mode="OPTIMIZE_SIZE")
    found = judge(case, loaded_from_cache=False, encryption={"error": "InvalidTag: "})
    assert found.verdict == "silent_miss"
    assert "the decrypt callback raised InvalidTag" in found.reason


DAMAGED = "delete the cache directory: the blob is damaged"


@pytest.mark.parametrize(
    ("codec", "remedy"),
    [
        (
            "aes-256-gcm",
            f"decrypt with the key that encrypted the blob; if it was that key, {DAMAGED}",
        ),
        ("base64", DAMAGED),
        ("mine:enc,dec", "see that mine:enc,dec decrypts what it encrypted"),
    ],
)
def test_a_codec_that_raised_has_the_remedy_of_its_kind(codec: str, remedy: str) -> None:
    found = judge(
        Case("m", encryption=codec), loaded_from_cache=False, encryption={"error": "ValueError: x"}
    )
    assert found.remedy == remedy


def test_a_miss_for_want_of_a_blob_names_it() -> None:
    found = judge(loaded_from_cache=False, cold={"blobs_after": [BLOB, BLOB_2]})
    assert found.reason == (
        "compiled again, no error: blobs that the cold start wrote were gone (2.blob)"
    )
    assert found.remedy == "check that every blob of this device is kept"


def test_an_import_that_changed_its_file_claims_no_flag() -> None:
    found = judge(Case("m", api="import"), blobs_after=[{**BLOB, "digest": "b"}])
    assert (
        found.reason == "the file was imported, but the start changed the cache: 1.blob rewritten"
    )


def test_a_partial_hit_names_what_changed() -> None:
    found = judge(
        blobs_before=[BLOB, BLOB_2],
        blobs_after=[{**BLOB, "mtime_ns": 6}, {**BLOB, "name": "3.blob"}],
    )
    assert found.reason.endswith("1.blob rewritten, 2.blob removed, 3.blob added")


def test_a_stale_answer_has_a_remedy() -> None:
    for evidence in TABLE["stale"]:
        assert "empty the cache when the model is replaced" in judge(**evidence).remedy


def test_a_wrong_answer_after_the_model_changed_has_the_remedy_of_a_stale_one() -> None:
    unchanged, changed = TABLE["wrong"][0], TABLE["wrong"][3]
    assert "damage" in judge(**unchanged).remedy
    assert "model is replaced" in judge(**changed).remedy


def test_why_answers_cannot_be_compared_is_told() -> None:
    reasons = [judge(**evidence).reason for evidence in TABLE["not_comparable"]]
    assert "no reference was taken" in reasons[0]
    assert "does not answer the same twice" in reasons[1]
    assert "made for reference, failed" in reasons[2]
    assert "made for reference, failed" in reasons[3]
    assert "no reference was taken" in reasons[4]


def test_a_later_reference_replaces_an_earlier_one() -> None:
    case = Case("m")
    references = [reference(case, [None, None]), reference(case, [RIGHT, RIGHT])]
    assert judge(references=references).verdict == "hit"


def test_a_reference_serves_every_case_of_its_baseline() -> None:
    case = Case("m", api="import", encryption="base64")
    references = [reference(Case("m", api="read_model"), [RIGHT, RIGHT])]
    assert judge(case, references=references).verdict == "hit"


@pytest.mark.parametrize("place", ["run_id", "case_id", "sitting", "round", "block"])
def test_a_warm_start_is_judged_beside_its_own_cold_start_only(place: str) -> None:
    evidence = TABLE["stale"][0]
    assert judge(**evidence).verdict == "stale"
    # With the cold start elsewhere nobody knows what the model was when the blob was written.
    assert judge(**evidence, cold={place: "elsewhere"}).verdict == "wrong"


def test_what_the_runtime_says_to_the_contrary_is_told_whatever_the_verdict() -> None:
    here = {"runtime_requirements": "isa=AVX2"}
    missed = judge(loaded_from_cache=False, cold=here, **here)
    assert missed.verdict == "silent_miss"
    assert missed.reason.endswith(
        "; its runtime requirements equal those of the cold start, so the blob should fit"
    )
    hit = judge(cold=here, runtime_requirements="isa=SSE4.2")
    assert (hit.verdict, hit.reason) == (
        "hit",
        "the blob was made for isa=AVX2, and was loaded where isa=SSE4.2 is required",
    )
    assert judge(cold=here, **here) == Finding("hit")
    unknown = judge(loaded_from_cache=None, cold=here, **here)
    assert unknown.reason.endswith("nothing proves a hit")
    assert (
        "GPU was asked for, it ran on CPU"
        in judge(Case("m", device="GPU"), execution_devices=["CPU"]).reason
    )


# Runs as a frame.


def test_a_judged_frame_has_verdict_reason_and_remedy() -> None:
    case = Case("m", api="read_model", cache_mode="OPTIMIZE_SIZE")
    records = [record("cold", case), record("warm", case, loaded_from_cache=False)]
    run = Run(Path("run"), {"run_id": "r"}, records, [])
    frame = judged_frame([run, run])
    assert frame["verdict"].isna().tolist() == [True, False] * 2
    assert frame["verdict"][1] == "silent_miss"
    assert "LOADED_FROM_CACHE" in frame["verdict_reason"][1]
    assert "WEIGHTS_PATH" in frame["remedy"][1]


def test_a_run_without_samples_adds_nothing_to_a_frame() -> None:
    empty = Run(Path("run"), {"run_id": "e"})
    full = Run(Path("run"), {"run_id": "r"}, [record("warm", Case("m"))], [])
    assert judged_frame([empty, full])["verdict"].tolist() == ["not_comparable"]
    assert judged_frame([empty]).empty


def test_an_output_that_lost_one_of_its_names_is_the_same_output() -> None:
    # OpenVINO forgets the second name of an output when it exports a model.
    case = Case("m")
    named = [reference(case, [[{"alias": "right", "z": "also right"}]] * 2)]
    lost = [{"y": "right", "z": "also right"}]
    swapped = [{"y": "also right", "z": "right"}]
    assert judge(case, references=named, outputs=lost).verdict == "hit"
    assert judge(case, references=named, outputs=swapped).verdict == "wrong"


def test_lone_surrogates_in_a_reason_are_spelt_out() -> None:
    # As a file name may hold them; a record read from disk has none any more.
    case = Case("resnet50")
    crashed = record("warm", case, status="failed", reason="no file \udcff.xml")
    frame = judged_frame([Run(Path(), {}, [crashed])])
    assert frame["verdict_reason"].tolist() == ["no file \\udcff.xml"]
    assert frame["reason"].tolist() == ["no file \\udcff.xml"]


def by_position(*digests: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"digests": list(digests), "names": ["y"] * len(digests), **more}


def test_two_outputs_of_one_name_are_two_outputs() -> None:
    case = Case("m")
    right = [reference(case, [[by_position("a", "b")]] * 2)]
    assert judge(case, references=right, outputs=[by_position("a", "b")]).verdict == "hit"
    for digests in (("a", "c"), ("c", "b"), ("b", "a"), ("a",)):
        assert judge(case, references=right, outputs=[by_position(*digests)]).verdict == "wrong"


def test_an_empty_answer_is_a_hit_that_proves_little() -> None:
    case = Case("m")
    empty = [by_position("a", "b", empty=[0])]
    finding = judge(case, references=[reference(case, [empty] * 2)], outputs=empty)
    assert finding == ("hit", "output y was empty, which proves little about the answer", "")
    both = [by_position("a", "b", empty=[0, 1])]
    finding = judge(case, references=[reference(case, [both] * 2)], outputs=both)
    assert finding.reason == "outputs y and y were empty, which prove little about the answer"


def test_a_larger_shape_shows_what_the_first_does_not() -> None:
    case = Case("m")
    right = [by_position("a"), by_position("b", larger=True, shapes=[[8, 16]])]
    known = [reference(case, [right] * 2)]
    assert judge(case, references=known, outputs=right).verdict == "hit"
    assert judge(case, references=known, outputs=right[:1]).verdict == "hit", "asked once only"
    other = [right[0], {**right[1], "digests": ["c"]}]
    finding = judge(case, references=known, outputs=other)
    assert finding.verdict == "wrong"
    assert "to larger inputs, [[8, 16]], are not those of the model" in finding.reason
    refuses = judge(case, references=known, outputs=right[:1], larger_refused="ended by SIGSEGV")
    assert refuses.verdict == "wrong"
    assert "which the model answers without a cache: ended by SIGSEGV" in refuses.reason
    unknown = [reference(case, [right, right[:1]])]
    assert judge(case, references=unknown, outputs=other).verdict == "hit"


def test_integer_inputs_of_zero_are_named_where_a_start_fails() -> None:
    failed = judge(status="failed", reason="first_inference: RuntimeError", zero_inputs=["rate"])
    assert failed.remedy.startswith("integer input rate was 0: give it values")
    assert not judge(status="failed", reason="import: ImportError").remedy
    case = Case("m")
    differs = [reference(case, [RIGHT, OLD])]
    unlike = judge(case, references=differs, zero_inputs=["rate", "shape"])
    assert "integer inputs rate and shape were 0" in unlike.remedy


def test_an_answer_to_other_inputs_is_not_comparable() -> None:
    case = Case("m")
    known = [{**reference(case, [RIGHT] * 2), "inputs_digest": "1"}]
    assert judge(case, references=known, inputs_digest="1").verdict == "hit"
    assert judge(case, references=known).verdict == "hit", "stored before it was recorded"
    finding = judge(case, references=known, inputs_digest="2", outputs=NONSENSE)
    assert finding.verdict == "not_comparable"
    assert "its inputs were not those of the reference" in finding.reason


# What the words point at.


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ([{**BLOB, "mtime_ns": 9}], "a blob was rewritten"),
        ([BLOB, {**BLOB, "name": "other.blob"}], "a blob was added"),
        ([BLOB], "no blob was added or rewritten"),
    ],
)
def test_a_silent_miss_tells_what_it_wrote(after: list[Record], words: str) -> None:
    found = judge(loaded_from_cache=False, blobs_before=[BLOB], blobs_after=after)
    assert found.reason.endswith(f"beside a blob; {words}")


@pytest.mark.parametrize("foreign", [{"WEIGHTS_PATH": "/m/other.bin"}, None])
def test_a_wrong_answer_behind_a_file_of_another_model_blames_its_property(
    foreign: dict[str, str] | None,
) -> None:
    found = judge(outputs=NONSENSE, foreign_files=foreign)
    assert found.verdict == "wrong"
    assert ("WEIGHTS_PATH (/m/other.bin)" in found.reason) is bool(foreign)
    assert ("delete the cache directory" in found.remedy) is not bool(foreign)
