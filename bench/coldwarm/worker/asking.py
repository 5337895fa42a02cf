"""What a compiled model answers: copies of its outputs, and what is stored of them."""

from __future__ import annotations

import numpy as np
from tensors import digest, make_inputs, values_of

LARGER = 8
"""Length of every dynamic dimension, within its bounds, where a model is asked once more."""


class Answer:
    """A copy of every output of the last inference, by position.

    Attributes:
        names: of the outputs; "" for one that has none.
        arrays: their values.
        shapes: of the inputs.
        larger: whether the model was asked at a larger shape than its first.
    """

    def __init__(self, names: list, arrays: list, shapes: list, *, larger: bool = False) -> None:
        self.names = names
        self.arrays = arrays
        self.shapes = [list(shape) for shape in shapes]
        self.larger = larger

    @classmethod
    def of(cls, request, inputs: list, *, larger: bool = False):
        """Return what a request holds after it was asked with these inputs."""
        ports = request.model_outputs
        return cls(
            [min(port.get_names(), default="") for port in ports],
            [np.array(values_of(request.get_output_tensor(n))) for n in range(len(ports))],
            [tensor.shape for tensor in inputs],
            larger=larger,
        )

    def record(self) -> dict:
        """Return what is stored of it: a digest of each output's type, shape and bits."""
        empty = [n for n, array in enumerate(self.arrays) if _is_empty(array)]
        return {
            "digests": [digest((array,)) for array in self.arrays],
            "names": self.names,
            "shapes": self.shapes,
            **({"empty": empty} if empty else {}),
            **({"larger": True} if self.larger else {}),
        }


def _is_empty(array) -> bool:
    return not array.size or (array.dtype.kind == "S" and not any(array.flat))


def set_inputs(request, inputs: list) -> None:
    """Make a request ready for its first inference with these inputs."""
    for state in request.query_state():
        state.reset()
    for index, tensor in enumerate(inputs):
        request.set_input_tensor(index, tensor)


def answers_of(request, inputs: list, *, larger: bool = False) -> list:
    """Return the answer of a request that was just asked; a stateful one is asked once more."""
    answers = [Answer.of(request, inputs, larger=larger)]
    if request.query_state():
        request.infer()
        answers.append(Answer.of(request, inputs, larger=larger))
    return answers


def ask_larger(job: dict, compiled, request, shapes: list) -> list:
    """Return the answers of a model that has dynamic dimensions at other shapes than `shapes`.

    It may raise: what a model takes is not all said by the dimensions of its inputs.
    """
    inputs = make_inputs(compiled, job["seed"], job["inputs"], LARGER)
    if [list(tensor.shape) for tensor in inputs] == shapes:
        return []
    set_inputs(request, inputs)
    request.infer()
    return answers_of(request, inputs, larger=True)


def save_answers(path: str, answers: list) -> None:
    """Write the outputs themselves as .npz: one array per ``inference/position/name``."""
    arrays = {
        f"{number}/{position}/{name}": array
        for number, answer in enumerate(answers)
        for position, (name, array) in enumerate(zip(answer.names, answer.arrays))  # noqa: B905
    }
    np.savez(path, **arrays)
