"""The loop of a run: every planned start once, each stored before the next begins.

With a time budget, whole blocks are dropped before the first round where not all of them fit, so
that the others get enough rounds. What was dropped is stored: a run that is continued measures the
same blocks, and every reader sees what is missing.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from coldwarm.machine.calibration import Calibration
from coldwarm.measure import estimate, plan
from coldwarm.measure.budget import ENOUGH_ROUNDS, Budget, Pace, enough_rounds, whole_blocks
from coldwarm.measure.cachedir import chain_dir
from coldwarm.measure.references import STARTS, References
from coldwarm.measure.remaining import Remaining
from coldwarm.run.sample import OUT_OF_TIME
from coldwarm.text.numbers import counted, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coldwarm.experiment.case import Case
    from coldwarm.measure.plan import Block, Unit
    from coldwarm.measure.sampler import Sampler
    from coldwarm.run.sample import Sample
    from coldwarm.run.store import Run, RunWriter

KEY_BYTES = 32


class Progress(Protocol):
    """Is told what happens; called between starts only, so that it disturbs no measurement."""

    def begin(self, description: str) -> None:
        """Something is about to be started."""

    def taken(self, sample: Sample) -> None:
        """A sample was stored."""

    def skipped(self, starts: int) -> None:
        """Planned starts will not be made, or were made before the run was interrupted."""

    def tell(self, sentence: str) -> None:
        """Something the user should know has happened."""


class Session:
    """Measures one experiment into one run.

    Args:
        sampler: takes the samples.
        writer: stores them.
        stored: the run as it was found; its samples are kept. A block that an interruption or a
            damaged line left incomplete is measured again as a whole, in this sitting.
        progress: is told what happens.
        clock: in seconds, for the time budget.
    """

    def __init__(
        self,
        sampler: Sampler,
        writer: RunWriter,
        stored: Run,
        progress: Progress,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sampler = sampler
        self._experiment = sampler.experiment
        self._writer = writer
        self._progress = progress
        self._clock = clock
        calibration = stored.header.get("calibration")
        self._slowness = Calibration.from_json(calibration).slowness if calibration else 1.0
        self._references = References(sampler, stored.references, writer.append_reference)
        samples = stored.samples()
        self._sitting = 1 + max((sample.sitting for sample in samples), default=-1)
        self._remaining = Remaining(self._experiment, samples, self._references.answers)
        self._measured = 0

    def run(self) -> None:
        """Measure what remains. Ctrl-C loses the start under way and nothing else."""
        pace = Pace(estimate.start_s(self._experiment), self._slowness)
        budget = Budget(self._experiment.sampling.time_budget_s, pace, self._clock)
        kept = self._begin_blocks(budget)
        for number in range(self._experiment.sampling.max_rounds):
            self._drop_more(kept, number, budget)
            if not self._take_round(kept, number, budget):
                self._end_early(kept, number)
                break

    def _begin_blocks(self, budget: Budget) -> list[Block]:
        """Take the references of the blocks that will be measured, and drop the others."""
        blocks = plan.blocks(self._experiment.cases, self._experiment.compare_along)
        earlier = [block for block in blocks if self._remaining.is_dropped(block)]
        for block in earlier:
            # The session may have ended while it dropped them.
            self._drop(block, 0)
        is_decided = self._remaining.is_begun

        def has_room(some: Sequence[Block]) -> bool:
            each_round = plan.started_in(some, self._experiment.sampling.warm_starts)
            references = self._references_of(some)
            return is_decided or budget.has_room(each_round, self._enough, references)

        kept, left_out = whole_blocks(
            (block for block in blocks if block not in earlier),
            has_room,
            lambda block: self._take_references(block, budget),
        )
        for block in left_out:
            self._drop(block, 0)
        self._say_dropped(left_out)
        if kept and not has_room(kept):
            self._progress.tell(
                f"time budget: no room for {counted(self._enough, 'round')} of {_cases(kept)}, "
                "measured all the same"
            )
        return kept

    @property
    def _enough(self) -> int:
        return enough_rounds(self._experiment.sampling)

    def _references_of(self, blocks: Sequence[Block]) -> list[Case]:
        """Return the starts for reference that some blocks still need."""
        baselines = plan.unique(each for block in blocks for each in block.baselines)
        return [each for each in baselines if not self._references.has(each)] * STARTS

    def _take_references(self, block: Block, budget: Budget) -> None:
        for baseline in block.baselines:
            if budget.left_s > 0:
                # Those that are left out are taken before they are needed.
                self._take_reference(baseline, budget)

    def _take_reference(self, baseline: Case, budget: Budget) -> None:
        if not self._references.has(baseline):
            self._progress.begin(f"reference answers of {baseline.name}")
            with budget.timed(baseline, STARTS):
                self._references.take(baseline)

    def _take_round(self, kept: Sequence[Block], number: int, budget: Budget) -> bool:
        """Measure what remains of a round; return whether there was time for it.

        The first round of a sitting begins whatever it takes, a later one only where it fits.
        Should the machine become slower than that, the round ends between two blocks; only one
        that hangs is not measured to its end.
        """
        units = self._remaining.due(number)
        started = [start.case for unit in units for start in unit.starts]
        if units and self._measured and not budget.allows(started, needed=number < self._enough):
            return False
        overdraft_s = min(0.0, budget.left_s - budget.seconds(started))
        for _, block in groupby(units, key=lambda unit: unit.starts[0].block):
            if self._measured and budget.left_s < overdraft_s:
                return False
            units_of_block = tuple(block)
            for unit in units_of_block:
                if not self._measure(unit, budget):
                    self._drop_hanging(kept, units_of_block, number)
                    return False
        self._progress.skipped(plan.starts_per_round(self._experiment) - len(started))
        return True

    def _drop_more(self, kept: list[Block], number: int, budget: Budget) -> None:
        """Drop the last of the blocks where too few rounds would fit for anything to be known."""
        lacking = min(self._enough, ENOUGH_ROUNDS) - number
        dropped = []
        while lacking > 0:
            started = [s.case for unit in self._remaining.due(number) for s in unit.starts]
            due = {case.case_id for case in started}
            going_on = [block for block in kept if block.case_ids & due]
            if len(going_on) <= 1 or budget.has_room(started, lacking):
                break
            kept.remove(going_on[-1])
            self._drop(going_on[-1], number)
            dropped.append(going_on[-1])
        self._say_dropped(dropped)

    def _drop_hanging(self, kept: Iterable[Block], units: Iterable[Unit], number: int) -> None:
        """Drop the block that has these units, from a round on that was begun."""
        cases = {unit.case.case_id for unit in units}
        hanging = [block for block in kept if block.case_ids & cases]
        for block in hanging:
            self._drop(block, number)
        self._say_dropped(hanging)

    def _drop(self, block: Block, number: int) -> None:
        for start in self._remaining.drop(block, number):
            self._store(self._sampler.untaken(start, "dropped", OUT_OF_TIME))

    def _end_early(self, kept: Sequence[Block], number: int) -> None:
        """Drop what was not even begun, and say how far the time budget went."""
        unbegun = [block for block in kept if not self._remaining.has_begun(block)]
        for block in unbegun:
            self._drop(block, 0)
        self._say_dropped(unbegun)
        if number < self._enough:
            self._progress.tell(
                f"time budget: used up after {number} of {counted(self._enough, 'round')}"
            )

    def _say_dropped(self, blocks: Sequence[Block]) -> None:
        if blocks:
            self._progress.tell(f"time budget: no room for {_cases(blocks)}: dropped")

    def _measure(self, unit: Unit, budget: Budget) -> bool:
        """Make the starts of a unit; False when one hung until there was no time any more."""
        key = secrets.token_hex(KEY_BYTES) if unit.case.encryption == "aes-256-gcm" else None
        left_out: tuple[str, str] | None = None
        with chain_dir(self._sampler.caches) as chain:
            for start in unit.starts:
                if left_out:
                    self._keep(self._sampler.untaken(start, *left_out))
                    continue
                larger = False
                if start.kind == "warm":
                    first = start.chain == 0
                    baseline = plan.baseline_of(start.case)
                    self._take_reference(baseline, budget)
                    larger = first and self._references.answers_larger(baseline)
                self._progress.begin(f"{start.kind} {start.case.name}")
                with budget.timed(start.case):
                    sample = self._sampler.take(start, chain, key, larger=larger)
                self._keep(sample)
                if sample.status == "timeout" and budget.left_s < 0:
                    left_out = "dropped", OUT_OF_TIME
                elif start.kind == "cold":
                    left_out = _left_out(sample)
        return left_out != ("dropped", OUT_OF_TIME)

    def _keep(self, taken: Sample) -> None:
        sample = self._store(taken)
        self._measured += 1
        self._progress.taken(sample)

    def _store(self, taken: Sample) -> Sample:
        sample = replace(taken, sitting=self._sitting)
        self._writer.append(sample)
        self._remaining.note(sample)
        return sample


def _left_out(cold: Sample) -> tuple[str, str] | None:
    """Return status and reason for the warm starts of a cold start that did not work.

    One that only ended badly after it had reported left a blob, which the next start would find.
    One that hung then is not followed by others that hang.
    """
    has_reported = cold.ended_in == "exit" and cold.load_ns is not None
    if cold.is_ok or (has_reported and cold.status != "timeout"):
        return None
    if cold.status == "unsupported":
        return "unsupported", cold.reason or ""
    return "dropped", "its cold start failed"


def _cases(blocks: Sequence[Block]) -> str:
    counts = Counter(case.model for block in blocks for case in block.cases)
    return listed([f"{counted(count, 'case')} of {model}" for model, count in counts.items()])
