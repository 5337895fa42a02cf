"""Mistakes that no single value shows: rules that match nothing, keys that mean nothing together.

They are looked for in whatever is right about the file, so that they are reported together with
its other mistakes. What hangs on a value that is wrong itself is left alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coldwarm.experiment import matrix
from coldwarm.experiment.axes import LLM
from coldwarm.experiment.problems import quote
from coldwarm.experiment.yaml_nodes import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coldwarm.experiment.case import Case
    from coldwarm.experiment.paths import LocatedModel
    from coldwarm.experiment.problems import Loc, Problem
    from coldwarm.experiment.valid_parts import SoundParts
    from coldwarm.experiment.yaml_nodes import YamlDocument


NOT_IN_A_STUDY = {
    "compare": "a study compares nothing along an axis",
    "expect": "a study has outcomes, no verdicts",
}
"""Keys that mean nothing beside ``study``, and why."""

COUNTS = ("rounds", "precision", "time_budget", "warm_starts")
"""Keys of ``sampling`` that say how often, which in a study is said by its tries."""

_WEIGHTS = "${model_bin}"


def inconsistencies(document: YamlDocument, parts: SoundParts) -> Iterator[Problem]:
    """Yield what does not fit together among the sound parts of a document."""
    yield from _idle_in_a_study(document)
    yield from _idle_for_an_llm(document, parts)
    yield from _clashing_models(document, parts)
    yield from _included_without_weights(document, parts)
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
        yield from _pairs_without_weights(document, parts)


def _idle_in_a_study(document: YamlDocument) -> Iterator[Problem]:
    if "study" not in document.data:
        return
    for key, why in NOT_IN_A_STUDY.items():
        if document.data.get(key):
            yield document.problem((key, KEY), f"{why}: remove it")
    for key in _keys_of(document.data.get("sampling"), COUNTS):
        message = f"a study has no {key}: how often is said by tries"
        yield document.problem(("sampling", key, KEY), message)


def _idle_for_an_llm(document: YamlDocument, parts: SoundParts) -> Iterator[Problem]:
    if document.data.get("kind") != LLM:
        return
    if "study" in document.data:
        yield document.problem(("kind",), "a study starts models: remove kind")
    included = document.data.get("include")
    entries: list[tuple[Loc, Any]] = [(("matrix",), document.data.get("matrix"))]
    entries += [
        (("include", index), entry)
        for index, entry in enumerate(included if isinstance(included, list) else ())
    ]
    for loc, entry in entries:
        for key in _keys_of(entry, ("api",)):
            message = "an llm experiment has no axis api: a pipeline loads its models"
            yield document.problem((*loc, key, KEY), message)
    for loc, model in parts.models():
        if model.inputs:
            message = "an llm experiment takes no inputs: it has a prompt of its own"
            yield document.problem(loc, message)


def _keys_of(value: object, wanted: Sequence[str]) -> list[str]:
    """Return the wanted keys that a value has, none if it is no mapping."""
    return [key for key in wanted if isinstance(value, dict) and key in value]


def _clashing_models(document: YamlDocument, parts: SoundParts) -> Iterator[Problem]:
    first: dict[str, LocatedModel] = {}
    for loc, model in parts.models():
        if first.setdefault(model.name, model) != model:
            message = (
                f"the model {quote(model.name)} is given twice, with different files or inputs: "
                "give each a name of its own"
            )
            yield document.problem(loc, message)


def _idle_rules(document: YamlDocument, parts: SoundParts) -> Iterator[Problem]:
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


def _idle_expectations(document: YamlDocument, parts: SoundParts) -> Iterator[Problem]:
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


def _included_without_weights(document: YamlDocument, parts: SoundParts) -> Iterator[Problem]:
    for index, entry in parts.include.items():
        key = _key_of_weights(entry.case().properties)
        if key is not None and not entry.model.may_be_ir:
            message = f"{_no_weights([entry.model.name])}: remove it from this case"
            yield document.problem(("include", index, "properties", key), message)


def _pairs_without_weights(document: YamlDocument, parts: SoundParts) -> Iterator[Problem]:
    """Yield the properties of the matrix that need weights beside models that have none."""
    if not parts.is_sound("exclude"):
        return
    rules = [parts.certain(rule.pattern()) for rule in parts.exclude.values()]
    cases = matrix.expand(parts.axes(), exclude=rules)
    bare = {model.name for _, model in parts.values("model") if not model.may_be_ir}
    for loc, properties in parts.values("properties"):
        key = _key_of_weights(properties)
        paired = dict.fromkeys(case.model for case in cases if case.properties == properties)
        names = [name for name in paired if name in bare]
        if key is None or not names:
            continue
        todo = "remove it"
        if len(names) < len(paired):
            models = json.dumps(names[0] if len(names) == 1 else names, ensure_ascii=False)
            rule = f"{{model: {models}, properties: {matrix.value_text(properties)}}}"
            todo = f"add to exclude: {rule}"
        yield document.problem((*loc, key), f"{_no_weights(names)}: {todo}")


def _key_of_weights(properties: Mapping[str, Any]) -> str | None:
    """Return the first property whose value, at any depth, is filled in with the weights file."""
    values = ((key, matrix.value_text(value)) for key, value in properties.items())
    return next((key for key, text in values if _WEIGHTS in text), None)


def _no_weights(names: Sequence[str]) -> str:
    are_not = "is not" if len(names) == 1 else "are not"
    return (
        f"{_WEIGHTS} is the weights file of an OpenVINO IR, which "
        f"{' and '.join(map(quote, names))} {are_not}"
    )
