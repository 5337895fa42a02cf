"""Seeded inputs for whatever a compiled model wants, and digests of what it answers."""

from __future__ import annotations

import hashlib

import numpy as np
import openvino as ov

DIGEST_BYTES = 16


def make_inputs(compiled, seed: int, given: dict) -> list:
    """Return one tensor per input of a compiled model.

    Floats are seeded and in [0, 1), integers 0, masks 1, `beam_idx` counts the batch, text is
    empty, dynamic dimensions are as small as they may be. `given` (input name to shape and
    dtype) overrides.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    return [_make_input(port, generator, _given_for(port, given)) for port in compiled.inputs]


def _given_for(port, given: dict) -> dict:
    return next((given[name] for name in port.get_names() if name in given), {})


def _make_input(port, generator, given: dict):
    shape = given.get("shape")
    if shape is None:
        shape = [
            dimension.get_length() if dimension.is_static else max(1, dimension.get_min_length())
            for dimension in port.get_partial_shape()
        ]
    element = port.get_element_type()
    if element.is_dynamic():
        element = ov.Type(given.get("dtype", "f32"))
    if element == ov.Type.string:
        return ov.Tensor(np.full(shape, "", dtype="U1"))
    tensor = ov.Tensor(element, ov.Shape(shape))
    names = port.get_names()
    if element == ov.Type.bf16:
        bits = generator.random(shape, dtype=np.float32).view(np.uint32) >> 16
        tensor.data.view(np.uint16)[...] = bits
    elif any("beam_idx" in name for name in names):
        tensor.data[...] = np.arange(tensor.size).reshape(shape)
    elif any("mask" in name for name in names):
        tensor.data[...] = 1
    elif np.issubdtype(tensor.data.dtype, np.floating):
        tensor.data[...] = generator.random(shape)
    else:
        tensor.data[...] = 0
    return tensor


def read_outputs(request) -> dict:
    """Return a copy of every output of the last inference: name to array."""
    outputs = {}
    for index, port in enumerate(request.model_outputs):
        tensor = request.get_output_tensor(index)
        is_text = tensor.element_type == ov.Type.string
        data = tensor.bytes_data if is_text else np.array(tensor.data)
        outputs[min(port.get_names(), default=f"output_{index}")] = data
    return outputs


def digest_outputs(outputs: dict) -> dict:
    """Return a digest of each output's type, shape and bits."""
    return {name: _digest(array) for name, array in outputs.items()}


def _digest(array) -> str:
    array = np.ascontiguousarray(array)
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    digest.update(f"{array.dtype.str}{array.shape}".encode())
    digest.update(array.tobytes())
    return digest.hexdigest()


def save_outputs(path: str, answers: list) -> None:
    """Write the outputs themselves, one array per inference and name, as .npz."""
    arrays = {
        f"{index}/{name}": array
        for index, answer in enumerate(answers)
        for name, array in answer.items()
    }
    np.savez(path, **arrays)
