"""What a baseline answers without a cache: two untimed starts that must agree bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm import models
from coldwarm.measure.cachedir import chain_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coldwarm.experiment.case import Case
    from coldwarm.measure.sampler import Sampler

STARTS = 2


class References:
    """Takes each reference once per baseline and content of the model's files."""

    def __init__(
        self,
        sampler: Sampler,
        known: Iterable[dict[str, Any]],
        keep: Callable[[dict[str, Any]], None],
    ) -> None:
        self._sampler = sampler
        self._keep = keep
        self._known = {_key(entry["baseline_id"], entry["model_digests"]) for entry in known}

    def has(self, baseline: Case) -> bool:
        """Return whether the answers of the baseline are known for the files as they are now."""
        digests = models.digests(self._sampler.model_files[baseline.model])
        return _key(baseline.baseline_id, digests) in self._known

    def take(self, baseline: Case) -> None:
        """Start the baseline twice and keep both answers."""
        digests = models.digests(self._sampler.model_files[baseline.model])
        answers, inputs = [], []
        for _ in range(STARTS):
            with chain_dir(self._sampler.caches) as chain:
                job = self._sampler.job(baseline, "uncached", chain)
                ending = self._sampler.run(job, chain)
                if ending.status != "ok":
                    # A failure by chance would leave the whole run without an answer to compare.
                    ending = self._sampler.run(job, chain)
            answers.append(ending.result.get("outputs") if ending.status == "ok" else None)
            inputs.append(ending.result.get("inputs_digest"))
        self._keep(
            {
                "baseline_id": baseline.baseline_id,
                "model_digests": digests,
                "answers": answers,
                "inputs_digest": next(filter(None, inputs), None),
            }
        )
        self._known.add(_key(baseline.baseline_id, digests))


def _key(baseline_id: str, digests: dict[str, str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    return baseline_id, tuple(sorted(digests.items()))
