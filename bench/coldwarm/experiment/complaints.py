"""From what pydantic says about the data to sentences about the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.experiment.problems import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from coldwarm.experiment.problems import Problem
    from coldwarm.experiment.yaml_nodes import YamlDocument


def complaints(error: ValidationError, document: YamlDocument) -> Iterator[Problem]:
    """Yield one problem for each thing that pydantic found.

    Nothing is said of a value that the document has found to be missing, or of what holds it.

    Args:
        error: what pydantic raised.
        model: what the whole document was validated as.
        document: what was validated.
    """
    voids = {problem.loc for problem in document.problems if problem.voids}
    for details in error.errors(include_url=False):
        loc = details["loc"]
        if any(loc[: len(void)] == void or void[: len(loc)] == loc for void in voids):
            continue
        yield document.problem(loc, _sentence(details, document))


def _sentence(details: ErrorDetails, document: YamlDocument) -> str:
    kind, loc, context = details["type"], details["loc"], details.get("ctx", {})
    key = quote(document.key_of(loc)) if loc else "an experiment"
    found = _describe(details["input"])
    match kind:
        case "value_error":
            return str(context["error"])
        case "missing":
            return f"{quote(str(loc[-1]))} is missing"
        case "bool_parsing" | "bool_type":
            expected = "on or off"
        case "int_parsing" | "int_type" | "int_from_float" | "int_parsing_size":
            expected = "a whole number"
        case "greater_than_equal":
            expected = f"{context['ge']} or more"
        case "less_than_equal":
            expected = f"{context['le']} or less"
        case "tuple_type":
            expected = "a list, each item beginning with a dash"
        case "string_type":
            expected = "text"
        case _:
            # model_type and dict_type: the only other shape that there is.
            expected = "a mapping of keys to values"
    return f"{key} must be {expected}, not {found}"


def _describe(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else quote(str(value))
