"""Values that an experiment gives to an input: a list in the file, or an array in another one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.problems import quote
from coldwarm.experiment.scalars import property_value
from coldwarm.experiment.yaml_nodes import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_LISTED = 10_000
"""More values than these are read faster from a file."""

SUFFIXES = (".npy", ".npz")

NOT_FINITE = {"nan": "nan", "inf": "inf", "-inf": "-inf", "+inf": "inf"}
"""Floats that JSON does not know: they are held as text, as numpy reads it."""

KINDS = {bool: "boolean", int: "integer", float: "float", str: "text"}
NUMPY_KINDS = {"b": "boolean", "i": "integer", "u": "integer", "f": "float"}
NUMPY_KINDS |= {"U": "text", "S": "text"}

TAKES: dict[str, tuple[str, ...]] = {"string": ("text",), "boolean": ("boolean",)}
TAKES |= dict.fromkeys(("bf16", "f16", "f32", "f64"), ("integer", "float"))
"""Kinds of values that a dtype takes; all others take integers."""


def listed_values(value: Any) -> tuple[Any, list[int], str]:  # noqa: ANN401
    """Return the values of a nested list or of one number, their shape and their kind.

    Raises:
        ValueError: with a sentence for the user.
    """
    shape = _shape(value)
    leaves = list(_leaves(value))
    if len(leaves) > MAX_LISTED:
        msg = f"{len(leaves)} values are too many for a list: put them into an .npy file"
        raise ValueError(msg)
    kinds = {kind for _, kind in leaves}
    if kinds == {"integer", "float"}:
        kinds = {"float"}
    if len(kinds) > 1:
        msg = f"the values are of several kinds ({', '.join(sorted(kinds))}): give one kind"
        raise ValueError(msg)
    return _plain(value), shape, next(iter(kinds), "")


def check_dtype(dtype: str, kind: str, values: Any) -> None:  # noqa: ANN401
    """See that listed values can be of a dtype.

    Raises:
        ValueError: with a sentence for the user.
    """
    takes = TAKES.get(dtype, ("integer",))
    if kind and kind not in takes:
        msg = f"the values are {kind}, which {dtype} does not hold"
        raise ValueError(msg)
    if takes != ("integer",):
        return
    bits = int(dtype[1:])
    low, high = (0, 2**bits - 1) if dtype[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for value, _ in _leaves(values):
        if not low <= value <= high:
            msg = f"{value} is out of range: {dtype} holds {low} to {high}"
            raise ValueError(msg)


def filed_values(text: str, path: Path, name: str) -> tuple[dict[str, Any], list[int], str]:
    """Return where the values of an input are in a file and what they are, their shape and kind.

    Args:
        text: the path as it is written.
        path: the same, absolute.
        name: of the input, which is the key in an .npz file that holds several arrays.

    Raises:
        ValueError: with a sentence for the user.
    """
    import numpy as np  # noqa: PLC0415 - few experiments have such a file

    key = None
    try:
        loaded = np.load(path, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            array = loaded
        else:
            with loaded:
                key = _key(loaded.files, name, text)
                array = loaded[key]
    except FileNotFoundError as err:
        msg = f"there is no file {quote(text)}. Paths are relative to the experiment file"
        raise ValueError(msg) from err
    except (OSError, EOFError, ValueError) as err:
        if key is None and isinstance(err, ValueError) and "no array" in str(err):
            raise
        msg = f"{quote(text)} cannot be read as an array of numbers or text: {err}"
        raise ValueError(msg) from err
    kind = NUMPY_KINDS.get(array.dtype.kind)
    if kind is None:
        msg = f"{quote(text)} holds {array.dtype}: expected numbers, booleans or text"
        raise ValueError(msg)
    content = f"{array.dtype.str}{array.shape}".encode() + np.ascontiguousarray(array).tobytes()
    place = {"file": str(path), "key": key, "sha256": hashlib.sha256(content).hexdigest()}
    return place, list(array.shape), kind


def _key(keys: Sequence[str], name: str, text: str) -> str:
    if name in keys:
        return name
    if len(keys) == 1:
        return keys[0]
    msg = f"{quote(text)} has no array {quote(name)}; it has {', '.join(keys) or 'none'}"
    raise ValueError(msg)


def _shape(value: Any) -> list[int]:  # noqa: ANN401
    if not isinstance(value, list):
        return []
    shapes = [_shape(each) for each in value]
    if any(shape != shapes[0] for shape in shapes):
        msg = "the list is ragged: every list at one depth needs the same length"
        raise ValueError(msg)
    return [len(value), *(shapes[0] if shapes else [])]


def _leaves(value: Any) -> Iterator[tuple[Any, str]]:  # noqa: ANN401
    if isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield _scalar(value)


def _plain(value: Any) -> Any:  # noqa: ANN401
    return [_plain(each) for each in value] if isinstance(value, list) else _scalar(value)[0]


def _scalar(value: Any) -> tuple[Any, str]:  # noqa: ANN401
    if isinstance(value, Plain):
        number = NOT_FINITE.get(value.lower().replace(".", ""))
        if number is not None:
            return number, "float"
        value = property_value(value)
    if type(value) not in KINDS:
        kind = KINDS.get(str) if isinstance(value, str) else None
        if kind is None:
            msg = "a value is a number, true, false or a text in quotes"
            raise ValueError(msg)
        return str(value), kind
    return value, KINDS[type(value)]
