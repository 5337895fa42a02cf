from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.run.sample import (
    KINDS,
    PHASES,
    SCHEMA_VERSION,
    STATUSES,
    Blob,
    EncryptionRecord,
    Job,
    Sample,
    StorageRecord,
)

SAMPLE = Sample(
    run_id="r",
    baseline_id="b",
    case={"api": "path"},
    kind="warm",
    round=0,
    position=1,
    block=0,
    started_at="2026-10-01T12:00:00+00:00",
    status="ok",
    case_id="c",
)
BLOB = Blob("1.blob", 100, 5, 7)

counts = st.integers(0, 2**63 - 1)
names = st.text(max_size=8)
blobs = st.lists(st.builds(Blob, names, counts, counts, counts, st.none() | names), max_size=3)
by_name = st.dictionaries(names, counts, max_size=3)
phases = st.dictionaries(st.sampled_from(PHASES), counts, max_size=4)
maybe_blobs = st.none() | blobs.map(tuple)
shares = st.none() | st.floats(0, 1)
json_values = st.none() | st.booleans() | counts | names | st.lists(names, max_size=2)

samples = st.builds(
    Sample,
    run_id=names,
    baseline_id=names,
    case=st.dictionaries(names, json_values, max_size=3),
    kind=st.sampled_from(KINDS),
    round=counts,
    position=counts,
    block=counts,
    started_at=names,
    status=st.sampled_from(STATUSES),
    case_id=st.none() | names,
    chain=counts,
    reason=st.none() | st.text(),
    phases_ns=phases,
    harness_ns=st.none() | counts,
    load_ns=st.none() | counts,
    first_inference_total_ns=st.none() | counts,
    loaded_from_cache=st.none() | st.booleans(),
    proof=st.none()
    | st.fixed_dictionaries(
        {"loaded": st.none() | st.booleans(), "by": st.sampled_from(("flag", "mapped", "file"))}
    ),
    export_import=st.none() | st.booleans(),
    model_digests=st.dictionaries(names, names, max_size=3),
    model_bytes=st.none() | counts,
    blobs_before=maybe_blobs,
    blobs_after=maybe_blobs,
    driver_blobs_after=maybe_blobs,
    peak_rss_bytes=phases,
    rss_anon_bytes=by_name,
    rss_file_bytes=by_name,
    memory_method=st.none() | names,
    cpu_ns=st.none() | counts,
    page_faults=by_name,
    disk_read_bytes=st.none() | counts,
    encryption=st.none()
    | st.builds(
        EncryptionRecord,
        encrypt_calls=counts,
        encrypted_share=shares,
        clear_windows=st.none() | counts,
        error=st.none() | names,
    ),
    storage=st.none()
    | st.builds(StorageRecord, resident_bytes=st.none() | counts, note=st.none() | names),
    inputs_digest=st.none() | names,
    outputs=st.lists(
        st.dictionaries(names, names, max_size=2)
        | st.fixed_dictionaries({"digests": st.lists(names)}, optional={"empty": st.just([0])}),
        max_size=2,
    ).map(tuple),
    openvino_version=st.none() | names,
    bytecode=st.none() | st.booleans(),
    telemetry=st.booleans(),
    stderr_tail=st.text(),
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(samples)
def test_a_sample_survives_json(sample: Sample) -> None:
    assert Sample.from_json(json.loads(json.dumps(sample.to_json()))) == sample


def test_what_was_not_measured_is_not_stored_and_zero_is() -> None:
    stored = replace(SAMPLE, load_ns=0, cpu_ns=None).to_json()
    assert stored["load_ns"] == 0
    assert "cpu_ns" not in stored
    assert stored["schema"] == SCHEMA_VERSION


def test_what_a_later_version_adds_is_passed_over() -> None:
    sample = replace(
        SAMPLE,
        blobs_after=(BLOB,),
        encryption=EncryptionRecord(encrypt_calls=1),
        storage=StorageRecord(proven=True),
    )
    stored = json.loads(json.dumps(sample.to_json()))
    for place in (stored, stored["blobs_after"][0], stored["encryption"], stored["storage"]):
        place["added_later"] = 1
    assert Sample.from_json(stored) == sample


@pytest.mark.parametrize("missing", ["run_id", "case", "status", "started_at"])
def test_a_sample_without_what_it_needs_is_none(missing: str) -> None:
    stored = SAMPLE.to_json()
    del stored[missing]
    with pytest.raises(TypeError, match=missing):
        Sample.from_json(stored)


def test_a_key_is_never_shown_with_its_job() -> None:
    job = Job("cold", "path", "m.xml", "CPU", key="c0ffee")
    assert "c0ffee" not in repr(job)
    assert job.to_json()["key"] == "c0ffee"
