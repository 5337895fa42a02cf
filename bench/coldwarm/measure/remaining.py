"""What a run still has to measure: what is planned, less what is stored, over or dropped."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from coldwarm.measure import plan, stopping
from coldwarm.measure.ratios import SpeedupRatios

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldwarm.experiment import Experiment
    from coldwarm.measure.plan import Block, Start, Unit
    from coldwarm.run.reference_answers import ReferenceAnswers
    from coldwarm.run.sample import Sample


class Remaining:
    """The starts that remain of an experiment.

    Args:
        experiment: what is measured.
        stored: the samples that there are already.
        answers: the references of the run.
    """

    def __init__(
        self, experiment: Experiment, stored: Iterable[Sample], answers: ReferenceAnswers
    ) -> None:
        self._experiment = experiment
        self._made: dict[tuple[int, int], dict[int, set[int]]] = defaultdict(dict)
        """Round and block to sitting to the positions of the starts that are stored."""
        self._ratios = SpeedupRatios(answers)
        self._unsupported: set[str] = set()
        self._dropped: dict[str, int] = {}
        """Case to the round from which on there was no time for it."""
        self._begun: set[str | None] = set()
        """Cases of the starts that were made, None for an uncached one."""
        for sample in stored:
            self.note(sample)

    def note(self, sample: Sample) -> None:
        """Take note of a stored sample."""
        made = self._made[sample.round, sample.block]
        made.setdefault(sample.sitting, set()).add(sample.position)
        self._ratios.add(sample)
        if sample.is_out_of_time and sample.case_id is not None:
            self._dropped.setdefault(sample.case_id, sample.round)
            return
        self._begun.add(sample.case_id)
        if sample.status == "unsupported" and sample.case_id is not None:
            self._unsupported.add(sample.case_id)

    @property
    def is_begun(self) -> bool:
        """Return whether any start was made."""
        return bool(self._begun)

    def has_begun(self, block: Block) -> bool:
        """Return whether a start of a case of this block was made."""
        return bool(block.case_ids & self._begun)

    def is_dropped(self, block: Block) -> bool:
        """Return whether the block was dropped, now or in an earlier sitting."""
        return bool(block.case_ids & self._dropped.keys())

    def drop(self, block: Block, number: int) -> list[Start]:
        """Drop a block; return the starts of its cases whose place in the run is empty.

        Args:
            block: of the experiment.
            number: the round from which on it is dropped, unless it was in an earlier one.
        """
        earlier = block.case_ids & self._dropped.keys()
        since = min((self._dropped[case_id] for case_id in earlier), default=number)
        self._dropped |= dict.fromkeys(block.case_ids, since)
        return [
            start
            for unit in plan.plan_round(self._experiment, since)
            if unit.starts[0].kind == "cold" and unit.case.case_id in block.case_ids
            for start in unit.starts
            if not self._is_made(start)
        ]

    def due(self, number: int) -> list[Unit]:
        """Return the units of a round that are still to be measured.

        Only neighbours of one sitting are compared: a block that lacks a start is measured again
        as a whole.
        """
        blocks = defaultdict(list)
        for unit in plan.plan_round(self._experiment, number):
            blocks[_block_of(unit)].append(unit)
        due: list[Unit] = []
        for place, members in blocks.items():
            useful = self._useful(members)
            starts = {start.position for unit in useful for start in unit.starts}
            if not any(starts <= positions for positions in self._made[place].values()):
                due += [unit for unit in members if unit in useful]
        return due

    def _useful(self, members: list[Unit]) -> list[Unit]:
        """Return the units of a block from which something can be learned.

        A settled or unsupported case costs no more time, one that was dropped gets no more, and a
        baseline is needed only beside a case that goes on. Where an axis is compared, a block goes
        on as a whole: a start without its neighbours cannot be compared.
        """
        chains = [
            unit
            for unit in members
            if unit.starts[0].kind == "cold" and unit.case.case_id not in self._dropped
        ]
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
            return not any(self._is_made(start) for start in unit.starts)
        sampling = self._experiment.sampling
        if sampling.precision is None or start.round < sampling.min_rounds:
            return False
        return stopping.settled(self._ratios.of(start.case.case_id), sampling.precision)

    def _is_made(self, start: Start) -> bool:
        made = self._made.get((start.round, start.block), {})
        return any(start.position in positions for positions in made.values())


def _block_of(unit: Unit) -> tuple[int, int]:
    start = unit.starts[0]
    return start.round, start.block
