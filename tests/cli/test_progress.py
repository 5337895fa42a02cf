"""What a bar and plain lines show, whatever the name of a case."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fake_samples import fake_run
from fake_traces import fake_try
from rich.console import Console

from coldwarm.cli import progress, study_progress
from coldwarm.experiment import Case, Experiment, Sampling
from coldwarm.experiment.study import Study
from coldwarm.studies import plan_trials

HOSTILE = "a[/b]{task}[red].onnx"
ONCE = Sampling(min_rounds=1, max_rounds=1)


@pytest.fixture(params=[True, False], ids=["terminal", "log"])
def screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what progress is written to, a terminal or not."""
    written = io.StringIO()

    def console(**_: object) -> Console:
        return Console(file=written, force_terminal=request.param, width=200)

    for module in (progress, study_progress):
        monkeypatch.setattr(module, "Console", console)
    return written


def test_a_model_is_named_as_it_is(screen: io.StringIO) -> None:
    samples = fake_run(models=(HOSTILE,), rounds=1, outcome=lambda _: "failed")
    experiment = Experiment("x", Path("x.yaml"), (Case(HOSTILE),), ONCE)
    with progress.show_progress(experiment) as shown:
        for sample in samples:
            shown.begin(f"{sample.kind} {HOSTILE}")
            shown.taken(sample)
    assert HOSTILE in screen.getvalue()


def test_a_model_of_a_study_is_named_as_it_is(screen: io.StringIO) -> None:
    study = Study("faults", ("empty",), 1)
    experiment = Experiment("x", Path("x.yaml"), (Case(HOSTILE),), ONCE, study=study)
    with study_progress.show_progress(experiment) as shown:
        for trial in plan_trials(experiment):
            shown.begin(f"cold {HOSTILE}")
            shown.tried(trial, fake_try("empty"))
    assert HOSTILE in screen.getvalue()
