"""The bench: what a study makes its tries with. One fresh process per start, all files private."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coldwarm.measure.cachedir import chain_dir
from coldwarm.measure.plan import Start
from coldwarm.models.model_files import find_files
from coldwarm.run.attempt import Trace
from coldwarm.run.inference import at_larger_shape
from coldwarm.studies.answers import Answers
from coldwarm.studies.launch_conditions import ORDINARY, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from coldwarm.experiment import Experiment
    from coldwarm.experiment.case import Case
    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.measure.sampler import Sampler
    from coldwarm.models import ModelFiles
    from coldwarm.run.inference import Answer
    from coldwarm.run.sample import Sample
    from coldwarm.studies.launch_conditions import Circumstances
    from coldwarm.studies.study import Trial


@dataclass(frozen=True)
class Bench:
    """What a study works with.

    Attributes:
        sampler: takes samples of the experiment as it is; `take` lends it other files.
        answers: what is right.
        tell: is told what is about to be started.
    """

    sampler: Sampler
    answers: Answers
    tell: Callable[[str], None]

    @property
    def experiment(self) -> Experiment:
        """Return the experiment."""
        return self.sampler.experiment

    @property
    def runtimes(self) -> tuple[str, ...]:
        """Return the runtimes of the experiment, in the order of its cases."""
        return tuple(dict.fromkeys(case.runtime for case in self.experiment.cases))

    def launching(self, env: Mapping[str, str], job_fields: Mapping[str, Any]) -> Bench:
        """Return a bench that launches its starts otherwise, with right answers of its own.

        Those are not kept in the run: they are no answers of the experiment as it is.

        Args:
            env: further variables of their environment.
            job_fields: see `Sampler`.
        """
        if not env and not job_fields:
            return self
        worker = replace(self.experiment.worker, env={**self.experiment.worker.env, **env})
        experiment = replace(self.experiment, worker=worker)
        sampler = replace(self.sampler, experiment=experiment, job_fields=job_fields)
        return replace(
            self, sampler=sampler, answers=Answers(sampler, (), lambda _: None, self.tell)
        )

    @contextmanager
    def chain(self) -> Iterator[ChainDir]:
        """Make the private directories of one try, removed again with all that lies in them."""
        with chain_dir(self.sampler.caches) as chain:
            yield chain

    def copy_model(self, case: Case, folder: Path) -> ModelFiles:
        """Copy the model of a case into a directory of its own, times of change included.

        The user's files are never touched.
        """
        return copy_model(self.sampler.model_files[case.model], folder)

    def take(
        self,
        trial: Trial,
        case: Case,
        kind: str,
        chain: ChainDir,
        *,
        files: ModelFiles | None = None,
        key: str | None = None,
        position: int = 0,
        sampler: Sampler | None = None,
        circumstances: Circumstances = ORDINARY,
        right: Answer | None = None,
    ) -> Sample:
        """Make one start in a process of its own and return its sample.

        Args:
            trial: the try it belongs to.
            case: what is started, which need not be the try's own case.
            kind: ``uncached``, ``cold`` or ``warm``.
            chain: its directories.
            files: the model's files where they are not the experiment's own.
            key: hexadecimal key for ciphers that need one.
            position: which start of the try, from 0.
            sampler: instead of the bench's own, such as one with a shorter deadline.
            circumstances: in which the process begins.
            right: what the model answers; where it does at a larger shape, so must the start.
        """
        sampler = placed(sampler or self.sampler, circumstances)
        if files is not None:
            sampler = replace(sampler, model_files={case.model: files})
        self.tell(f"{trial.change}: {kind} start of {case.name}")
        start = Start(case, kind, trial.number, position, block=0)
        return sampler.take(start, chain, key, larger=bool(at_larger_shape(right or ())))

    def trace(
        self,
        trial: Trial,
        starts: Sequence[Sample] = (),
        *,
        answers: Mapping[str, Answer | None] | None = None,
        facts: Mapping[str, Any] | None = None,
        skipped: str | None = None,
    ) -> Trace:
        """Return the record of a try."""
        return Trace(
            run_id=self.sampler.run_id,
            study=self.experiment.study.kind if self.experiment.study else "",
            case_id=trial.case.case_id,
            case=trial.case.axes(),
            change=trial.change,
            number=trial.number,
            started_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            skipped=skipped,
            starts=tuple(starts),
            answers=dict(answers or {}),
            facts=dict(facts or {}),
        )


def copy_model(files: ModelFiles, folder: Path) -> ModelFiles:
    """Copy a model into a new directory and return its files there."""
    folder.mkdir(parents=True)
    for file in files.files:
        place = folder / file.relative_to(files.folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
        shutil.copystat(file, place)
        place.chmod(0o600)
    path = folder / files.path.relative_to(files.folder)
    return replace(find_files(files.name, path), inputs=files.inputs)
