"""What models answer without a cache, and whether a warm start answers the same, bit by bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coldwarm.run.inference import agreed, at_larger_shape, is_same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldwarm.run.inference import Answer, Inference

    Record = Mapping[str, Any]
    Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Reference:
    """What a model answered without a cache, for one content of its files.

    Attributes:
        answers: of each start; None for one that failed.
        agreed: the answer that all of them gave, None where there is none.
        inputs_digest: of what it was asked, None where that was not recorded.
    """

    answers: Sequence[Sequence[Inference] | None] = ()
    agreed: Answer | None = None
    inputs_digest: str | None = None


UNKNOWN = Reference()


class ReferenceAnswers:
    """The references of a run.

    Args:
        references: those that are stored.
    """

    def __init__(self, references: Iterable[Record] = ()) -> None:
        self._known: dict[Key, Reference] = {}
        for entry in references:
            self.add(entry)

    def add(self, entry: Record) -> None:
        """Take note of a stored reference; it replaces an earlier one of the same content."""
        self._known[_key(entry["baseline_id"], entry["model_digests"])] = Reference(
            entry["answers"], agreed(entry["answers"]), entry.get("inputs_digest")
        )

    def of(self, baseline_id: str, model_digests: Mapping[str, str] | None) -> Reference | None:
        """Return the reference of a baseline and a content of its files, None where it is not."""
        return self._known.get(_key(baseline_id, model_digests or {}))

    def judge(self, warm: Record, cold: Record) -> str:
        """Return what the answer of a start makes of it that was loaded from the cache.

        Args:
            warm: the start.
            cold: the start that wrote the blob; the warm one itself where it is not known.

        Returns:
            ``hit``, ``stale``, ``wrong`` or ``not_comparable``.
        """
        outputs = warm.get("outputs") or ()
        reference = self.of_start(warm, warm)
        if asked_otherwise(warm, reference):
            return "not_comparable"
        if reference.agreed is not None and is_same(outputs, reference.agreed):
            return "wrong" if refuses_larger(warm, reference) else "hit"
        if changed_files(warm, cold):
            before = self.of_start(warm, cold).agreed
            if before is not None and is_same(outputs, before):
                return "stale"
        return "not_comparable" if reference.agreed is None else "wrong"

    def of_start(self, start: Record, files_of: Record) -> Reference:
        """Return the reference of a start, for the files as they were at another one."""
        return self.of(start["baseline_id"], files_of.get("model_digests")) or UNKNOWN


def asked_otherwise(warm: Record, reference: Reference) -> bool:
    """Return whether a start had other inputs than its reference."""
    known = warm.get("inputs_digest"), reference.inputs_digest
    return None not in known and known[0] != known[1]


def refuses_larger(warm: Record, reference: Reference) -> bool:
    """Return whether a start did not answer larger inputs, which its reference answers."""
    return bool(warm.get("larger_refused") and at_larger_shape(reference.agreed or ()))


def changed_files(warm: Record, cold: Record) -> bool:
    """Return whether the model's files were others when the blob was written."""
    return cold.get("model_digests") != warm.get("model_digests")


def _key(baseline_id: str, digests: Mapping[str, str]) -> Key:
    return baseline_id, tuple(sorted(digests.items()))
