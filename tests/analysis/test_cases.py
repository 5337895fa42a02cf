from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from fake_samples import fake_frame, fake_run, not_as_wanted

from coldwarm.analysis.summarise import callbacks_ignored, summarise
from coldwarm.run.sample import StorageRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.run.sample import Sample


def one_case(storage: str = "hot") -> list[Sample]:
    return fake_run(apis=["path"], cache_modes=["default"], storages=[storage], rounds=2)


def summary(samples: Sequence[Sample]) -> CaseSummary:
    (found,) = summarise(fake_frame(samples))
    return found


def test_a_storage_state_that_was_reached_needs_no_note() -> None:
    found = summary(one_case("boot"))
    assert (found.storage_unproven, found.storage_note) == (0, "")


@pytest.mark.parametrize(
    ("storage", "states"),
    [
        ("hot", [(9, 0), (2, 0), (7, 0)]),
        ("evicted", [(0, 0), (7, 0), (2, 0)]),
        ("boot", [(1, 3), (0, 8), (2, 5)]),
    ],
)
def test_the_note_is_that_of_the_start_furthest_from_its_state(
    storage: str, states: list[tuple[int, int]]
) -> None:
    samples = [each for each in one_case(storage) if each.kind != "uncached"]
    samples = [
        replace(each, storage=StorageRecord(there, 9, runtime, 9, proven=False, note=str(number)))
        for number, (each, (there, runtime)) in enumerate(zip(samples, states, strict=False))
    ]
    found = summary(samples)
    assert (found.storage_unproven, found.storage_note) == (3, "1")


def test_what_cannot_be_told_is_not_proven() -> None:
    samples = [replace(each, storage=StorageRecord(note="who knows")) for each in one_case()]
    found = summary(samples)
    assert (found.storage_unproven, found.storage_note) == (4, "who knows")
    assert summary(not_as_wanted(one_case())).storage_note == ""


@pytest.mark.parametrize(
    ("changes", "ignored"),
    [
        ({}, True),
        ({"encrypt_calls": 0.0}, True),
        ({"encrypt_calls": 1.0}, False),
        ({"blob_bytes": 0.0}, False),
        ({"blob_bytes": float("nan")}, False),
        ({"encryption": "none"}, False),
    ],
)
def test_callbacks_that_were_never_called_though_a_blob_was_written(
    changes: dict[str, object],
    ignored: bool,  # noqa: FBT001
) -> None:
    cold = {"encryption": "base64", "blob_bytes": 9.0, "encrypt_calls": float("nan")}
    assert callbacks_ignored(pd.DataFrame([cold | changes])).tolist() == [ignored]
