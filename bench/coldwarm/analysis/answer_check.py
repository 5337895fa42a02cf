"""Does a start from the cache answer as the model does? Compared with references, bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coldwarm.analysis.asked import zero_words
from coldwarm.run.inference import (
    at_first_shape,
    at_larger_shape,
    empty_outputs,
    is_same,
)
from coldwarm.run.reference_answers import asked_otherwise, changed_files
from coldwarm.text.escaping import openvino_message
from coldwarm.text.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.run.inference import Answer, Inference
    from coldwarm.run.reference_answers import Reference, ReferenceAnswers

Record = dict[str, Any]


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


LOADED = "loaded from the cache"
REFUSES = "it does not answer larger inputs, which the model answers without a cache"
REPLACED = "use read_model + compile_model, or empty the cache when the model is replaced"
DAMAGE = "delete the cache directory: OpenVINO does not notice damage in a blob's weights"


def explain_answer(
    verdict: str, warm: Record, cold: Record, references: ReferenceAnswers
) -> Finding:
    """Return why a start that was loaded from the cache is what its answer makes of it.

    Args:
        verdict: what it is, as `ReferenceAnswers.judge` says.
        warm: the start.
        cold: the start that wrote the blob; the warm one itself where it is not known.
        references: of the run.
    """
    outputs = warm.get("outputs") or ()
    reference = references.of_start(warm, warm)
    changed = changed_files(warm, cold)
    if verdict == "hit":
        return Finding(verdict, _proves_little(outputs))
    if verdict == "stale":
        return Finding(
            verdict,
            "loaded from the cache, and it answers as the model did before its files changed",
            REPLACED,
        )
    if verdict == "not_comparable":
        return _not_comparable(reference, warm)
    expected = reference.agreed or ()
    if is_same(outputs, expected):
        refused = openvino_message(warm["larger_refused"])
        return Finding(verdict, f"{LOADED}, and {REFUSES}: {refused}", DAMAGE)
    if changed:
        return Finding(
            verdict,
            "loaded from the cache, and it answers neither as the model does nor as it did "
            "before its files changed",
            REPLACED,
        )
    reason = f"{LOADED}, and {_what_is_wrong(outputs, expected)}"
    foreign = warm.get("foreign_files")
    if foreign:
        names = " and ".join(f"{key} ({value})" for key, value in foreign.items())
        return Finding(
            verdict,
            f"{reason}; {names} is not a file of this model",
            f"let {' and '.join(foreign)} name the files of this model, as "
            '"${model_bin}" and "${model_path}" do',
        )
    return Finding(verdict, reason, DAMAGE)


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
    if asked_otherwise(record, reference):
        return Finding(
            "not_comparable",
            f"{LOADED}; its inputs were not those of the reference",
            "do not change files of input values while a run goes on",
        )
    if not reference.answers:
        why = "no reference was taken of the model as its files are"
    elif None in reference.answers:
        why = "a start without a cache, made for reference, failed"
    else:
        why = "without a cache the model does not answer the same twice"
    remedy = zero_words(record.get("zero_inputs") or ())
    return Finding("not_comparable", f"{LOADED}; {why}", remedy)
