"""What is right: the answers of a model without a cache, taken once per content of its files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coldwarm import models
from coldwarm.measure import plan
from coldwarm.measure.references import References
from coldwarm.run import inference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from coldwarm.experiment.case import Case
    from coldwarm.measure.sampler import Sampler
    from coldwarm.models import ModelFiles
    from coldwarm.run.inference import Answer, Inference

Key = tuple[str, tuple[str, ...]]


class Answers:
    """Takes reference answers where they are not known yet, and keeps them in the run.

    Args:
        sampler: makes the starts.
        known: references that the run holds already.
        keep: stores a new one.
        tell: is told what is about to be started.
    """

    def __init__(
        self,
        sampler: Sampler,
        known: Iterable[dict[str, Any]],
        keep: Callable[[dict[str, Any]], None],
        tell: Callable[[str], None],
    ) -> None:
        self._sampler = sampler
        self._keep = keep
        self._tell = tell
        self._known: dict[Key, Answer | None] = {}
        for reference in known:
            self._note(reference)

    def of(self, case: Case, files: ModelFiles) -> Answer | None:
        """Return the answer of a case without a cache, see `agreed`.

        It hangs on what the files hold, not on where they are: a model that was moved answers as
        before.
        """
        baseline = plan.baseline_of(case)
        key = _key(baseline.baseline_id, models.digests(files).values())
        if key not in self._known:
            self._tell(f"reference answers of {baseline.name}")
            sampler = replace(self._sampler, model_files={case.model: files})
            References(sampler, (), self._take).take(baseline)
        return self._known[key]

    def _take(self, reference: dict[str, Any]) -> None:
        self._keep(reference)
        self._note(reference)

    def _note(self, reference: dict[str, Any]) -> None:
        key = _key(reference["baseline_id"], reference["model_digests"].values())
        self._known[key] = agreed(reference["answers"])


def agreed(answers: Sequence[Sequence[Inference] | None]) -> Answer | None:
    """Return the answer that all starts gave: empty where all failed, None where they differ."""
    return inference.agreed(answers) if any(answers) else ()


def fails_anyway(answer: Answer | None) -> bool:
    """Return whether the model failed without a cache, too: the cache is not to blame."""
    return answer is not None and not answer


def which(outputs: Answer, answers: dict[str, Answer | None]) -> str | None:
    """Return the name of the answer that some outputs are.

    Returns:
        the first name among `answers` whose outputs are bit by bit the same, ``other`` when none
        is, None when one that might be is not known.
    """
    for name, answer in answers.items():
        if answer and inference.is_same(outputs, answer):
            return name
    return "other" if all(answers.values()) else None


def _key(baseline_id: str, contents: Iterable[str]) -> Key:
    return baseline_id, tuple(sorted(contents))
