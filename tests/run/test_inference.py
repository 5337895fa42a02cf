from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.run.inference import agreed, at_first_shape, digests, empty_outputs, is_same

if TYPE_CHECKING:
    from coldwarm.run.inference import Answer, ByPosition, Inference


def at_first(*bits: str) -> ByPosition:
    return {"digests": list(bits), "shapes": [[1, 16]]}


def at_larger(*bits: str) -> ByPosition:
    return {"digests": list(bits), "shapes": [[8, 16]], "larger": True}


OLD: Inference = {"logits": "a", "boxes": "b"}


def test_both_layouts_are_read_by_position() -> None:
    assert digests(OLD) == digests(at_first("a", "b")) == ["a", "b"]
    assert digests({"digests": "a"}) == ["a"], "an output may have this name"
    assert digests({}) == []


def test_names_do_not_count_and_positions_do() -> None:
    assert is_same([OLD], [at_first("a", "b")])
    assert is_same([{"digests": ["a", "b"], "names": ["y", "y"]}], [at_first("a", "b")])
    assert not is_same([at_first("b", "a")], [at_first("a", "b")])
    assert not is_same([at_first("a")], [at_first("a", "a")])


def test_a_second_inference_counts() -> None:
    assert not is_same([at_first("a")], [at_first("a"), at_first("a")])
    assert is_same([at_first("a"), at_first("b")], [at_first("a"), at_first("b")])


def test_the_larger_shape_counts_where_both_were_asked() -> None:
    both = [at_first("a"), at_larger("b")]
    assert is_same(both, both)
    assert is_same(both, [at_first("a")])
    assert is_same([at_first("a")], both)
    assert not is_same(both, [at_first("a"), at_larger("c")])
    assert not is_same(both, [at_first("a"), at_first("b")])


BOTH: Answer = (at_first("a"), at_larger("b"))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], None),
        ([None], None),
        ([[at_first("a")], None], None),
        ([[at_first("a")], [at_first("b")]], None),
        ([[at_first("a")], [OLD]], None),
        ([BOTH, BOTH], BOTH),
        ([BOTH, [at_first("a")]], BOTH[:1]),
        ([[at_first("a")], BOTH], BOTH[:1]),
        ([BOTH, [at_first("a"), at_larger("c")]], BOTH[:1]),
        ([BOTH, [at_first("c"), at_larger("b")]], None),
    ],
)
def test_only_what_was_always_answered_is_agreed(
    answers: list[list[Inference] | None], expected: Answer | None
) -> None:
    assert agreed(answers) == expected


def test_outputs_that_never_held_anything_are_named() -> None:
    first: ByPosition = {"digests": ["a", "b", "c"], "names": ["y", "", "z"], "empty": [1, 2]}
    assert empty_outputs([first]) == ["2 (without a name)", "z"]
    assert empty_outputs([first, {**first, "empty": [2], "larger": True}]) == ["z"]
    assert empty_outputs([first, at_larger("a", "b", "c")]) == []
    assert empty_outputs([OLD]) == empty_outputs([]) == []


def test_the_first_shape_is_what_is_not_called_larger() -> None:
    assert at_first_shape([OLD, *BOTH]) == (OLD, BOTH[0])
