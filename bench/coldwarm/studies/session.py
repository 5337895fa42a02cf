"""The loop of a study: every planned try once, each on the disk before the next begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from coldwarm.measure import run_experiment
from coldwarm.studies.answers import Answers
from coldwarm.studies.attempt_runner import Bench
from coldwarm.studies.kinds import study_of
from coldwarm.studies.launch_conditions import ORDINARY, placed
from coldwarm.studies.study import plan_trials

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from coldwarm.experiment import Experiment
    from coldwarm.measure.host import Host
    from coldwarm.models import ModelFiles
    from coldwarm.run.attempt import Trace
    from coldwarm.studies.study import Trial


class Progress(Protocol):
    """Is told what happens; called between starts only."""

    def begin(self, description: str) -> None:
        """Something is about to be started."""

    def tried(self, trial: Trial, trace: Trace) -> None:
        """A try was made and stored."""

    def skipped(self, tries: int) -> None:
        """So many tries were made before the run was interrupted."""


def measure(
    path: Path,
    experiment: Experiment,
    files: Mapping[str, ModelFiles],
    host: Host,
    progress: Progress,
) -> None:
    """Make the tries that the run at `path` still lacks. Ctrl-C loses the one under way.

    Raises:
        StoreError: when the run was planned otherwise, or cannot be written.
    """
    assert experiment.study is not None, "the caller looked"  # noqa: S101
    study = study_of(experiment.study.kind)
    with run_experiment.opened(path, experiment, files, host) as (writer, stored, sampler):
        alone = placed(sampler, ORDINARY)
        answers = Answers(alone, stored.references, writer.append_reference, progress.begin)
        bench = Bench(sampler, answers, progress.begin)
        done = {trace.key for trace in stored.tries()}
        progress.skipped(len(done))
        for trial in plan_trials(experiment):
            if trial.key not in done:
                trace = study.carry_out(bench, trial)
                writer.append_trace(trace)
                progress.tried(trial, trace)
