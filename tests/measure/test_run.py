"""What is looked at, and what a run says about itself, before its first start."""

from __future__ import annotations

from pathlib import Path

import pytest

from coldwarm import store
from coldwarm.errors import ModelError
from coldwarm.experiment import Case, Experiment
from coldwarm.machine.calibration import Calibration, Steadiness
from coldwarm.machine.device_report import Device, DeviceReport
from coldwarm.machine.identity import identify
from coldwarm.measure import run


def ignore(text: str) -> None:
    """Hear what takes long."""


def test_a_model_without_weights_for_its_properties_is_refused_before_a_run_is_made(
    tmp_path: Path,
) -> None:
    path = tmp_path / "net.tflite"
    path.touch()
    plain = Case("net")
    filled = Case("net", properties={"WEIGHTS_PATH": "${model_bin}"})
    experiment = Experiment("x", Path("x.yaml"), (plain,), model_paths={"net": path})
    assert run.resolve_models(experiment, ignore)["net"].path == path
    experiment = Experiment("x", Path("x.yaml"), (plain, filled), model_paths={"net": path})
    with pytest.raises(ModelError, match="weights file of an OpenVINO IR"):
        run.resolve_models(experiment, ignore)


def test_the_header_repeats_the_worst_of_the_doctor_steadiness_included(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsteady = Calibration(*[Steadiness(10, 1_000_000, 0.5, 9.0)] * 2)
    monkeypatch.setattr(run, "calibrate", lambda _: unsteady)
    source = tmp_path / "experiment.yaml"
    source.write_text("name: fake")
    host = run.Host(identify(), DeviceReport("1.2.3", (Device("CPU"),), absent={}))
    experiment = Experiment("fake", source, (Case("m.onnx"),))
    path = run.new_run(experiment, {}, host, results=tmp_path, out=tmp_path / "run", overrides={})
    header = store.read_header(path)
    assert header["doctor"].startswith("bad: A fixed computation is unsteady here")
    assert Calibration.from_json(header["calibration"]) == unsteady
