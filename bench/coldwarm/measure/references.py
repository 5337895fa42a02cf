"""What a baseline answers without a cache: two untimed starts that must agree bit by bit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coldwarm import models
from coldwarm.measure.cachedir import chain_dir
from coldwarm.run.inference import at_larger_shape
from coldwarm.run.reference_answers import ReferenceAnswers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coldwarm.experiment.case import Case
    from coldwarm.measure.sampler import Sampler

STARTS = 2


class References:
    """Takes each reference once per baseline and content of the model's files.

    Args:
        sampler: makes the starts.
        known: references that the run holds already.
        keep: stores a new one.
    """

    def __init__(
        self,
        sampler: Sampler,
        known: Iterable[dict[str, Any]],
        keep: Callable[[dict[str, Any]], None],
    ) -> None:
        self._sampler = sampler
        self._keep = keep
        self.answers = ReferenceAnswers(known)

    def has(self, baseline: Case) -> bool:
        """Return whether the answers of the baseline are known for the files as they are now."""
        digests = models.digests(self._sampler.model_files[baseline.model])
        return self.answers.of(baseline.baseline_id, digests) is not None

    def answers_larger(self, baseline: Case) -> bool:
        """Return whether the baseline is known to answer at a larger shape, always alike."""
        digests = models.digests(self._sampler.model_files[baseline.model])
        known = self.answers.of(baseline.baseline_id, digests)
        return known is not None and bool(at_larger_shape(known.agreed or ()))

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
        self.answers.add(reference)
