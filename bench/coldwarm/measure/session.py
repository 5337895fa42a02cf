"""The loop of a run: every planned start once, each stored before the next begins."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from coldwarm import plan
from coldwarm.measure import stopping
from coldwarm.measure.cachedir import chain_dir
from coldwarm.measure.ratios import SpeedupRatios
from coldwarm.measure.references import References

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.experiment.case import Case
    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.measure.sampler import Sampler
    from coldwarm.plan import Start, Unit
    from coldwarm.sample import Sample
    from coldwarm.store import Run, RunWriter

    Mutation = Callable[[Start, ChainDir], None]

KEY_BYTES = 32


class Progress(Protocol):
    """Is told what happens; called between starts only, so that it disturbs no measurement."""

    def begin(self, description: str) -> None:
        """Something is about to be started."""

    def taken(self, sample: Sample) -> None:
        """A sample was stored."""

    def skipped(self, starts: int) -> None:
        """Planned starts will not be made, or were made before the run was interrupted."""


class Session:
    """Measures one experiment into one run.

    Args:
        sampler: takes the samples.
        writer: stores them.
        stored: the run as it was found; its samples are kept. A block that an interruption or a
            damaged line left incomplete is measured again as a whole, in this sitting.
        progress: is told what happens.
        mutate: called after each cold start, before its warm ones, as studies need it.
    """

    def __init__(
        self,
        sampler: Sampler,
        writer: RunWriter,
        stored: Run,
        progress: Progress,
        *,
        mutate: Mutation | None = None,
    ) -> None:
        self._sampler = sampler
        self._experiment = sampler.experiment
        self._writer = writer
        self._progress = progress
        self._mutate = mutate
        self._references = References(sampler, stored.references, writer.append_reference)
        self._ratios = SpeedupRatios()
        self._made: dict[tuple[int, int], dict[int, set[int]]] = defaultdict(dict)
        """Round and block to sitting to the positions of the starts that were made."""
        self._unsupported: set[str] = set()
        samples = stored.samples()
        self._sitting = 1 + max((sample.sitting for sample in samples), default=-1)
        for sample in samples:
            self._note(sample)

    def run(self) -> None:
        """Measure what remains. Ctrl-C loses the start under way and nothing else."""
        sampling = self._experiment.sampling
        began = time.monotonic()
        self._take_all_references()
        for number in range(sampling.max_rounds):
            spent = time.monotonic() - began
            over = sampling.time_budget_s is not None and spent > sampling.time_budget_s
            if number >= sampling.min_rounds and over:
                break
            units = plan.plan_round(self._experiment, number)
            wanted = self._wanted(units)
            for unit in units:
                if unit.starts[0].position in wanted:
                    self._measure(unit)
                else:
                    self._progress.skipped(len(unit.starts))

    def _take_all_references(self) -> None:
        baselines = plan.unique(plan.baseline_of(case) for case in self._experiment.cases)
        for baseline in baselines:
            self._take_reference(baseline)

    def _take_reference(self, baseline: Case) -> None:
        if not self._references.has(baseline):
            self._progress.begin(f"reference answers of {baseline.name}")
            self._references.take(baseline)

    def _wanted(self, units: tuple[Unit, ...]) -> set[int]:
        """Return the positions of the units that are still to be measured.

        Only neighbours of one sitting are compared: a block that lacks a start is measured again
        as a whole.
        """
        blocks = defaultdict(list)
        for unit in units:
            blocks[unit.starts[0].block].append(unit)
        wanted: set[int] = set()
        for members in blocks.values():
            useful = self._useful(members)
            starts = {start.position for unit in useful for start in unit.starts}
            made = self._made.get(_block_of(members[0]), {})
            if not any(starts <= positions for positions in made.values()):
                wanted |= {unit.starts[0].position for unit in useful}
        return wanted

    def _useful(self, members: list[Unit]) -> list[Unit]:
        """Return the units of a block from which something can be learned.

        A settled or unsupported case costs no more time, and a baseline is needed only beside a
        case that is not. Where an axis is compared, a block goes on as a whole: a start without
        its neighbours cannot be compared.
        """
        chains = [unit for unit in members if unit.starts[0].kind == "cold"]
        live = [unit for unit in chains if not self._is_over(unit)]
        if live and self._experiment.compare_along:
            live = [unit for unit in chains if unit.case.case_id not in self._unsupported]
        served = {unit.case.baseline_id for unit in live}
        return live + [
            unit
            for unit in members
            if unit.starts[0].kind == "uncached" and unit.case.baseline_id in served
        ]

    def _is_over(self, unit: Unit) -> bool:
        start = unit.starts[0]
        if start.case.case_id in self._unsupported:
            # A round that was interrupted is completed all the same.
            made = self._made.get(_block_of(unit), {}).values()
            return not any(start.position in each for start in unit.starts for each in made)
        sampling = self._experiment.sampling
        if sampling.precision is None or start.round < sampling.min_rounds:
            return False
        return stopping.settled(self._ratios.of(start.case.case_id), sampling.precision)

    def _measure(self, unit: Unit) -> None:
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
                    if first and self._mutate:
                        self._mutate(start, chain)
                    baseline = plan.baseline_of(start.case)
                    self._take_reference(baseline)
                    larger = first and self._references.answers_larger(baseline)
                self._progress.begin(f"{start.kind} {start.case.name}")
                sample = self._sampler.take(start, chain, key, larger=larger)
                self._keep(sample)
                if start.kind == "cold":
                    left_out = _left_out(sample)

    def _keep(self, taken: Sample) -> None:
        sample = replace(taken, sitting=self._sitting)
        self._writer.append(sample)
        self._note(sample)
        self._progress.taken(sample)

    def _note(self, sample: Sample) -> None:
        made = self._made[sample.round, sample.block]
        made.setdefault(sample.sitting, set()).add(sample.position)
        self._ratios.add(sample)
        if sample.status == "unsupported" and sample.case_id is not None:
            self._unsupported.add(sample.case_id)


def _block_of(unit: Unit) -> tuple[int, int]:
    start = unit.starts[0]
    return start.round, start.block


def _left_out(cold: Sample) -> tuple[str, str] | None:
    """Return status and reason for the warm starts of a cold start that did not work."""
    if cold.is_ok:
        return None
    if cold.status == "unsupported":
        return "unsupported", cold.reason or ""
    return "dropped", "its cold start failed"
