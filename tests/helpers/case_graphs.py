"""Builds small models: `python case_graphs.py DIRECTORY NAME...` writes each as an OpenVINO IR.

Run as a script by `case_models.py`. A model is a function of its name, without arguments.
"""

from __future__ import annotations

import sys

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import numpy as np
import openvino as ov
from openvino import opset13 as op
from openvino.op import if_op
from openvino.op.util import Variable, VariableInfo

MODELS = {}

F32, I64, TEXT = ov.Type.f32, ov.Type.i64, ov.Type.string


def model(build):
    """Let a model be built by the name of its function."""
    MODELS[build.__name__] = build
    return build


def port(shape, element, *names):
    parameter = op.parameter(ov.PartialShape(shape), element)
    if names:
        parameter.output(0).set_names(set(names))
    return parameter


def named(node, *names):
    node.output(0).set_names(set(names))
    return node


def weights(seed, *shape):
    values = np.random.default_rng(seed).standard_normal(shape)
    return op.constant(values.astype(np.float32))


def whole(*values):
    return op.constant(np.array(values if len(values) > 1 else values[0], np.int64))


def graph(results, inputs, sinks=()):
    return ov.Model([op.result(each) for each in results], list(sinks), inputs)


def perceptron(seed):
    x = port([2, 16], F32, "x")
    hidden = op.relu(op.matmul(x, weights(seed, 16, 64), False, False))
    return graph([op.matmul(hidden, weights(seed + 1, 64, 8), False, False)], [x])


@model
def plain():
    """Give a model in which nothing is special, for runs that are compared."""
    return perceptron(1)


@model
def other_weights():
    """Give `plain` with other weights."""
    return perceptron(7)


@model
def two_results():
    """Give two results on one node."""
    x = port([2, 4], F32, "x")
    total = op.add(x, op.constant(np.ones((2, 4), np.float32)))
    return graph([total, total], [x])


@model
def empty_answer():
    """Give an answer without elements: no input in [0, 1) is greater than 2."""
    x = port([4], F32, "x")
    return graph([op.non_zero(op.greater(x, op.constant(np.float32(2))))], [x])


@model
def text_through():
    """Give two texts back."""
    text = port([2], TEXT, "text")
    return graph([text], [text])


@model
def no_texts():
    """Give texts back, of which there may be none."""
    text = port([ov.Dimension(0, 4)], TEXT, "text")
    return graph([text], [text])


@model
def indices():
    """Look indices up of which 1 to 4 are valid: 0 is outside of the table."""
    table, index = op.constant(np.arange(4, dtype=np.float32)), port([2], I64, "index")
    return graph([op.gather_elements(table, op.subtract(index, whole(1)), 0)], [index])


@model
def target_shape():
    """Take the shape of the answer as an input, which must hold eight elements."""
    x, target = port([8], F32, "x"), port([2], I64, "target")
    return graph([op.reshape(x, target, False)], [x, target])


def branch_on_rows(seed):
    """Return x @ A for up to four rows, x @ B for more; two seeds differ in B only."""
    x = port([-1, 16], F32, "x")
    rows = op.gather(op.shape_of(x), whole(0), whole(0))
    choice = if_op(op.greater(rows, whole(4)).output(0))

    def body(factor):
        inner = op.parameter(ov.PartialShape([-1, 16]), F32)
        result = op.result(op.matmul(inner, factor, False, False))
        return ov.Model([result], [inner]), inner, result

    many, many_in, many_out = body(weights(seed, 16, 8))
    few, few_in, few_out = body(weights(9, 16, 8))
    choice.set_then_body(many)
    choice.set_else_body(few)
    choice.set_input(x.output(0), many_in, few_in)
    return graph([choice.set_output(many_out, few_out)], [x])


@model
def branch():
    """Give a model whose answer to more than four rows has weights of its own."""
    return branch_on_rows(1)


@model
def branch_other():
    """Give `branch` with other weights for more than four rows."""
    return branch_on_rows(2)


@model
def fixed_inside():
    """Give a model that is dynamic by its declaration and takes one row only."""
    x = port([-1, 16], F32, "x")
    row = op.reshape(x, whole(1, 16), False)
    return graph([op.matmul(row, weights(1, 16, 4), False, False)], [x])


@model
def bounded():
    """Give dynamic dimensions of at most 3, of at least 10, of any size, and of rank 2."""
    x = port([ov.Dimension(1, 3), ov.Dimension(10, -1), -1, 2], F32, "x")
    return graph([op.multiply(x, op.constant(np.float32(3)))], [x])


@model
def rows_add_up():
    """Give a model that adds its inputs up in a state."""
    x = port([-1, 4], F32, "x")
    info = VariableInfo()
    info.data_shape, info.data_type, info.variable_id = ov.PartialShape([1, 4]), F32, "sum"
    state = Variable(info)
    before = op.read_value(op.constant(np.zeros((1, 4), np.float32)), state)
    after = op.add(before, op.reduce_sum(x, whole(0), keep_dims=True))
    return graph([after], [x], [op.assign(after, state)])


@model
def names_of_outputs():
    """Give outputs without a name, with several names, without a shape, and with NaN."""
    x = port([2, 2], F32, "x")
    nameless = op.add(x, op.constant(np.float32(1)))
    several = named(op.add(x, op.constant(np.float32(2))), "b", "a", "c")
    scalar = named(op.reduce_sum(x, whole(0, 1), keep_dims=False), "scalar")
    nothing = named(op.log(op.subtract(x, op.constant(np.float32(2)))), "nan")
    return graph([nameless, several, scalar, nothing], [x])


def main(folder, *names):
    """Write the named models."""
    for name in names:
        ov.save_model(MODELS[name](), f"{folder}/{name}.xml", compress_to_fp16=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
