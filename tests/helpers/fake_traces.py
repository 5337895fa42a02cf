"""Tries of studies as coldwarm would store them, made up: for tests of everything after a study.

path = write_study(tmp_path / "run", [fake_try("nothing"), fake_try("bin_content", answer="then")])
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fake_store import fake_header

from coldwarm.experiment.case import Case
from coldwarm.run import store
from coldwarm.run.attempt import Trace
from coldwarm.run.sample import Blob, EncryptionRecord, Sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CASE = Case("resnet50", api="path", cache_mode="OPTIMIZE_SPEED")
VERSION = "2026.4.1-123-abc"
NOW, THEN = ({"y": "new"},), ({"y": "old"},)
BLOB = Blob("1.blob", 100, 1, 1)
REWRITTEN = Blob("1.blob", 100, 2, 1)
ANSWERS = {"now": NOW, "then": THEN, "other": ({"y": "?"},)}


def fake_start(kind: str, case: Case = CASE, **changes: Any) -> Sample:  # noqa: ANN401
    """Return the sample of one start of a try."""
    usual: dict[str, Any] = {
        "run_id": "study",
        "baseline_id": case.baseline_id,
        "case_id": case.case_id,
        "case": case.axes(),
        "kind": kind,
        "round": 0,
        "position": 0,
        "block": 0,
        "started_at": "2026-10-01T12:00:00+00:00",
        "status": "ok",
        "loaded_from_cache": kind == "warm",
        "blobs_before": () if kind == "cold" else (BLOB,),
        "blobs_after": (BLOB,),
        "outputs": NOW,
        "openvino_version": VERSION,
    }
    return Sample(**{**usual, **changes})


def fake_try(
    change: str = "nothing",
    case: Case = CASE,
    *,
    hit: bool = True,
    answer: str = "now",
    number: int = 0,
    encrypted: bool = False,
    **changes: Any,  # noqa: ANN401
) -> Trace:
    """Return a try of the study of invalidation.

    Args:
        change: what was done.
        case: the case.
        hit: whether the warm start loaded the blob.
        answer: which answer it gave: ``now``, ``then`` or ``other``.
        number: which try.
        encrypted: whether the blob was written with callbacks.
        changes: of the trace.
    """
    calls = EncryptionRecord(encrypt_calls=1) if encrypted else None
    cold = fake_start("cold", case, encryption=calls)
    after = (BLOB,) if hit else (REWRITTEN,)
    outputs = ANSWERS[answer]
    warm = fake_start("warm", case, loaded_from_cache=hit, blobs_after=after, outputs=outputs)
    usual: dict[str, Any] = {
        "run_id": "study",
        "study": "invalidation",
        "case_id": case.case_id,
        "case": case.axes(),
        "change": change,
        "number": number,
        "started_at": "2026-10-01T12:00:00+00:00",
        "starts": (cold, warm),
        "answers": {"then": THEN if answer == "then" else NOW, "now": NOW},
    }
    return Trace(**{**usual, **changes})


def study_header(traces: Sequence[Trace], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the run.json that goes with the tries."""
    header = fake_header("20261001T120000Z-study", **changes)
    header["experiment"] |= {
        "name": "study",
        "cases": list({trace.case_id: trace.case for trace in traces}.values()),
        "study": {
            "kind": traces[0].study if traces else "invalidation",
            "changes": list(dict.fromkeys(trace.change for trace in traces)),
            "tries": 1,
        },
    }
    return header


def write_study(path: Path, traces: Sequence[Trace], **changes: Any) -> Path:  # noqa: ANN401
    """Write the run of a study with these tries; return its path."""
    store.create_run(path, study_header(traces, **changes))
    lines = (json.dumps(trace.to_json()) for trace in traces)
    (path / store.TRACES_FILE).write_text("".join(f"{line}\n" for line in lines))
    return path
