"""Mistakes that no single value shows: rules that match nothing, a matrix without cases.

They are looked for in whatever is right about the file, so that they are reported together with
its other mistakes. What hangs on a value that is wrong itself is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.experiment import matrix
from coldwarm.experiment.problems import quote
from coldwarm.experiment.yaml_nodes import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.experiment.case import Case
    from coldwarm.experiment.located import LocatedModel
    from coldwarm.experiment.problems import Problem
    from coldwarm.experiment.sound import SoundParts
    from coldwarm.experiment.yaml_nodes import Document


def inconsistencies(document: Document, parts: SoundParts) -> Iterator[Problem]:
    """Yield what does not fit together among the sound parts of a document."""
    yield from _clashing_models(document, parts)
    if parts.lacks_matrix and not document.data.get("include"):
        yield document.problem((), "the matrix is empty: add a matrix with a model")
    if not isinstance(document.data.get("matrix"), dict):
        return
    axes = parts.axes()
    count = matrix.size(axes)
    if not axes["model"]:
        yield document.problem(("matrix", KEY), "the matrix is empty: it needs a model")
    elif count > matrix.MAX_CELLS:
        message = f"the matrix has {count} cells, more than {matrix.MAX_CELLS}: split it"
        yield document.problem(("matrix", KEY), message)
    else:
        yield from _idle_rules(document, parts)
        yield from _idle_expectations(document, parts)


def _clashing_models(document: Document, parts: SoundParts) -> Iterator[Problem]:
    first: dict[str, LocatedModel] = {}
    for loc, model in parts.models():
        if first.setdefault(model.name, model) != model:
            message = (
                f"the model {quote(model.name)} is given twice, with different files or inputs: "
                "give each a name of its own"
            )
            yield document.problem(loc, message)


def _idle_rules(document: Document, parts: SoundParts) -> Iterator[Problem]:
    """Yield the exclude rules that match nothing, or the list of them if they match all."""
    seen = list(matrix.cells(parts.axes()))
    rules = {index: parts.certain(rule.pattern()) for index, rule in parts.exclude.items()}
    for index, rule in rules.items():
        if not any(matrix.matches(rule, case) for case in seen):
            message = f"this exclude rule matches nothing: {matrix.why_unmatched(rule, seen)}"
            yield document.problem(("exclude", index), message)
    if parts.uncertain or document.data.get("include"):
        return
    if not matrix.expand(parts.axes(), exclude=list(rules.values())):
        yield document.problem(("exclude",), "every case is excluded: nothing is left to measure")


def _idle_expectations(document: Document, parts: SoundParts) -> Iterator[Problem]:
    if not all(map(parts.is_sound, ("include", "exclude"))):
        return
    excluded = [rule.pattern() for rule in parts.exclude.values()]
    certain = [rule for rule in excluded if parts.certain(rule) == rule]
    included = [entry.case() for entry in parts.include.values()]
    cases: tuple[Case, ...] = matrix.expand(parts.axes(), exclude=certain, include=included)
    if not cases:
        return
    for index, expectation in parts.expect.items():
        pattern = parts.certain(expectation.pattern())
        if not any(matrix.matches(pattern, case) for case in cases):
            message = f"this expectation matches no case: {matrix.why_unmatched(pattern, cases)}"
            yield document.problem(("expect", index), message)
