"""With which OpenVINO each start is made, and what a run remembers of it."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from coldwarm import models, runtimes
from coldwarm.errors import StoreError
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling, WorkerOptions
from coldwarm.machine.devices import Device, DeviceReport
from coldwarm.machine.identity import identify
from coldwarm.measure import plan, run_experiment, storage
from coldwarm.measure.cachedir import chain_dir
from coldwarm.measure.host import Host, with_runtimes
from coldwarm.measure.sampler import Sampler
from coldwarm.run import store
from coldwarm.runtimes import Runtime

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldwarm.run.sample import Sample

OTHER = "openvino==1.2.3"

# Fails on NPU; otherwise reports as its version with what it was started.
FAKE_WORKER = """
import json, os, sys
job = json.load(sys.stdin)
error = {"phase": "compile_model", "type": "RuntimeError", "message": "no"}
print(json.dumps({
    "phases_ns": {"compile_model": 1},
    "first_inference_total_ns": 1,
    "openvino_version": os.environ.get("STARTED_BY", "installed") + os.environ.get("ADDED", ""),
    **({"error": error} if job["device"] == "NPU" else {}),
}))
"""


def report(version: str, *, npu: bool = False) -> DeviceReport:
    devices = (Device("CPU"), *([Device("NPU")] if npu else []))
    return DeviceReport(version, devices, absent={} if npu else {"NPU": f"none for {version}"})


class Bench:
    """Fake workers, one interpreter that says that it is another."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        (directory / "m.onnx").write_text("a model")
        (directory / "experiment.yaml").write_text("name: fake")
        self.worker = directory / "worker.py"
        self.worker.write_text(FAKE_WORKER)
        self.python = directory / "other-python"
        self.python.write_text(f'#!/bin/sh\nSTARTED_BY=other exec {sys.executable} "$@"\n')
        self.python.chmod(0o755)
        (directory / "caches").mkdir()

    def experiment(self, *cases: Case, env: Mapping[str, str] | None = None) -> Experiment:
        source = self.directory / "experiment.yaml"
        paths = {"m.onnx": self.directory / "m.onnx"}
        worker = WorkerOptions(env=env or {})
        sampling = Sampling(1, 1)
        return Experiment("fake", source, cases, sampling, worker=worker, model_paths=paths)

    def runtime(self, **changes: object) -> Runtime:
        made = Runtime(OTHER, str(self.python), "3.11.7", report("1.2.3"), {"openvino": "1.2.3"})
        return replace(made, **changes)  # type: ignore[arg-type]

    def sampler(
        self, case: Case, runtime: Runtime, env: Mapping[str, str] | None = None
    ) -> Sampler:
        experiment = self.experiment(case, env=env)
        return Sampler(
            experiment,
            {"m.onnx": models.resolve("m.onnx", experiment.model_paths)},
            "a run",
            self.directory / "caches",
            missing={"NPU": "none for the installed one"},
            command=(sys.executable, str(self.worker)),
            runtimes={OTHER: runtime},
        )

    def take(self, case: Case, **options: object) -> Sample:
        sampler = self.sampler(case, **{"runtime": self.runtime(), **options})  # type: ignore[arg-type]
        start = plan.plan_round(sampler.experiment, 0)[0].starts[0]
        with chain_dir(sampler.caches) as chain:
            return sampler.take(start, chain)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_each_start_is_made_by_the_interpreter_of_its_runtime(bench: Bench) -> None:
    assert bench.take(Case("m.onnx")).openvino_version == "installed"
    assert bench.take(Case("m.onnx", runtime=OTHER)).openvino_version == "other"


def test_its_variables_come_last_and_reach_no_other_runtime(bench: Bench) -> None:
    runtime = bench.runtime(env={"ADDED": "+runtime"})
    env = {"ADDED": "+experiment"}
    other = bench.take(Case("m.onnx", runtime=OTHER), runtime=runtime, env=env)
    assert other.openvino_version == "other+runtime"
    assert bench.take(Case("m.onnx"), runtime=runtime, env=env).openvino_version == (
        "installed+experiment"
    )


def test_each_runtime_has_devices_of_its_own(bench: Bench) -> None:
    installed = bench.take(Case("m.onnx", device="NPU"))
    assert (installed.status, installed.reason) == ("unsupported", "none for the installed one")
    other = bench.take(Case("m.onnx", device="NPU", runtime=OTHER))
    assert other.status == "unsupported"
    assert other.reason == "no NPU on this host: none for 1.2.3"
    has_one = bench.runtime(devices=report("1.2.3", npu=True))
    tried = bench.take(Case("m.onnx", device="NPU", runtime=OTHER), runtime=has_one)
    assert tried.reason != other.reason, "what fails on a device that is there has other reasons"


def test_a_boot_evicts_the_files_of_the_runtime_that_starts(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def runtime_files(python: str, env: Mapping[str, str]) -> tuple[Path, ...]:
        asked.append((python, env.get("LD_LIBRARY_PATH")))
        return ()

    monkeypatch.setattr(storage, "runtime_files", runtime_files)
    runtime = bench.runtime(env={"LD_LIBRARY_PATH": "/built"})
    case = Case("m.onnx", runtime=OTHER, storage="boot")
    sampler = bench.sampler(case, runtime)
    for unit in plan.plan_round(sampler.experiment, 0):
        with chain_dir(sampler.caches) as chain:
            sampler.take(unit.starts[0], chain)
    assert asked == [(str(bench.python), "/built")], "asked once per runtime, not per start"


def host(*others: Runtime) -> Host:
    return Host(identify(), report("the installed one"), {each.value: each for each in others})


def test_run_json_tells_what_each_runtime_is(bench: Bench) -> None:
    experiment = bench.experiment(Case("m.onnx", runtime=OTHER))
    path = bench.directory / "run"
    here = host(bench.runtime(env={"A": "b"}))
    run_experiment.new_run(experiment, {}, here, results=bench.directory, out=path, overrides={})
    assert json.loads((path / "run.json").read_text())["runtimes"] == [
        {
            "value": OTHER,
            "openvino_version": "1.2.3",
            "python_version": "3.11.7",
            "packages": {"openvino": "1.2.3"},
            "env": {"A": "b"},
            "python": str(bench.python),
        }
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"devices": report("1.2.4")},
        {"python_version": "3.12.0"},
        {"packages": {"openvino": "1.2.3", "numpy": "2"}},
        {"env": {"A": "b"}},
    ],
    ids=["openvino", "python", "packages", "env"],
)
def test_a_run_is_not_continued_with_another_runtime(
    bench: Bench, change: dict[str, object]
) -> None:
    experiment = bench.experiment(Case("m.onnx", runtime=OTHER))
    path = bench.directory / "run"
    run_experiment.new_run(
        experiment, {}, host(bench.runtime()), results=bench.directory, out=path, overrides={}
    )
    header = store.read_header(path)
    same = host(bench.runtime(python="/moved/elsewhere"))
    run_experiment._refuse_other_plan(header, run_experiment.plan_parts(experiment, {}, same), path)
    other = host(bench.runtime(**change))
    with pytest.raises(StoreError, match="cannot be continued: not the same runtimes as when"):
        run_experiment._refuse_other_plan(
            header, run_experiment.plan_parts(experiment, {}, other), path
        )


def test_without_other_runtimes_the_plan_is_what_it_was(bench: Bench) -> None:
    experiment = bench.experiment(Case("m.onnx"))
    installed = bench.runtime(value=runtimes.INSTALLED)
    assert "runtimes" not in run_experiment.plan_parts(experiment, {}, host(installed))


def test_a_continued_run_asks_for_the_versions_it_began_with(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[Any, ...]] = []

    def provide(*args: object, **options: object) -> dict[str, Runtime]:
        calls.append((*args, options))
        return {OTHER: bench.runtime()}

    monkeypatch.setattr(runtimes, "provide", provide)
    experiment = bench.experiment(Case("m.onnx", runtime=OTHER), env={"A": "b"})
    here = with_runtimes(host(), experiment, print)
    assert here.runtimes == {OTHER: bench.runtime()}
    begun = {"runtimes": [bench.runtime().to_json()]}
    with_runtimes(host(), experiment, print, begun)
    assert [call[1] for call in calls] == [bench.directory] * 2
    assert [call[-1]["env"] for call in calls] == [{"A": "b"}] * 2
    assert [call[-1]["seen"] for call in calls] == [{}, {OTHER: {"openvino": "1.2.3"}}]
