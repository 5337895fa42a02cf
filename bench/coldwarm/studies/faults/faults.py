"""The study: something goes wrong with the cache; does the next start survive it?"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from coldwarm.studies.faults import bad_directories, judging, scripts
from coldwarm.studies.faults.catalog import (
    BURSTS,
    DAMAGED,
    FAULTS,
    KILLED,
    LOCKED,
    NOTHING,
    OTHER,
    PLACE,
    STAGGER_NS,
    STAGGERED_STARTS,
    STAMPEDE,
    STAMPEDE_STARTS,
)
from coldwarm.studies.faults.crowd import start_together
from coldwarm.studies.faults.damage import DAMAGES, CannotDamageError
from coldwarm.studies.faults.fault_attempt import (
    BEFORE,
    COLD,
    NEXT,
    ColdFailedError,
    Trying,
)
from coldwarm.studies.faults.good_blobs import Stock
from coldwarm.studies.inside.locks import SEAL
from coldwarm.studies.ir_edits import change_weights
from coldwarm.studies.launch_conditions import INSIDE, Circumstances
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from coldwarm.experiment.case import Case
    from coldwarm.measure.sampler import Sampler
    from coldwarm.run.attempt import Trace
    from coldwarm.studies.attempt_runner import Bench
    from coldwarm.studies.study import Judgement, Script, Trial, Word

LOCK = "locks:lock,unlock"
LOCKS = {
    "wrong_key": "locks:lock_with_other,unlock_with_other",
    "no_key": "none",
    "decrypt_raises": "locks:lock,refuse",
    "encrypt_raises": "locks:refuse,unlock",
}
"""The callbacks of the start that meets the fault."""


class Faults:
    """Does something to a good cache, or to those who write it, and starts again."""

    kind = "faults"
    title = "What breaks the cache?"
    words: Mapping[str, Word] = judging.WORDS

    def __init__(self) -> None:
        self._stock = Stock()
        self._ways: Mapping[str, Callable[[Trying], None]] = {
            NOTHING: self._leave_alone,
            DAMAGED: self._damage,
            OTHER: self._exchange,
            PLACE: self._misplace,
            LOCKED: self._lock,
            KILLED: self._kill,
            STAMPEDE: self._crowd,
        }

    def describe(self, change: str) -> str:
        """Return the fault, as the heading of its row."""
        return FAULTS[change].title

    def explain(self, change: str) -> str:
        """Return what exactly is done, and what should come of it."""
        return f"{FAULTS[change].text} {FAULTS[change].due}"

    def starts(self, change: str) -> int:
        """Return how many starts one try takes."""
        return FAULTS[change].starts

    def turns(self, change: str) -> int:
        """Return how many times as long as one start a try takes: a crowd is as one."""
        fault = FAULTS[change]
        return 2 * BURSTS if fault.family == STAMPEDE else fault.starts

    def carry_out(self, bench: Bench, trial: Trial) -> Trace:
        """Make one try in private directories."""
        fault = FAULTS[trial.change]
        files = bench.sampler.model_files[trial.case.model]
        if trial.case.api == "import" and fault.writes_cache:
            return bench.trace(trial, skipped="with this API the application writes the file")
        with bench.chain() as chain:
            trying = Trying(bench, trial, chain, bench.sampler)
            trying.answers["now"] = bench.answers.of(trial.case, files)
            try:
                self._ways[fault.family](trying)
            except ColdFailedError as err:
                trying.keep(COLD, err.sample, 0)
            except (NotTriedError, CannotDamageError) as err:
                return bench.trace(trial, skipped=str(err))
        seen = {**trying.facts, "roles": trying.roles, "took_ms": trying.took_ms}
        return bench.trace(trial, trying.starts, answers=trying.answers, facts=seen)

    def judge(self, traces: Sequence[Trace]) -> list[Judgement]:
        """Return what came of each try."""
        return judging.judge(traces)

    def reproduce(self, trace: Trace, surprise: str, reason: str) -> Script:
        """Return a program that shows a surprise."""
        return scripts.reproduce(trace, surprise, reason)

    def _good(self, trying: Trying, case: Case | None = None, **options: Any) -> Any:  # noqa: ANN401
        return self._stock.good(trying.bench, trying.trial, case or trying.case, **options)

    def _leave_alone(self, trying: Trying) -> None:
        self._good(trying).copy_to(trying.chain.cache)
        trying.take_and_follow()

    def _damage(self, trying: Trying) -> None:
        good = self._good(trying)
        damaged, done = DAMAGES[trying.trial.change](good.read(), trying.chance)
        bad_directories.replace_bytes(good.copy_to(trying.chain.cache), damaged)
        trying.facts.update(done)
        trying.take_and_follow()

    def _exchange(self, trying: Trying) -> None:
        bench, case = trying.bench, trying.case
        files = bench.copy_model(case, trying.chain.path / "other")
        if files.bin is None or not change_weights(files.bin):
            msg = "only the weights of an OpenVINO IR can be exchanged"
            raise NotTriedError(msg)
        trying.answers["other_model"] = bench.answers.of(case, files)
        other = self._good(trying, name="-other", files=files)
        bad_directories.replace_bytes(self._good(trying).copy_to(trying.chain.cache), other.read())
        trying.take_and_follow()

    def _misplace(self, trying: Trying) -> None:
        circumstances = bad_directories.make(trying, self._good(trying))
        trying.take_and_follow(circumstances=circumstances)

    def _lock(self, trying: Trying) -> None:
        if trying.case.encryption != "none":
            msg = "this case brings callbacks of its own"
            raise NotTriedError(msg)
        change = trying.trial.change
        trying.sampler = _with_locks(trying.sampler)
        meets = replace(trying.case, encryption=LOCKS[change])
        if change == "encrypt_raises":
            trying.take_and_follow(meets, kind="cold")
            return
        locked = replace(trying.case, encryption=LOCK)
        self._good(trying, locked, sampler=trying.sampler).copy_to(trying.chain.cache)
        trying.facts["sealed_before"] = _is_sealed(trying.chain.cache)
        trying.take_and_follow(meets)
        trying.facts["sealed_after"] = _is_sealed(trying.chain.cache)

    def _kill(self, trying: Trying) -> None:
        size = len(self._good(trying).read())
        at = trying.chance.randrange(size)
        cache = trying.chain.cache
        killer = Circumstances({"kill_at": {"path": str(cache), "bytes": at}})
        trying.take(BEFORE, kind="cold", circumstances=killer)
        left = sum(blob.bytes for blob in trying.chain.blobs())
        trying.facts.update(kill_at_byte=at, left_bytes=left, of_bytes=size)
        trying.take_and_follow()

    def _crowd(self, trying: Trying) -> None:
        chance = trying.chance
        together = trying.trial.change == "stampede"
        count = STAMPEDE_STARTS if together else STAGGERED_STARTS
        trying.facts["delays_ms"] = []
        for _ in range(BURSTS):
            gaps = [0 if together else chance.randint(*STAGGER_NS) for _ in range(count - 1)]
            delays = [0, *accumulate(gaps)]
            trying.facts["delays_ms"].append([round(delay / 1e6, 1) for delay in delays])
            with trying.bench.chain() as trying.chain:
                start_together(trying, delays)
                trying.take(NEXT)


def _with_locks(sampler: Sampler) -> Sampler:
    """Return the sampler whose workers look for codecs beside our own."""
    return replace(sampler, experiment=replace(sampler.experiment, source=INSIDE / "locks.py"))


def _is_sealed(cache: Path) -> bool:
    """Return whether what our cipher wrote lies in a cache directory."""
    return any(SEAL in file.read_bytes() for file in cache.rglob("*") if file.is_file())
