"""Does a start from the cache answer as the model does? Compared with references, bit by bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from coldwarm.analysis.asked import zero_words
from coldwarm.run.inference import (
    agreed,
    at_first_shape,
    at_larger_shape,
    empty_outputs,
    is_same,
)
from coldwarm.text.escaping import openvino_message
from coldwarm.text.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldwarm.run.inference import Answer, Inference

Record = dict[str, Any]
Content = tuple[tuple[str, str], ...]


class Finding(NamedTuple):
    """What one start was.

    Attributes:
        verdict: one of `VERDICTS`, ``dropped``, or None for a start that is not judged (uncached
            and cold ones that worked).
        reason: why, in one sentence; of a hit, what its answer does not prove.
        remedy: what can be done, empty where nothing is known.
    """

    verdict: str | None
    reason: str = ""
    remedy: str = ""


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

LOADED = "loaded from the cache"
REFUSES = "it does not answer larger inputs, which the model answers without a cache"
DAMAGE = "delete the cache directory: OpenVINO does not notice damage in a blob's weights"


class AnswerCheck:
    """Compares answers with references.

    Args:
        references: stored references of the run.
    """

    def __init__(self, references: Iterable[Record]) -> None:
        self._references = {
            (entry["baseline_id"], _content(entry["model_digests"])): Reference(
                entry["answers"], agreed(entry["answers"]), entry.get("inputs_digest")
            )
            for entry in references
        }

    def judge(self, warm: Record, cold: Record) -> Finding:
        """Return what a start is that was proven to be loaded from the cache.

        Args:
            warm: the start.
            cold: the start that wrote the blob; the warm one itself where it is not known.
        """
        outputs = warm.get("outputs") or ()
        reference = self._reference_of(warm, warm)
        if _asked_otherwise(warm, reference):
            return Finding(
                "not_comparable",
                "loaded from the cache; its inputs were not those of the reference",
                "do not change files of input values while a run goes on",
            )
        if reference.agreed is not None and is_same(outputs, reference.agreed):
            refused = warm.get("larger_refused")
            if refused and at_larger_shape(reference.agreed):
                return Finding(
                    "wrong", f"{LOADED}, and {REFUSES}: {openvino_message(refused)}", DAMAGE
                )
            return Finding("hit", _proves_little(outputs))
        changed = cold.get("model_digests") != warm.get("model_digests")
        remedy = "use read_model + compile_model, or empty the cache when the model is replaced"
        before = self._reference_of(warm, cold).agreed if changed else None
        if before is not None and is_same(outputs, before):
            return Finding(
                "stale",
                "loaded from the cache, and it answers as the model did before its files changed",
                remedy,
            )
        if reference.agreed is None:
            return _not_comparable(reference, warm)
        if changed:
            return Finding(
                "wrong",
                "loaded from the cache, and it answers neither as the model does nor as it did "
                "before its files changed",
                remedy,
            )
        reason = f"{LOADED}, and {_what_is_wrong(outputs, reference.agreed)}"
        foreign = warm.get("foreign_files")
        if foreign:
            names = " and ".join(f"{key} ({value})" for key, value in foreign.items())
            return Finding(
                "wrong",
                f"{reason}; {names} is not a file of this model",
                f"let {' and '.join(foreign)} name the files of this model, as "
                '"${model_bin}" and "${model_path}" do',
            )
        return Finding("wrong", reason, DAMAGE)

    def _reference_of(self, record: Record, files_of: Record) -> Reference:
        content = _content(files_of.get("model_digests") or {})
        return self._references.get((record["baseline_id"], content), UNKNOWN)


def _content(digests: Mapping[str, str]) -> Content:
    return tuple(sorted(digests.items()))


def _asked_otherwise(record: Record, reference: Reference) -> bool:
    known = record.get("inputs_digest"), reference.inputs_digest
    return None not in known and known[0] != known[1]


def _proves_little(outputs: Sequence[Inference]) -> str:
    """Return that an output held nothing that could have been wrong; empty where all did."""
    empty = empty_outputs(outputs)
    if not empty:
        return ""
    what, proves = ("output", "proves") if len(empty) == 1 else ("outputs", "prove")
    were = "was" if len(empty) == 1 else "were"
    return f"{what} {listed(empty)} {were} empty, which {proves} little about the answer"


def _what_is_wrong(outputs: Sequence[Inference], expected: Answer) -> str:
    if is_same(at_first_shape(outputs), at_first_shape(expected)):
        shapes = at_larger_shape(outputs)[0].get("shapes")
        return f"its answers to larger inputs, {shapes}, are not those of the model"
    return "its answers are not those of the model"


def _not_comparable(reference: Reference, record: Record) -> Finding:
    if not reference.answers:
        why = "no reference was taken of the model as its files are"
    elif None in reference.answers:
        why = "a start without a cache, made for reference, failed"
    else:
        why = "without a cache the model does not answer the same twice"
    remedy = zero_words(record.get("zero_inputs") or ())
    return Finding("not_comparable", f"{LOADED}; {why}", remedy)
