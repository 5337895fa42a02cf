"""What the models of a run were asked, in words: at which shapes, and with what no one chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.run.inference import agreed, at_first_shape, at_larger_shape
from coldwarm.text.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from coldwarm.run.inference import Inference
    from coldwarm.run.store import Run

    Record = dict[str, Any]

GIVE_VALUES = (
    "give it values if it is an index, a shape or a rate (inputs: {NAME: {values: [...]}})"
)


def zero_words(names: Iterable[str]) -> str:
    """Return that integer inputs were 0, and what to do; empty where none was."""
    names = list(names)
    if not names:
        return ""
    were = "input {} was 0: " if len(names) == 1 else "inputs {} were 0: "
    give = GIVE_VALUES if len(names) == 1 else GIVE_VALUES.replace("it is", "one is")
    return f"integer {were.format(listed(names))}{give}"


def zero_inputs(run: Run) -> dict[str, list[str]]:
    """Return model to the names of its integer inputs that were 0, where there were any."""
    found: dict[str, list[str]] = {}
    for record in run.records:
        names = record.get("zero_inputs")
        if names:
            found.setdefault(record["case"]["model"], list(names))
    return found


def shapes_compared(run: Run) -> dict[str, str]:
    """Return model to the shapes of its inputs at which answers were compared, in words."""
    models = {record["baseline_id"]: record["case"]["model"] for record in run.records}
    words: dict[str, str] = {}
    for reference in run.references:
        model = models.get(reference["baseline_id"])
        answer = agreed(reference["answers"])
        first, larger = (
            _shapes(at_first_shape(answer or ())),
            _shapes(at_larger_shape(answer or ())),
        )
        if model is None or not first:
            continue
        text = f"{first} and {larger}" if larger else first
        if reference.get("larger_refused") and not larger:
            text += ": asked at its smallest shape only, it refuses a larger one"
        words.setdefault(model, text)
    return words


def _shapes(answer: Sequence[Inference]) -> str:
    shapes = answer[0].get("shapes") if answer else None
    return ", ".join(str(shape) for shape in shapes) if isinstance(shapes, list) else ""
