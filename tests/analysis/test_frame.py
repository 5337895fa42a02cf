from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_samples import QUIET, fake_run, samples_frame
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.analysis.frame import CHUNK, COLUMNS, COUNT, FLAG, frame_from_records
from coldwarm.experiment.case import AXES, short_digest
from coldwarm.run.sample import PHASES, Blob, EncryptionRecord, Sample, StorageRecord

CONTRACT = (
    "run_id case_id baseline_id name model device api cache_mode encryption runtime properties "
    "storage kind round position block chain started_at status reason load_ms "
    "first_inference_ms harness_ms interpreter_ms import_ms setup_ms create_core_ms "
    "read_model_ms compile_model_ms export_model_ms import_model_ms create_infer_request_ms "
    "first_inference_phase_ms loaded_from_cache export_import blob_bytes blob_files model_bytes "
    "peak_load_bytes peak_bytes peak_read_model_bytes peak_first_inference_bytes "
    "rss_anon_load_bytes rss_file_load_bytes rss_anon_first_inference_bytes "
    "rss_file_first_inference_bytes memory_method cpu_ms minor_faults major_faults "
    "disk_read_bytes encrypt_calls decrypt_calls encryption_bytes_in encryption_bytes_out "
    "encryption_ms encrypted_share clear_windows windows resident_bytes storage_total_bytes "
    "storage_proven outputs_digest openvino_version bytecode telemetry"
)

BLOBS = (Blob("a.blob", 100, 1, 1), Blob("b.blob", 23, 2, 2))

FULL = Sample(
    run_id="host/run",
    case_id="0123456789ab",
    baseline_id="ba9876543210",
    case={
        "model": "m",
        "device": "CPU",
        "api": "read_model",
        "cache_mode": "OPTIMIZE_SIZE",
        "encryption": "none",
        "runtime": "installed",
        "properties": {"b": 1, "a": "x"},
        "storage": "hot",
    },
    kind="warm",
    round=3,
    position=4,
    block=1,
    chain=2,
    started_at="2026-10-01T12:00:00.123+00:00",
    status="ok",
    phases_ns={phase: (i + 1) * 1_000_000 for i, phase in enumerate(PHASES)},
    harness_ns=0,
    load_ns=26_500_001,
    first_inference_total_ns=55_000_000,
    loaded_from_cache=True,
    export_import=False,
    execution_devices=["GPU.0", "CPU"],
    runtime_requirements="isa=AVX2",
    compatibility_check="not readable",
    model_digests={"m.xml": "1", "m.bin": "2"},
    model_bytes=7,
    blobs_before=BLOBS,
    blobs_after=BLOBS,
    driver_blobs_after=(),
    peak_rss_bytes={"interpreter": 1, "compile_model": 5, "read_model": 6, "first_inference": 9},
    rss_anon_bytes={"load": 11, "first_inference": 12},
    rss_file_bytes={"load": 13, "first_inference": 14},
    memory_method="vmhwm-reset",
    cpu_ns=2_000_000,
    page_faults={"minor": 15, "major": 0},
    disk_read_bytes=16,
    encryption=EncryptionRecord(1, 2, 3, 4, 5, 5_000_000, 0.25, 6, 7, "boom"),
    storage=StorageRecord(17, 18, 19, 20, proven=True, note="all of it"),
    inputs_digest="i1",
    outputs=({"digests": ["d1"], "names": ["y"]}, {"digests": ["d2"]}),
    openvino_version="2026.4.1",
    bytecode=True,
    telemetry=False,
)

BARE = Sample(
    run_id="host/run",
    baseline_id="ba9876543210",
    case={"model": "m", "device": "CPU", "api": "path", "runtime": "installed"},
    kind="uncached",
    round=0,
    position=0,
    block=0,
    started_at="2026-10-01T12:00:00+00:00",
    status="crashed",
)


def test_the_columns_of_the_contract_come_in_its_order() -> None:
    columns = [column.name for column in COLUMNS]
    contract = CONTRACT.split()
    assert [column for column in columns if column in contract] == contract


def test_every_phase_has_a_time_and_a_peak() -> None:
    columns = {column.name for column in COLUMNS}
    assert {f"peak_{phase}_bytes" for phase in PHASES} <= columns
    assert {f"{phase}_ms" for phase in PHASES} <= columns
    assert "first_inference_phase_ms" in columns


def test_every_measured_value_finds_its_column() -> None:
    row = samples_frame([FULL]).iloc[0]
    expected = {
        "case_id": "0123456789ab",
        "name": "m / CPU / read_model / OPTIMIZE_SIZE / a=x / b=1",
        "properties": '{"a": "x", "b": 1}',
        "started_at": pd.Timestamp("2026-10-01T12:00:00.123Z"),
        "round": 3,
        "position": 4,
        "block": 1,
        "chain": 2,
        "load_ms": 26.500001,
        "first_inference_ms": 55.0,
        "harness_ms": 0.0,
        "interpreter_ms": 1.0,
        "compile_model_ms": 6.0,
        "first_inference_phase_ms": 10.0,
        "loaded_from_cache": True,
        "export_import": False,
        "blob_bytes": 123,
        "blob_files": 2,
        "peak_load_bytes": 6,
        "peak_bytes": 9,
        "peak_first_inference_bytes": 9,
        "rss_anon_load_bytes": 11,
        "rss_file_first_inference_bytes": 14,
        "cpu_ms": 2.0,
        "minor_faults": 15,
        "major_faults": 0,
        "encrypt_calls": 1,
        "decrypt_calls": 2,
        "encryption_bytes_in": 3,
        "encryption_bytes_out": 4,
        "encrypted_bytes": 5,
        "encryption_ms": 5.0,
        "encrypted_share": 0.25,
        "clear_windows": 6,
        "windows": 7,
        "encryption_error": "boom",
        "resident_bytes": 17,
        "storage_total_bytes": 18,
        "runtime_resident_bytes": 19,
        "runtime_total_bytes": 20,
        "storage_proven": True,
        "storage_note": "all of it",
        "inputs_digest": "i1",
        "outputs_digest": short_digest([["d1"], ["d2"]]),
        "blobs_untouched": True,
        "driver_blob_files": 0,
        "driver_blob_bytes": 0,
    }
    assert {name: row[name] for name in expected} == expected


def test_not_measured_is_missing_and_not_zero() -> None:
    row = samples_frame([BARE]).iloc[0]
    given = {
        *("run_id", "baseline_id", "name", "model", "device", "api", "runtime", "properties"),
        *(
            "kind",
            "round",
            "position",
            "block",
            "chain",
            "sitting",
            "started_at",
            "status",
            "telemetry",
        ),
    }
    assert set(row.dropna().index) == given
    assert row["name"] == "m / CPU / path"


def test_measured_zero_is_zero() -> None:
    row = samples_frame([replace(FULL, blobs_after=(), load_ns=0, disk_read_bytes=0)]).iloc[0]
    assert row[["blob_bytes", "blob_files", "load_ms", "disk_read_bytes"]].tolist() == [0] * 4
    assert row["blobs_untouched"] is np.False_ or row["blobs_untouched"] is False


def test_a_blob_rewritten_in_place_is_not_untouched() -> None:
    after = (replace(BLOBS[0], mtime_ns=9), BLOBS[1])
    assert not samples_frame([replace(FULL, blobs_after=after)]).blobs_untouched[0]


def test_types_do_not_depend_on_what_was_measured() -> None:
    full, bare, none = (samples_frame(samples).dtypes for samples in ([FULL], [BARE], []))
    pd.testing.assert_series_equal(full, bare)
    pd.testing.assert_series_equal(full, none)


def test_numbers_are_plain_floats_and_flags_nullable() -> None:
    frame = samples_frame([FULL, BARE])
    for column in COLUMNS:
        dtype = frame[column.name].dtype
        if column.holds == FLAG:
            assert dtype == "boolean"
        elif column.holds == COUNT:
            assert dtype == np.int64
    assert frame.load_ms.dtype == np.float64
    assert frame.blob_bytes.dtype == np.float64


def test_frame_of_stored_objects_equals_frame_of_samples() -> None:
    samples = fake_run(
        encryptions=("none", "aes-256-gcm"), devices=("CPU", "GPU"), failure_rate=0.2, rounds=2
    )
    stored = [json.loads(json.dumps(sample.to_json())) for sample in samples]
    pd.testing.assert_frame_equal(samples_frame(samples), frame_from_records(stored))


def test_order_and_number_of_rows_survive_more_than_one_chunk() -> None:
    samples = [replace(BARE, position=i) for i in range(CHUNK * 2 + 7)]
    assert samples_frame(iter(samples)).position.tolist() == list(range(CHUNK * 2 + 7))


def test_unknown_keys_of_a_newer_schema_are_ignored() -> None:
    record = {**FULL.to_json(), "from_the_future": {"x": 1}}
    record["case"] = {**record["case"], "new_axis": 3}
    pd.testing.assert_frame_equal(frame_from_records([record]), samples_frame([FULL]))


def test_a_damaged_time_is_missing() -> None:
    assert samples_frame([replace(BARE, started_at="yesterday")]).started_at.isna().all()


def test_names_that_are_no_unicode_are_spelt_out() -> None:
    frame = samples_frame([replace(FULL, reason="caf\udce9"), BARE])
    assert frame.reason[0] == r"caf\udce9"
    assert frame.reason.isna()[1]


def test_an_uncached_row_bears_the_name_of_its_baseline() -> None:
    frame = samples_frame(fake_run(rounds=1, noise=QUIET))
    uncached = frame[frame.kind == "uncached"]
    assert set(uncached.name) == {"resnet50 / CPU / read_model", "resnet50 / CPU / path"}
    assert uncached[["case_id", "cache_mode", "encryption"]].isna().all(axis=None)
    assert set(frame.baseline_id) == set(uncached.baseline_id)


@pytest.mark.parametrize("axis", [axis for axis in AXES if axis != "properties"])
def test_every_axis_is_a_column(axis: str) -> None:
    case = {**FULL.case, axis: "some value"}
    assert samples_frame([replace(FULL, case=case)])[axis].tolist() == ["some value"]


@settings(deadline=None, derandomize=True)
@given(st.integers(0, 2**53))
def test_durations_keep_their_nanoseconds(ns: int) -> None:
    ms = samples_frame([replace(FULL, load_ns=ns)]).load_ms[0]
    assert round(ms * 1e6) == pytest.approx(ns, abs=1, rel=1e-15)
