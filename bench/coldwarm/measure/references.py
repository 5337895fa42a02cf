"""What a baseline answers without a cache: two untimed starts that must agree bit by bit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coldwarm import models
from coldwarm.measure.cachedir import chain_dir
from coldwarm.run.inference import agreed, at_larger_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coldwarm.experiment.case import Case
    from coldwarm.measure.sampler import Sampler

STARTS = 2

Key = tuple[str, tuple[tuple[str, str], ...]]


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
        self._known: dict[Key, bool] = {}
        for entry in known:
            self._note(entry)

    def has(self, baseline: Case) -> bool:
        """Return whether the answers of the baseline are known for the files as they are now."""
        digests = models.digests(self._sampler.model_files[baseline.model])
        return _key(baseline.baseline_id, digests) in self._known

    def answers_larger(self, baseline: Case) -> bool:
        """Return whether the baseline is known to answer at a larger shape, always alike."""
        digests = models.digests(self._sampler.model_files[baseline.model])
        return self._known.get(_key(baseline.baseline_id, digests), False)

    def take(self, baseline: Case) -> None:
        """Start the baseline twice and keep both answers.

        It is asked at a larger shape too, until it refuses. A start that failed is repeated once,
        one that was out of time is the last.
        """
        digests = models.digests(self._sampler.model_files[baseline.model])
        answers, inputs, refused = [], [], None
        for _ in range(STARTS):
            with chain_dir(self._sampler.caches) as chain:
                job = replace(self._sampler.job(baseline, "uncached", chain), larger=not refused)
                ending = self._sampler.run(job, chain)
                if ending.status not in ("ok", "timeout"):
                    # A failure by chance would leave the whole run without an answer to compare.
                    ending = self._sampler.run(job, chain)
            answers.append(ending.result.get("outputs") if ending.status == "ok" else None)
            inputs.append(ending.result.get("inputs_digest"))
            refused = refused or ending.result.get("larger_refused")
            if ending.status == "timeout":
                # What hangs costs the longest time there is; one answer that lacks is enough.
                break
        reference = {
            "baseline_id": baseline.baseline_id,
            "model_digests": digests,
            "answers": answers,
            "inputs_digest": next(filter(None, inputs), None),
            "larger_refused": refused,
        }
        self._keep(reference)
        self._note(reference)

    def _note(self, reference: dict[str, Any]) -> None:
        key = _key(reference["baseline_id"], reference["model_digests"])
        self._known[key] = bool(at_larger_shape(agreed(reference["answers"]) or ()))


def _key(baseline_id: str, digests: dict[str, str]) -> Key:
    return baseline_id, tuple(sorted(digests.items()))
