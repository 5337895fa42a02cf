"""What a model answered each time it was asked: a digest of every output, held by position.

Stored with samples and references, as one JSON object per inference::

    {"digests": ["9f…", "77…"], "names": ["logits", "logits"], "shapes": [[1, 16]]}

Positions count, names are only shown: two outputs can share one, and an imported model can lack
them. Runs stored before held one mapping of name to digest per inference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict  # pydantic takes that of `typing` from Python 3.12 on

if TYPE_CHECKING:
    from collections.abc import Sequence


class ByPosition(TypedDict):
    """One inference.

    Attributes:
        digests: of type, shape and bits of each output, by position.
        names: of the outputs, by position; "" for one that has none.
        shapes: of the inputs, by position.
        empty: positions of the outputs without elements, or with nothing but empty texts.
        larger: whether the model was asked at a larger shape than its first.
    """

    digests: list[str]
    names: NotRequired[list[str]]
    shapes: NotRequired[list[list[int]]]
    empty: NotRequired[list[int]]
    larger: NotRequired[bool]


Inference = ByPosition | dict[str, str]
"""One inference in either layout."""

Answer = tuple[Inference, ...]
"""All inferences of one start: one or two, then as many at a larger shape where it was asked."""


def digests(inference: Inference) -> list[str]:
    """Return the digests of the outputs by position, whichever layout they are stored in."""
    held = inference.get("digests")
    return held if isinstance(held, list) else list(inference.values())  # type: ignore[arg-type]


def at_first_shape(answer: Sequence[Inference]) -> Answer:
    """Return the inferences that every start makes."""
    return tuple(each for each in answer if not _is_larger(each))


def at_larger_shape(answer: Sequence[Inference]) -> Answer:
    """Return the inferences at a larger shape: none where it was not asked for, or refused."""
    return tuple(each for each in answer if _is_larger(each))


def is_same(one: Sequence[Inference], other: Sequence[Inference]) -> bool:
    """Return whether two starts answer alike, bit by bit, at every shape at which both did."""
    larger = _bits(at_larger_shape(one)), _bits(at_larger_shape(other))
    return _bits(at_first_shape(one)) == _bits(at_first_shape(other)) and (
        not all(larger) or larger[0] == larger[1]
    )


def agreed(answers: Sequence[Sequence[Inference] | None]) -> Answer | None:
    """Return the one answer that was always given; None where there is none.

    What was answered at a larger shape is part of it only where all starts answered that, alike.
    """
    given = [answer for answer in answers if answer is not None]
    if not given or len(given) < len(answers):
        return None
    whole, *others = map(_bits, given)
    if all(other == whole for other in others):
        return tuple(given[0])
    first = at_first_shape(given[0])
    alike = all(_bits(at_first_shape(answer)) == _bits(first) for answer in given)
    return first if alike else None


def empty_outputs(answer: Sequence[Inference]) -> list[str]:
    """Return the names of the outputs that held nothing in any inference."""
    if not answer:
        return []
    always = set.intersection(*(set(_empty(each)) for each in answer))
    return [output_name(answer[0], position) for position in sorted(always)]


def output_name(inference: Inference, position: int) -> str:
    """Return what messages call an output."""
    held = inference.get("digests")
    names = inference.get("names", ()) if isinstance(held, list) else list(inference)
    name = names[position] if position < len(names) else ""
    return name or f"{position + 1} (without a name)"


def _empty(inference: Inference) -> list[int]:
    held = inference.get("empty")
    return held if isinstance(held, list) else []


def _is_larger(inference: Inference) -> bool:
    return inference.get("larger") is True


def _bits(answer: Sequence[Inference]) -> list[tuple[bool, list[str]]]:
    return [(_is_larger(each), digests(each)) for each in answer]
