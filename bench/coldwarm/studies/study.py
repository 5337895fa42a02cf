"""What a study is: words for outcomes, a way to try each change, a way to judge what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.experiment import Experiment
    from coldwarm.experiment.case import Case
    from coldwarm.run.attempt import Trace
    from coldwarm.studies.attempt_runner import Bench


class NotTriedError(Exception):
    """The change cannot be tried with this case or here; the text says why."""


class NotReproducibleError(Exception):
    """No program shows this alone; the text says why."""


@dataclass(frozen=True)
class Trial:
    """One planned try.

    Attributes:
        case: the case.
        change: what is done, of what the study knows.
        number: which try, from 0.
    """

    case: Case
    change: str
    number: int

    @property
    def key(self) -> tuple[str, str, int]:
        """Identify the try within its run, as `Trace.key` does."""
        return self.case.case_id, self.change, self.number


@dataclass(frozen=True)
class Word:
    """One outcome.

    Attributes:
        meaning: what it says, in one sentence.
        tone: ``good``, ``neutral`` or ``bad``: how it is shown; a bad one is a finding in any cell.
    """

    meaning: str
    tone: str


@dataclass(frozen=True)
class Judgement:
    """What came of one try.

    Attributes:
        outcome: one of the study's words.
        reason: the evidence for it, in words.
        surprises: what should not have been, in words, to how many of the starts showed it; 0 where
            only what came after them did.
        starts: how many starts met the change together.
        took_ms: how long the start in question took, where the study looks at that.
    """

    outcome: str
    reason: str = ""
    surprises: Mapping[str, int] = field(default_factory=dict)
    starts: int = 1
    took_ms: float | None = None


@dataclass(frozen=True)
class Script:
    """A program that shows one surprise: openvino, numpy and the standard library, no more.

    Attributes:
        name: of its file, without the ending.
        text: the program.
    """

    name: str
    text: str


class Study(Protocol):
    """A kind of study.

    Attributes:
        kind: its name in experiments.
        title: what it asks, in a few words.
        words: outcome to what it means, worst news first.
    """

    @property
    def kind(self) -> str:
        """Return the name of the study."""

    @property
    def title(self) -> str:
        """Return what it asks."""

    @property
    def words(self) -> Mapping[str, Word]:
        """Return every outcome, worst news first."""

    def describe(self, change: str) -> str:
        """Return what a change does, as the heading of its row."""

    def explain(self, change: str) -> str:
        """Return in one or two sentences what exactly is done, and what should come of it."""

    def starts(self, change: str) -> int:
        """Return how many starts one try takes, for the estimate."""

    def turns(self, change: str) -> int:
        """Return how many times as long as one start a try takes, for the estimate."""

    def carry_out(self, bench: Bench, trial: Trial) -> Trace:
        """Make one try. What it leaves behind lies in the directories of the bench."""

    def judge(self, traces: Sequence[Trace]) -> list[Judgement]:
        """Return what came of each try, all of one run being known. Pure."""

    def reproduce(self, trace: Trace, surprise: str, reason: str) -> Script:
        """Return a program that shows a surprise of one try alone.

        Args:
            trace: the try.
            surprise: what should not have been.
            reason: the evidence that was seen for it.

        Raises:
            NotReproducibleError: when there is none.
        """


def plan_trials(experiment: Experiment) -> tuple[Trial, ...]:
    """Return every try in order: all of them once, then again.

    Nothing is timed against anything else here, so the order need not be shuffled; interrupted,
    a run holds whole tables.
    """
    study = experiment.study
    if study is None:
        return ()
    return tuple(
        Trial(case, change, number)
        for number in range(study.tries)
        for case in experiment.cases
        for change in study.changes
    )
