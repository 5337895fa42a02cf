"""The loop of a run: every planned start once, each stored before the next begins."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
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
        stored: the run as it was found; its samples are neither repeated nor lost.
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
        self._done: dict[tuple[int, int], Sample] = {}
        self._unsupported: set[str] = set()
        for sample in stored.samples():
            self._note(sample)

    def run(self) -> None:
        """Measure what remains. Ctrl-C loses the start under way and nothing else."""
        sampling = self._experiment.sampling
        began = time.monotonic()
        self._progress.skipped(len(self._done))
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
                    self._progress.skipped(len(self._pending(unit)))

    def _take_all_references(self) -> None:
        baselines = plan.unique(plan.baseline_of(case) for case in self._experiment.cases)
        for baseline in baselines:
            self._take_reference(baseline)

    def _take_reference(self, baseline: Case) -> None:
        if not self._references.has(baseline):
            self._progress.begin(f"reference answers of {baseline.name}")
            self._references.take(baseline)

    def _wanted(self, units: tuple[Unit, ...]) -> set[int]:
        """Return the positions of the units from which something can still be learned.

        A settled or unsupported case costs no more time, and a baseline is needed only beside a
        case that is not. Where an axis is compared, a block goes on as a whole: a start without
        its neighbours cannot be compared.
        """
        blocks = defaultdict(list)
        for unit in units:
            blocks[unit.starts[0].block].append(unit)
        wanted: set[int] = set()
        for members in blocks.values():
            chains = [unit for unit in members if unit.starts[0].kind == "cold"]
            live = [unit for unit in chains if not self._is_over(unit)]
            if live and self._experiment.compare_along:
                live = [unit for unit in chains if unit.case.case_id not in self._unsupported]
            served = {unit.case.baseline_id for unit in live}
            wanted |= {unit.starts[0].position for unit in live}
            wanted |= {
                unit.starts[0].position
                for unit in members
                if unit.starts[0].kind == "uncached" and unit.case.baseline_id in served
            }
        return wanted

    def _is_over(self, unit: Unit) -> bool:
        start = unit.starts[0]
        if start.case.case_id in self._unsupported:
            # A round that was interrupted is completed all the same.
            return all(start.key not in self._done for start in unit.starts)
        sampling = self._experiment.sampling
        if sampling.precision is None or start.round < sampling.min_rounds:
            return False
        return stopping.settled(self._ratios.of(start.case.case_id), sampling.precision)

    def _pending(self, unit: Unit) -> list[Start]:
        return [start for start in unit.starts if start.key not in self._done]

    def _measure(self, unit: Unit) -> None:
        pending = self._pending(unit)
        if not pending:
            return
        key = secrets.token_hex(KEY_BYTES) if unit.case.encryption == "aes-256-gcm" else None
        with chain_dir(self._sampler.caches) as chain:
            broken = self._write_blob_again(unit, chain, key)
            to_mutate = next((start for start in pending if start.kind == "warm"), None)
            for start in pending:
                left_out = broken or self._left_out(unit)
                if left_out:
                    self._keep(self._sampler.untaken(start, *left_out))
                    continue
                if start is to_mutate and self._mutate:
                    self._mutate(start, chain)
                if start.kind == "warm":
                    self._take_reference(plan.baseline_of(start.case))
                self._progress.begin(f"{start.kind} {start.case.name}")
                self._keep(self._sampler.take(start, chain, key))

    def _write_blob_again(
        self, unit: Unit, chain: ChainDir, key: str | None
    ) -> tuple[str, str] | None:
        """Make the blob whose cold start was stored before an interruption, untimed.

        Returns status and reason for the chain's warm starts when that does not work.
        """
        cold = self._done.get(unit.starts[0].key)
        if cold is None or cold.kind != "cold" or not cold.is_ok:
            return None
        self._progress.begin(f"cache of {unit.case.name}")
        ending = self._sampler.run(self._sampler.job(unit.case, "cold", chain, key), chain)
        if ending.status == "ok":
            return None
        return ending.status, f"its blob could not be written again: {ending.reason}"

    def _left_out(self, unit: Unit) -> tuple[str, str] | None:
        """Return status and reason for warm starts whose cold start did not work."""
        cold = self._done.get(unit.starts[0].key)
        if cold is None or cold.is_ok:
            return None
        if cold.status == "unsupported":
            return "unsupported", cold.reason or ""
        return "dropped", "its cold start failed"

    def _keep(self, sample: Sample) -> None:
        self._writer.append(sample)
        self._note(sample)
        self._progress.taken(sample)

    def _note(self, sample: Sample) -> None:
        self._done[sample.round, sample.position] = sample
        self._ratios.add(sample)
        if sample.status == "unsupported" and sample.case_id is not None:
            self._unsupported.add(sample.case_id)
