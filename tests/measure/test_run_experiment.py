"""What is looked at, and what a run says about itself, before its first start."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import pytest
from fake_store import fake_header

from coldwarm.errors import ModelError, StoreError
from coldwarm.experiment import Case, Experiment
from coldwarm.machine.calibration import Calibration, Steadiness
from coldwarm.machine.devices import Device, DeviceReport
from coldwarm.machine.identity import Identity, identify
from coldwarm.measure import run_experiment
from coldwarm.measure.host import Host, labelled, refuse_other_host
from coldwarm.run import store


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
    assert run_experiment.resolve_models(experiment, ignore)["net"].path == path
    experiment = Experiment("x", Path("x.yaml"), (plain, filled), model_paths={"net": path})
    with pytest.raises(ModelError, match="weights file of an OpenVINO IR"):
        run_experiment.resolve_models(experiment, ignore)


def test_the_header_repeats_the_worst_of_the_doctor_steadiness_included(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsteady = Calibration(*[Steadiness(10, 1_000_000, 0.5, 9.0)] * 2)
    monkeypatch.setattr(run_experiment, "calibrate", lambda _: unsteady)
    source = tmp_path / "experiment.yaml"
    source.write_text("name: fake")
    host = Host(identify(), DeviceReport("1.2.3", (Device("CPU"),), absent={}))
    experiment = Experiment("fake", source, (Case("m.onnx"),))
    path = run_experiment.new_run(
        experiment, {}, host, results=tmp_path, out=tmp_path / "run", overrides={}
    )
    header = store.read_header(path)
    assert header["doctor"].startswith("bad: A fixed computation is unsteady here")
    assert Calibration.from_json(header["calibration"]) == unsteady


def test_a_run_is_kept_below_the_label_of_its_host(tmp_path: Path) -> None:
    source = tmp_path / "experiment.yaml"
    source.write_text("name: fake")
    here = Host(identify(), DeviceReport("1.2.3", (Device("CPU"),), absent={}))
    host = labelled(here, "../Лаб 1")
    experiment = Experiment("fake", source, (Case("m.onnx"),))
    path = run_experiment.new_run(experiment, {}, host, results=tmp_path, out=None, overrides={})
    assert path.parent == tmp_path / host.identity.folder
    assert path.parent.name.isascii()
    assert store.read_header(path)["identity"]["label"] == "../Лаб 1"
    assert labelled(here, None) == here


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"label": "moved", "kernel": "6.2.0"}, None),
        ({"machine": None, "boot": "b2"}, None),
        ({"machine": None, "boot": None, "label": None, "host_id": "fake-host"}, None),
        ({"machine": "m2", "boot": "b2"}, "another machine (of the same kind as fake-host)"),
        ({"logical_cores": 8}, "another machine (threads 8 and 2)"),
    ],
)
def test_a_run_goes_on_where_it_began_or_may_have_begun(
    tmp_path: Path, change: dict[str, object], refusal: str | None
) -> None:
    here = Identity.from_json(fake_header()["identity"])
    header = {"identity": {**fake_header()["identity"], **change}}
    with pytest.raises(StoreError, match=re.escape(refusal)) if refusal else nullcontext():
        refuse_other_host(header, here, tmp_path)
