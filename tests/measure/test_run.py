from __future__ import annotations

from pathlib import Path

import pytest

from coldwarm.errors import ModelError
from coldwarm.experiment import Case, Experiment
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
