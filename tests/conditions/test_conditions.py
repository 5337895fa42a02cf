from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest
from fake_store import fake_header

from coldwarm.conditions import Conditions, conditions_now, conditions_of, differences, variable
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling, WorkerOptions
from coldwarm.machine.devices import Device, DeviceReport
from coldwarm.machine.disk import Disk
from coldwarm.machine.state import State
from coldwarm.runtimes import Runtime

if TYPE_CHECKING:
    from pathlib import Path

REPORT = DeviceReport(
    "2026.4.1-1-abc", (Device("CPU"), Device("GPU", driver_version="25.1")), libraries_digest="l1"
)
RUNTIME = Runtime(
    "installed", "python", "3.11.7", REPORT, {"numpy": "2.3.0", "openvino": "2026.4.1"}
)


def now(folder: Path, *, state: State | None = None) -> Conditions:
    experiment = Experiment(
        "e",
        folder / "e.yaml",
        (Case("m", encryption="codec:encrypt,decrypt"), Case("n")),
        sampling=Sampling(seed=3, warm_starts=2),
        worker=WorkerOptions(telemetry=True, env={"A": "1"}),
        inputs={"m": {"x": {"shape": (1, 16)}}},
    )
    seen = state or State(
        usable_cores=2, cpu_limit_cores=1.5, disks=(Disk("results", "xfs"), Disk("cache", "tmpfs"))
    )
    return conditions_now(experiment, {"installed": RUNTIME}, REPORT, seen, folder / "caches")


def test_everything_that_a_run_begins_with_is_kept_and_read_again(tmp_path: Path) -> None:
    (tmp_path / "codec.py").write_text("one")
    stored = now(tmp_path).to_json()
    read = Conditions.from_json(json.loads(json.dumps(stored)))
    assert not differences(now(tmp_path), read)
    assert stored["inputs"] == {"m": {"x": {"shape": (1, 16)}}, "n": {}}
    assert (stored["cpu_limit_cores"], stored["memory_limit_bytes"]) == (1.5, "none")
    assert stored["cache_file_system"] == "tmpfs"
    assert stored["libraries"] == {"installed": "l1"}
    assert stored["drivers"] == {"GPU": "25.1"}
    (tmp_path / "codec.py").write_text("two")
    (changed,) = differences(read, now(tmp_path))
    assert changed.label == "code of the codec of codec:encrypt,decrypt"
    assert (changed.bits, changed.times) == (False, False)


def test_what_is_not_known_does_not_differ(tmp_path: Path) -> None:
    assert not differences(Conditions(), now(tmp_path))
    assert not differences(now(tmp_path), now(tmp_path, state=State(cpu_limit_cores=1.5)))
    for odd in (None, [], {"inputs": 3, "seed": {"a": 1}}):
        assert Conditions.from_json(odd) == Conditions()


@pytest.mark.parametrize(
    ("name", "base", "head", "line"),
    [
        ("seed", 1, 2, "seed: 1 → 2"),
        ("telemetry", False, True, "telemetry: off → on"),
        ("worker_env", {}, {"ISA": "SSE41"}, "worker env ISA: not set → SSE41"),
        ("worker_env", {"ISA": "x"}, {}, "worker env ISA: x → not set"),
        ("worker_env", {"TOKEN": "x"}, {"TOKEN": "y"}, "worker env TOKEN: (hidden) → (hidden), "),
        ("inputs", {"m": {}}, {"m": {"x": {"shape": [2]}}}, "given inputs of m: none → {"),
        ("cpu_limit_cores", "none", 0.5, "processor limit in cores: none → 0.5"),
        ("memory_limit_bytes", "none", 2_000_000_000, "memory limit: none → 2 GB"),
        ("cache_directory", "/a", "/b", "directory of the caches: /a → /b"),
        ("libraries", {"v": "l1"}, {"v": "l2"}, "OpenVINO's libraries of v: l1 → l2"),
        (
            "instruction_sets",
            ["avx", "avx2"],
            ["avx", "sse"],
            "instruction sets: avx2 → sse",
        ),
        ("bytecode", {"v": True}, {"v": False}, "compiled bytecode of v: on → off"),
    ],
)
def test_a_difference_is_one_line(name: str, base: object, head: object, line: str) -> None:
    (found,) = differences(Conditions(**{name: base}), Conditions(**{name: head}))
    assert str(found).startswith(line)
    assert not differences(Conditions(**{name: head}), Conditions(**{name: head}))


def test_a_value_of_an_axis_that_one_side_lacks_is_no_difference() -> None:
    for name in ("inputs", "openvino", "drivers", "codecs"):
        sides = (Conditions(**{name: {"a": 1}}), Conditions(**{name: {"a": 1, "b": 2}}))
        assert not differences(*sides)
        assert not differences(*reversed(sides))


@pytest.mark.parametrize(
    ("name", "key", "case", "concerned"),
    [
        ("inputs", "m", Case("m"), True),
        ("inputs", "m", Case("n"), False),
        ("openvino", "installed", Case("m"), True),
        ("openvino", "other", Case("m"), False),
        ("drivers", "GPU.0", Case("m"), False),
        ("drivers", "GPU.0", Case("m", "MULTI:GPU,CPU"), True),
        ("drivers", "GPU.0", Case("m", "AUTO"), True),
        ("codecs", "c:e,d", Case("m", encryption="c:e,d"), True),
    ],
)
def test_a_difference_concerns_the_cases_of_its_value(
    name: str, key: str, case: Case, *, concerned: bool
) -> None:
    sides = (Conditions(**{name: {key: value}}) for value in ("1", "2"))
    (found,) = differences(*sides)
    assert found.concerns(case) == concerned


def test_older_runs_say_their_conditions_elsewhere() -> None:
    text = """
matrix: {model: [{name: m, path: a.onnx, inputs: {x: {shape: [2]}}}, n]}
worker: {telemetry: on, env: {THREADS: 1}}
"""
    header = fake_header()
    header["experiment"] |= {"text": text, "cases": [{"model": "m"}, {"model": "n"}]}
    header["state"] |= {"cpu_limit_cores": None, "disks": [{"role": "cache", "file_system": "9p"}]}
    records = [
        {"case": {"runtime": "installed"}, "bytecode": compiled} for compiled in (True, None, False)
    ]
    found = conditions_of(header, records)
    assert found.inputs == {"m": {"x": {"shape": (2,)}}, "n": {}}
    assert (found.seed, found.telemetry, found.worker_env) == (1, True, {"THREADS": "1"})
    assert (found.cpu_limit_cores, found.memory_limit_bytes) == ("none", None)
    assert (found.cache_file_system, found.bytecode) == ("9p", {"installed": False})


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"experiment": [], "state": 3, "runtimes": "x", "conditions": "y"},
        {"experiment": {"text": "{a: [", "sampling": 1, "cases": "z"}, "state": {"disks": [1]}},
        {"experiment": {"text": "- 1"}},
    ],
)
def test_foreign_headers_are_unknown(header: dict[str, object]) -> None:
    known = {each.name for each in fields(Conditions)} - {"inputs", "worker_env"}
    found = conditions_of(header, ())
    assert not any(getattr(found, name) for name in known)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_AMX_FP16", "AVX512_CORE_AMX_FP16"),
        ("LD_LIBRARY_PATH", "/opt/intel/lib", "/opt/intel/lib"),
        ("OMP_NUM_THREADS", "4", "4"),
        ("EMPTY", "", "empty"),
        ("HF_TOKEN", "abc", "(hidden)"),
        ("db_password", "abc", "(hidden)"),
        ("HTTPS_PROXY", "http://me:word@proxy:80", "(hidden)"),
        ("X", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "(hidden)"),
        ("X", "d41d8cd98f00b204e9800998ecf8427e", "(hidden)"),
    ],
)
def test_what_looks_like_a_secret_is_not_shown(name: str, value: str, shown: str) -> None:
    assert variable(name, value) == shown
