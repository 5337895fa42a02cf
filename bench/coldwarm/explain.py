"""How far apart are the answers with and without the cache? Two starts are made again to tell."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from coldwarm import plan
from coldwarm.errors import ColdwarmError
from coldwarm.measure.cachedir import chain_dir

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from coldwarm.experiment.case import Case
    from coldwarm.measure.sampler import Sampler

EXACT = 0.0


@dataclass(frozen=True)
class Difference:
    """How one output of one inference differs.

    Attributes:
        inference: from 0.
        output: name of the output.
        shape: of the output.
        equal: whether every bit is the same.
        absolute: largest absolute difference, None for text or other shapes.
        relative: largest difference relative to the larger magnitude of the two values.
    """

    inference: int
    output: str
    shape: tuple[int, ...]
    equal: bool
    absolute: float | None
    relative: float | None

    @property
    def sentence(self) -> str:
        """Return the difference in words."""
        where = f"inference {self.inference + 1}, output {self.output} {list(self.shape)}"
        if self.equal:
            return f"{where}: bit-identical"
        if self.absolute is None:
            return f"{where}: different shapes or types"
        return (
            f"{where}: differs by up to {self.absolute:.3g} absolute, {self.relative:.3g} relative"
        )


def explain(sampler: Sampler, case: Case) -> list[Difference]:
    """Repeat the uncached and the warm start of a case and compare what they answer.

    Raises:
        ColdwarmError: when one of the starts fails.
    """
    key = secrets.token_hex(32)
    with chain_dir(sampler.caches) as chain:
        uncached, warm = chain.path / "uncached.npz", chain.path / "warm.npz"
        _start(sampler, plan.baseline_of(case), "uncached", key, uncached)
        with chain_dir(sampler.caches) as cached:
            for kind in ("cold", "warm"):
                job = replace(sampler.job(case, kind, cached, key), outputs_file=str(warm))
                _checked(sampler.run(job, cached).status, kind)
        return compare(_load(uncached), _load(warm))


def compare(
    left: dict[str, NDArray[np.generic]], right: dict[str, NDArray[np.generic]]
) -> list[Difference]:
    """Return the difference of each output that both sides have."""
    return [_difference(name, left[name], right[name]) for name in left if name in right]


def _difference(key: str, a: NDArray[np.generic], b: NDArray[np.generic]) -> Difference:
    inference, _, output = key.partition("/")
    place = int(inference), output, tuple(a.shape)
    same_kind = a.shape == b.shape and a.dtype == b.dtype
    if same_kind and a.tobytes() == b.tobytes():
        return Difference(*place, equal=True, absolute=EXACT, relative=EXACT)
    if not same_kind or a.dtype.kind not in "biuf":
        return Difference(*place, equal=False, absolute=None, relative=None)
    x, y = a.astype(np.float64), b.astype(np.float64)
    gap = np.abs(x - y)
    scale = np.maximum(np.abs(x), np.abs(y))
    relative = np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0)
    return Difference(
        *place, equal=False, absolute=float(gap.max()), relative=float(relative.max())
    )


def _start(sampler: Sampler, case: Case, kind: str, key: str, outputs: Path) -> None:
    with chain_dir(sampler.caches) as chain:
        job = replace(sampler.job(case, kind, chain, key), outputs_file=str(outputs))
        _checked(sampler.run(job, chain).status, kind)


def _checked(status: str, kind: str) -> None:
    if status != "ok":
        msg = f"the {kind} start cannot be repeated: it ended as {status}"
        raise ColdwarmError(msg)


def _load(path: Path) -> dict[str, NDArray[np.generic]]:
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)
