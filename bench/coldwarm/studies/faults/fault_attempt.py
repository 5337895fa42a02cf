"""One try: the starts it makes, in what circumstances, and what was seen."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from coldwarm.studies.launch_conditions import ORDINARY

if TYPE_CHECKING:
    from coldwarm.experiment.case import Case
    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.measure.sampler import Sampler
    from coldwarm.run.inference import Answer
    from coldwarm.run.sample import Sample
    from coldwarm.studies.attempt_runner import Bench
    from coldwarm.studies.launch_conditions import Circumstances
    from coldwarm.studies.study import Trial

TRY, NEXT, BEFORE, COLD = "try", "next", "before", "cold"
"""Roles of a start: met the fault; came after it and shows what was left; prepared the fault;
should have written the good blob, and failed."""


KEY = "5a" * 32
"""For ciphers that need one. The same for all, since good blobs are copied from try to try."""


class ColdFailedError(Exception):
    """The cold start of the good blob failed.

    Attributes:
        sample: of the start.
    """

    def __init__(self, sample: Sample) -> None:
        super().__init__(sample.reason)
        self.sample = sample


@dataclass
class Trying:
    """A try under way.

    Attributes:
        bench: makes the starts.
        trial: the try.
        chain: its directories.
        sampler: what the bench's own is replaced by.
        starts: the samples so far.
        roles: of the starts.
        took_ms: of each start, until its first result, or until it failed; without the wait for
            the instant at which a crowd begins.
        answers: what is right (``now``), and what would be known to be wrong.
        facts: what else was done or seen.
    """

    bench: Bench
    trial: Trial
    chain: ChainDir
    sampler: Sampler
    starts: list[Sample] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    answers: dict[str, Answer | None] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """Return the case of the try."""
        return self.trial.case

    @property
    def chance(self) -> random.Random:
        """Return the chance of this try: the same experiment damages the same bytes."""
        trial = self.trial
        seed = self.bench.experiment.sampling.seed
        return random.Random(f"{seed}/{trial.change}/{trial.number}")  # noqa: S311

    def take(
        self,
        role: str,
        case: Case | None = None,
        *,
        kind: str = "warm",
        circumstances: Circumstances = ORDINARY,
        position: int | None = None,
    ) -> Sample:
        """Make one start and keep its sample."""
        begun_ns = time.monotonic_ns()
        sample = self.bench.take(
            self.trial,
            case or self.case,
            kind,
            self.chain,
            key=KEY,
            position=len(self.starts) if position is None else position,
            sampler=self.sampler,
            circumstances=circumstances,
            right=self.answers.get("now") if kind == "warm" else None,
        )
        waited_ns = max(0, circumstances.options.get("at_ns", 0) - begun_ns)
        took_ns = _told_ns(sample) or time.monotonic_ns() - begun_ns
        self.keep(role, sample, max(0, took_ns - waited_ns))
        return sample

    def keep(self, role: str, sample: Sample, took_ns: int) -> None:
        """Keep the sample of a start, and how long that took."""
        self.starts.append(sample)
        self.roles.append(role)
        self.took_ms.append(round(took_ns / 1e6, 1))

    def take_and_follow(
        self,
        case: Case | None = None,
        *,
        kind: str = "warm",
        circumstances: Circumstances = ORDINARY,
    ) -> None:
        """Make the start that meets the fault, and where a blob may be good again, the next."""
        sample = self.take(TRY, case, kind=kind, circumstances=circumstances)
        if sample.is_ok and not sample.is_loaded and sample.blobs_after:
            self.take(NEXT, case, circumstances=circumstances)


def _told_ns(sample: Sample) -> int:
    """Return how long a start took since it was spawned, 0 where it did not live to tell."""
    return sample.first_inference_total_ns or sum(sample.phases_ns.values())
