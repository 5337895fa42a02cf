from __future__ import annotations

import contextlib
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from fake_traces import CASE

from coldwarm.experiment import Experiment
from coldwarm.experiment.study import Study
from coldwarm.measure import run_experiment, sampler
from coldwarm.measure.runner import Ending
from coldwarm.models.model_files import find_files
from coldwarm.studies import session
from coldwarm.studies.launch_conditions import LAUNCHER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from coldwarm.run.attempt import Trace


def measured(
    kind: str, change: str, model: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[Sequence[str]], list[Trace]]:
    """Carry out a study whose starts all crash; return their commands and the tries."""
    commands: list[Sequence[str]] = []
    traces: list[Trace] = []

    def run_worker(command: Sequence[str], *_: object, **__: object) -> Ending:
        commands.append(command)
        return Ending("crashed", "ended by SIGABRT")

    @contextlib.contextmanager
    def opened(*_: object) -> Iterator[tuple[Any, Any, sampler.Sampler]]:
        writer = SimpleNamespace(append_reference=lambda _: None, append_trace=traces.append)
        stored = SimpleNamespace(references=(), tries=list)
        yield writer, stored, sampler.Sampler(experiment, files, "run", caches)

    monkeypatch.setattr(sampler, "run_worker", run_worker)
    monkeypatch.setattr(run_experiment, "opened", opened)
    (caches := model.with_name("caches")).mkdir()
    files = {CASE.model: find_files(CASE.model, model)}
    study = Study(kind, (change,))
    experiment = Experiment("x", model.with_name("x.yaml"), (CASE,), study=study)
    progress = SimpleNamespace(begin=lambda _: None, skipped=lambda _: None, tried=lambda *_: None)
    session.measure(model.parent, experiment, files, None, progress)  # type: ignore[arg-type]
    return commands, traces


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing dies with its starter")
@pytest.mark.parametrize("kind", ["invalidation", "faults"])
def test_every_start_of_a_study_dies_with_coldwarm(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m.xml").write_text("<net/>")
    (tmp_path / "m.bin").write_bytes(b"weights")
    commands, _ = measured(kind, "nothing", tmp_path / "m.xml", monkeypatch)
    assert len(commands) >= 3, "references and a cold start"
    assert {command[1] for command in commands} == {str(LAUNCHER)}


def test_a_property_that_the_model_cannot_fill_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "m.tflite").write_bytes(b"tflite")
    _, (trace,) = measured("invalidation", "WEIGHTS_PATH", tmp_path / "m.tflite", monkeypatch)
    assert "the weights file of an OpenVINO IR" in (trace.skipped or "")
