"""Inputs for whatever a compiled model wants, and digests of what tensors hold."""

from __future__ import annotations

import numpy as np
import openvino as ov

DIGEST_BYTES = 16
BITS_PER_BYTE = 8
PACKED = (1, 2, 4)
"""Bits of the values of which a byte holds several, one after the other."""


def make_inputs(compiled, seed: int, given: dict, length: int | None = None) -> list:
    """Return one tensor per input of a compiled model.

    Floats are seeded and in [0, 1), integers 0, masks 1, `beam_idx` counts the batch, text is
    empty. `given` (input name to shape and dtype) overrides. Dynamic dimensions are as small as
    they may be, or as near to `length` as they may be, whatever shape is given.

    Raises:
        ValueError: when `given` names an input that the model does not have, or lacks what an
            input needs.
    """
    known = {name for port in compiled.inputs for name in port.get_names()}
    unknown = sorted(given.keys() - known)
    if unknown:
        msg = f"the model has no input {', '.join(unknown)}; it has {', '.join(sorted(known))}"
        raise ValueError(msg)
    return [
        _make_input(port, (seed << 16) + number, _given_for(port, given), length)
        for number, port in enumerate(compiled.inputs)
    ]


def _given_for(port, given: dict) -> dict:
    return next((given[name] for name in port.get_names() if name in given), {})


def _make_input(port, seed: int, given: dict, length: int | None):
    names = port.get_names()
    shape = given.get("shape")
    if shape is None or (length is not None and not port.get_partial_shape().rank.is_dynamic):
        shape = _shape_of(port, length or 1)
    element = port.get_element_type()
    if element.is_dynamic():
        element = getattr(ov.Type, given.get("dtype", "f32"))
    if "values" in given:
        return _given_values(given["values"], element, min(names, default="without a name"))
    if element == ov.Type.string:
        return ov.Tensor(np.full(shape, "", dtype="U1"))
    tensor = ov.Tensor(element, ov.Shape(shape))
    if any("beam_idx" in name for name in names):
        tensor.data[...] = np.arange(tensor.size).reshape(shape)
    elif any("mask" in name for name in names):
        _fill(tensor, np.ones(shape, np.float32))
    elif np.issubdtype(tensor.data.dtype, np.floating):
        _fill(tensor, _floats(shape, seed))
    else:
        tensor.data[...] = 0
    return tensor


def _given_values(values, element, name: str):
    """Return a tensor with the values that an experiment gives: a list, or where an array is."""
    if isinstance(values, dict):
        loaded = np.load(values["file"], allow_pickle=False)
        array = loaded if values["key"] is None else loaded[values["key"]]
    else:
        array = np.array(values)
    if element == ov.Type.string:
        if array.size and array.dtype.kind not in "US":
            msg = f"input {name} takes text, not {array.dtype}"
            raise ValueError(msg)
        return ov.Tensor(array.astype("U" if array.size else "U1"))
    tensor = ov.Tensor(element, ov.Shape(array.shape))
    own = tensor.data.dtype
    kind = element.get_type_name()
    if array.dtype.kind in "US":
        array = array.astype(np.float64)  # NaN and infinities are held as text
    if tensor.data.shape != array.shape or (own == np.uint8 and kind not in ("u8", "boolean")):
        msg = f"input {name} is {kind}, of which no values can be given"
        raise ValueError(msg)
    if np.issubdtype(own, np.floating):
        _fill(tensor, array.astype(np.float32) if kind == "bf16" else array)
        return tensor
    limits = (0, 1) if own == np.bool_ else (np.iinfo(own).min, np.iinfo(own).max)
    whole = array.dtype.kind != "f" or (np.isfinite(array) & (array == np.floor(array))).all()
    if not whole or (array.size and not limits[0] <= array.min() <= array.max() <= limits[1]):
        msg = (
            f"input {name} is {kind}: its values must be whole numbers, {limits[0]} to {limits[1]}"
        )
        raise ValueError(msg)
    tensor.data[...] = array
    return tensor


def integers_of_zero(compiled, given: dict) -> list:
    """Return the names of the integer inputs that nothing is known of, so that they are 0."""
    names = []
    for number, port in enumerate(compiled.inputs):
        known = "values" in _given_for(port, given)
        chosen = any("mask" in name or "beam_idx" in name for name in port.get_names())
        element = port.get_element_type()
        if element.is_dynamic() or element == ov.Type.string or known or chosen:
            continue
        if element.is_integral() and element != ov.Type.boolean:
            names.append(min(port.get_names(), default=f"number {number + 1}"))
    return names


def _shape_of(port, length: int) -> list:
    shape = port.get_partial_shape()
    if shape.rank.is_dynamic:
        msg = f"give the shape of input {min(port.get_names(), default='without a name')}"
        raise ValueError(msg)
    return [
        dimension.get_length() if dimension.is_static else _within_bounds(dimension, length)
        for dimension in shape
    ]


def _within_bounds(dimension, length: int) -> int:
    most = dimension.get_max_length()  # -1 without a bound
    if most > 0:
        length = min(length, most)
    return max(length, dimension.get_min_length())


def _floats(shape: list, seed: int):
    """Return floats in [0, 1) that depend on seed and place alone, by SplitMix64.

    They are the same with every numpy, whose generators may change (NEP 19), and importing those
    would cost a start 10 ms.
    """
    bits = np.arange(1, 1 + int(np.prod(shape)), dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits += np.uint64(seed * 0xD1342543DE82EF95 % 2**64)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return ((bits >> np.uint64(40)).astype(np.float32) / np.float32(2**24)).reshape(shape)


def _fill(tensor, values) -> None:
    if tensor.element_type == ov.Type.bf16:
        # numpy has no bf16: it is the upper half of an f32, and openvino lends it as f16.
        tensor.data.view(np.uint16)[...] = values.view(np.uint32) >> 16
    else:
        tensor.data[...] = values


def digest_inputs(tensors: list) -> str:
    """Return one digest of the type, shape and bits of all inputs, in their order."""
    return digest([values_of(tensor) for tensor in tensors])


def digest(arrays) -> str:
    """Return one digest of type, shape and bits of arrays, in their order."""
    import hashlib  # only now: nothing is timed any more

    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for array in map(np.ascontiguousarray, arrays):
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(array.data)
    return digest.hexdigest()


def values_of(tensor):
    """Return the values of a tensor, as a view of them where there is one.

    Bits that the tensor leaves undefined are 0: those of a text's end, and what is left of the
    last byte where a value has less than one.
    """
    if tensor.element_type == ov.Type.string:
        return _texts_of(tensor)
    bits = tensor.element_type.bitwidth
    unused = -tensor.size * bits % BITS_PER_BYTE if bits in PACKED else 0
    if not unused:
        return tensor.data
    values = np.array(tensor.data)
    # u1 begins with the highest bit of a byte, every other type with the lowest.
    used = 0xFF << unused if tensor.element_type == ov.Type.u1 else 0xFF >> unused
    values.view(np.uint8)[-1] &= used & 0xFF
    return values


def _texts_of(tensor):
    shape = tuple(tensor.shape)
    # `bytes_data` ends the process where there is no text, and reads undefined memory where all
    # are empty; `str_data` does neither, but replaces what is no UTF-8.
    if not tensor.size or not any(tensor.str_data.flat):
        return np.zeros(shape, "S1")
    return tensor.bytes_data
