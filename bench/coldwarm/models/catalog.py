"""The built-in models: what they are called, what they are, and what their weights must be."""

from __future__ import annotations

from dataclasses import dataclass

from coldwarm.errors import ModelError
from coldwarm.models.zoo import real_names

PRECISIONS = ("f32", "f16", "int8")
"""Of the weights; all activations are f32. The first is meant where none is named."""

GRAPH_REVISION = 1
"""Raised when a graph changes and its weights do not, so that no old graph is taken for new."""


@dataclass(frozen=True)
class Weights:
    """The .bin of a built-in model in one precision, the same on every machine.

    Attributes:
        bytes: its size.
        sha256: its digest.
    """

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Builtin:
    """A built-in model.

    Attributes:
        name: without a precision.
        description: what it is, in a few words.
        parameters: how many weights it has, approximately.
        weights: precision to .bin.
    """

    name: str
    description: str
    parameters: int
    weights: dict[str, Weights]


@dataclass(frozen=True)
class Variant:
    """A built-in model in one precision.

    Attributes:
        model: the model.
        precision: one of `PRECISIONS`.
    """

    model: Builtin
    precision: str

    @property
    def name(self) -> str:
        """Return its full name, such as ``resnet50:f32``."""
        return f"{self.model.name}:{self.precision}"

    @property
    def stem(self) -> str:
        """Return the name of its files, without suffix."""
        return f"{self.model.name}-{self.precision}"

    @property
    def weights(self) -> Weights:
        """Return what its .bin must be."""
        return self.model.weights[self.precision]


BUILTINS = (
    Builtin(
        "resnet50",
        "image classification, 53 convolutions with BatchNorm",
        25_600_000,
        {
            "f32": Weights(
                102_440_640, "da086d39aee8bd99e10721b9f7f086fe74287792b507270fe76186b38ec938e3"
            ),
            "f16": Weights(
                51_220_336, "327917a96ad3b1f8f775a1b9bcca26f1744c16bf5db611c300153e667163ea31"
            ),
            "int8": Weights(
                25_987_024, "377ac4079ef6a6331aa12a1289c2f6e2e8dd14ffff98ed16a4e3c5b7c7fd95c4"
            ),
        },
    ),
    Builtin(
        "mobilenet-v2",
        "image classification, depthwise convolutions",
        3_500_000,
        {
            "f32": Weights(
                14_155_968, "55e4bf02204d9e1ecd9e9d115f9a15ac0843899ae9c448acaab79bdde744f4c9"
            ),
            "f16": Weights(
                7_078_000, "4c7371837d5c374ae86dd262fb25514333608e86855ecd950621a9228c86c43f"
            ),
            "int8": Weights(
                3_782_800, "e6f7ed63ec73f2b842cfb174c8f0372642cc3cbe3cd8a296c139234450eb395f"
            ),
        },
    ),
    Builtin(
        "bert-base",
        "text encoder, 12 layers, 128 tokens",
        109_500_000,
        {
            "f32": Weights(
                437_930_124, "7844747f4b95132511d5f66f8c30de6c8ad24ab4a9b7899a0068567bb5d71f9f"
            ),
            "f16": Weights(
                218_965_638, "ad29001c6768cf773178a5d37c125496b4fb0f760546479a8eaad055dd752cf3"
            ),
            "int8": Weights(
                110_079_236, "77749c752e603bd8f1f9c45ff1778964bbe0863a42b0a8f1cd7a1c1037ab87ab"
            ),
        },
    ),
    Builtin(
        "gpt2",
        "text generation, 12 layers, KV cache as state, dynamic shapes",
        124_400_000,
        {
            "f32": Weights(
                497_759_392, "3c1f06cebac456370bd6a1963d33ecc580861f31c8c0fa3301c5d4c6d1f1f347"
            ),
            "f16": Weights(
                248_879_772, "5b7be148e311d3dad84292a3f6213275afb116f4d1db48f48bd9e85c1d57b7f5"
            ),
            "int8": Weights(
                125_072_450, "fda248263be7eaf52d78e78027f3debac88c537404d4179b71be6349766676cb"
            ),
        },
    ),
)


def known_models() -> tuple[str, ...]:
    """Return the names of the built-in models, without precisions, and of the real ones."""
    return (*(model.name for model in BUILTINS), *real_names())


def variants() -> tuple[Variant, ...]:
    """Return every built-in model in every precision."""
    return tuple(Variant(model, precision) for model in BUILTINS for precision in model.weights)


def find_variant(name: str) -> Variant:
    """Return the built-in model that ``resnet50`` or ``resnet50:f16`` stands for.

    Raises:
        ModelError: when there is none.
    """
    base, colon, precision = name.partition(":")
    model = next((model for model in BUILTINS if model.name == base), None)
    if model is None:
        known = ", ".join(known_models())
        msg = f'there is no model "{name}". Known are {known}; others are named by their path'
        raise ModelError(msg)
    if not colon:
        precision = PRECISIONS[0]
    if precision not in model.weights:
        allowed = ", ".join(model.weights)
        msg = f'the built-in model {base} has no precision "{precision}". Allowed: {allowed}'
        raise ModelError(msg)
    return Variant(model, precision)
