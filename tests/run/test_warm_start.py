from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from coldwarm.run.proof import proof_of
from coldwarm.run.reference_answers import ReferenceAnswers
from coldwarm.run.sample import Blob, Sample
from coldwarm.run.warm_start import PROVEN, verdict_of

if TYPE_CHECKING:
    from coldwarm.run.proof import Proof

BLOB = Blob("1.blob", 100, 5, 7)
HIT = Sample(
    run_id="r",
    baseline_id="b",
    case_id="c",
    case={"api": "path"},
    kind="warm",
    round=0,
    position=0,
    block=0,
    started_at="",
    status="ok",
    loaded_from_cache=True,
    blobs_before=(BLOB,),
    blobs_after=(BLOB,),
)


@pytest.mark.parametrize(
    ("changes", "proof"),
    [
        ({"loaded_from_cache": True}, {"loaded": True, "by": "flag"}),
        ({"loaded_from_cache": False}, {"loaded": False, "by": "flag"}),
        ({"loaded_from_cache": None}, {"loaded": None, "by": "flag"}),
        ({"case": {"api": "llm"}}, {"loaded": True, "by": "mapped"}),
        ({"case": {"api": "import"}, "loaded_from_cache": False}, {"loaded": True, "by": "file"}),
        ({"case": {"api": "import"}, "kind": "cold"}, {"loaded": False, "by": "file"}),
        ({"proof": {"loaded": False, "by": "mapped"}}, {"loaded": False, "by": "mapped"}),
    ],
)
def test_a_start_of_before_there_was_a_proof_has_one(changes: dict[str, Any], proof: Proof) -> None:
    start = replace(HIT, **changes)
    assert proof_of(vars(start)) == proof_of(start.to_json()) == proof
    assert start.is_loaded is (proof["loaded"] is True)
    assert not replace(start, status="failed").is_loaded


@pytest.mark.parametrize(
    ("changes", "proven"),
    [
        ({}, True),
        ({"loaded_from_cache": False}, False),
        ({"loaded_from_cache": None}, False),
        ({"blobs_before": ()}, False),
        ({"blobs_before": None}, False),
        ({"blobs_after": ()}, False),
        ({"blobs_after": (replace(BLOB, mtime_ns=6),)}, False),
        ({"blobs_after": (replace(BLOB, inode=8),)}, False),
        ({"blobs_after": (replace(BLOB, bytes=101),)}, False),
        ({"blobs_after": (BLOB, replace(BLOB, name="2.blob"))}, False),
        ({"case": {"api": "import"}, "loaded_from_cache": False}, True),
        (
            {
                "case": {"api": "import"},
                "loaded_from_cache": False,
                "blobs_after": (replace(BLOB, digest="other"),),
            },
            False,
        ),
    ],
)
def test_a_hit_is_proven_by_flag_and_untouched_blobs(
    changes: dict[str, Any],
    proven: bool,  # noqa: FBT001
) -> None:
    verdict = verdict_of(vars(replace(HIT, **changes)), None, ReferenceAnswers())
    assert (verdict in PROVEN) is proven
