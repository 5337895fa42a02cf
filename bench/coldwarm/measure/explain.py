"""How far apart are the answers with and without the cache? Two starts are made again to tell."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from coldwarm.errors import ColdwarmError
from coldwarm.measure import plan
from coldwarm.measure.cachedir import chain_dir
from coldwarm.run.proof import is_loaded

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from coldwarm.experiment.case import Case
    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.measure.runner import Ending
    from coldwarm.measure.sampler import Sampler

    Outputs = dict[str, NDArray[np.generic]]
    Named = tuple[str, NDArray[np.generic]]

EXACT = 0.0


@dataclass(frozen=True)
class OutputDifference:
    """How one output of one inference differs.

    Attributes:
        inference: from 0.
        output: name of the output, as the uncached start has it; its number where it has none.
        shape: of the output.
        equal: whether every bit is the same.
        absolute: largest absolute difference of finite values, None where there is no comparing.
        relative: largest difference relative to the larger magnitude of the two values.
        not_finite: values that are infinite or no number on one side at least, and differ.
        lacking: what only one start gave, in words; empty for an output that both have.
    """

    inference: int
    output: str
    shape: tuple[int, ...]
    equal: bool = False
    absolute: float | None = None
    relative: float | None = None
    not_finite: int = 0
    lacking: str = ""

    @property
    def sentence(self) -> str:
        """Return the difference in words."""
        where = f"inference {self.inference + 1}, output {self.output} {list(self.shape)}"
        if self.lacking:
            return f"{where}: {self.lacking}"
        if self.equal:
            return f"{where}: bit-identical"
        if self.absolute is None:
            return f"{where}: different shapes or types"
        text = f"differs by up to {self.absolute:.3g} absolute, {self.relative:.3g} relative"
        if self.not_finite:
            text += f"; values that are infinite or NaN on one side differ: {self.not_finite}"
        return f"{where}: {text}"


def explain(sampler: Sampler, case: Case) -> list[OutputDifference]:
    """Repeat the uncached and the warm start of a case and compare what they answer.

    Raises:
        ColdwarmError: when one of the starts fails, or the warm one misses the cache.
    """
    key = secrets.token_hex(32)
    with chain_dir(sampler.caches) as chain:
        uncached, warm = chain.path / "uncached.npz", chain.path / "warm.npz"
        with chain_dir(sampler.caches) as empty:
            _start(sampler, plan.baseline_of(case), "uncached", empty, key, uncached)
        with chain_dir(sampler.caches) as cached:
            _start(sampler, case, "cold", cached, key, warm)
            ending = _start(sampler, case, "warm", cached, key, warm)
        if not is_loaded({**ending.result, "case": case.axes(), "kind": "warm"}):
            msg = (
                "there is nothing to compare: the warm start was not loaded from the cache, both "
                "answers are those of a compiled model"
            )
            raise ColdwarmError(msg)
        return compare(_load(uncached), _load(warm))


def compare(left: Outputs, right: Outputs) -> list[OutputDifference]:
    """Return the difference of each output, paired by place: an imported model can lack names.

    Args:
        left: what the uncached start answered, as ``inference/position/name`` to values, in order.
        right: what the warm start answered.
    """
    differences = []
    ours, theirs = _by_inference(left), _by_inference(right)
    for inference in sorted(ours.keys() | theirs.keys()):
        pairs = zip_longest(ours.get(inference, ()), theirs.get(inference, ()))
        differences += [_difference(inference, a, b) for a, b in pairs]
    return differences


def _by_inference(outputs: Outputs) -> dict[int, list[Named]]:
    found: dict[int, list[Named]] = {}
    for key, values in outputs.items():
        inference, position, name = key.split("/", 2)
        found.setdefault(int(inference), []).append((name or f"{int(position) + 1}", values))
    return found


def _difference(inference: int, left: Named | None, right: Named | None) -> OutputDifference:
    if left is None or right is None:
        name, values = left or right or ("", np.array(()))
        only = "only with the cache" if left is None else "only without the cache"
        return OutputDifference(inference, name, tuple(values.shape), lacking=only)
    (name, a), (_, b) = left, right
    place = inference, name, tuple(a.shape)
    if a.shape != b.shape or a.dtype != b.dtype:
        return OutputDifference(*place)
    if a.tobytes() == b.tobytes():
        return OutputDifference(*place, equal=True, absolute=EXACT, relative=EXACT)
    if a.dtype.kind not in "biuf":
        return OutputDifference(*place)
    x, y = a.astype(np.float64), b.astype(np.float64)
    finite = np.isfinite(x) & np.isfinite(y)
    alike = (x == y) | (np.isnan(x) & np.isnan(y))
    gap = np.abs(x[finite] - y[finite])
    scale = np.maximum(np.abs(x[finite]), np.abs(y[finite]))
    relative = np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0)
    return OutputDifference(
        *place,
        absolute=float(gap.max(initial=EXACT)),
        relative=float(relative.max(initial=EXACT)),
        not_finite=int(np.count_nonzero(~finite & ~alike)),
    )


def _start(
    sampler: Sampler, case: Case, kind: str, chain: ChainDir, key: str, outputs: Path
) -> Ending:
    job = replace(sampler.job(case, kind, chain, key), outputs_file=str(outputs), larger=True)
    ending = sampler.run(job, chain)
    if ending.status != "ok":
        why = f": {ending.reason}" if ending.reason else ""
        msg = f"the {kind} start cannot be repeated: it ended as {ending.status}{why}"
        raise ColdwarmError(msg)
    return ending


def _load(path: Path) -> Outputs:
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)
