"""The built-in models: what they are called, what they are, and what their weights must be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from coldwarm.errors import ModelError
from coldwarm.models.zoo import real_names

PRECISIONS = ("f32", "f16", "int8")
"""Of the weights; all activations are f32. The first is meant where none is named."""

DYNAMIC = "-dynamic"
"""Ends the name of a model whose batch and sizes are open."""

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
        inputs: input name to shape, where dimensions are dynamic and 1 does not suit.
    """

    name: str
    description: str
    parameters: int
    weights: dict[str, Weights]
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)


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


_FIXED = (
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
    Builtin(
        "whisper-encoder",
        "speech encoder, 6 layers, 30 seconds",
        20_600_000,
        {
            "f32": Weights(
                82_374_776, "6a7f358939d597fbb5c3e849cf08de0d4cf0ab97a62d00976e4f4e09c3ec3f7d"
            ),
            "f16": Weights(
                41_187_448, "69005128a266cf7f0bc995569d7520577018ceb428662a7060c7282491656ea7"
            ),
            "int8": Weights(
                20_780_080, "4c211ba086ee4ff3f1b776158582154a73766bc88023989564e34e981b2f5ec0"
            ),
        },
    ),
    Builtin(
        "bert-large",
        "text encoder, 24 layers, 128 tokens",
        335_100_000,
        {
            "f32": Weights(
                1_340_568_716, "887af28a1bd7e9a325840e77b8c375ac02c4a9823a84a0e67c88f939b27fee20"
            ),
            "f16": Weights(
                670_284_934, "8f755dd9b36b91344d08d63ed871b8e375342082907bd0d661372718e1b3db08"
            ),
            "int8": Weights(
                336_617_220, "4c67d3fb5cdb04630c7e94e90ea09a3fb58e4db084638ae70a8afdfa049033dc"
            ),
        },
    ),
)

_PICTURE = {"image": {"shape": [1, 3, 224, 224]}}
_TOKENS = {name: {"shape": [1, 128]} for name in ("input_ids", "attention_mask", "token_type_ids")}

_DYNAMIC = (
    *(
        replace(
            model,
            name=f"{model.name}{DYNAMIC}",
            description=f"{model.name} for any batch and size of pictures",
            inputs=_PICTURE,
        )
        for model in _FIXED
        if model.name in ("resnet50", "mobilenet-v2")
    ),
    *(
        replace(model, name=f"{model.name}{DYNAMIC}", description=f"{model.name} for any batch")
        for model in _FIXED
        if model.name == "whisper-encoder"
    ),
    Builtin(
        "bert-base-dynamic",
        "bert-base for any batch and number of tokens",
        109_500_000,
        {
            "f32": Weights(
                437_929_100, "139a999ad00a9a03ffd1567e5609e6a9e353b44af6480e5c7a74065b300437f1"
            ),
            "f16": Weights(
                218_964_614, "7d12290fbf54dc2add5756aa76413f5e873793af1f6a687a54c4202bb515eaaa"
            ),
            "int8": Weights(
                110_078_212, "1e9194cf0d7363e7fe776be793985cdbd3f990efc9e12b78b900a233f8c4258e"
            ),
        },
        _TOKENS,
    ),
    Builtin(
        "bert-large-dynamic",
        "bert-large for any batch and number of tokens",
        335_100_000,
        {
            "f32": Weights(
                1_340_567_692, "0fc0dd14611201565128f76eddc774e153cf787fd7955d97b1a8f09e5a9df8df"
            ),
            "f16": Weights(
                670_283_910, "1215cd6b1d9c1b409fee103701037c6a43719a3e7c85c0f610df90cccf530d04"
            ),
            "int8": Weights(
                336_616_196, "a93212d5e3617530a98e3655652a63f47bdd46c5aded9fa45c64f2b614c6a86b"
            ),
        },
        _TOKENS,
    ),
)
"""gpt2 needs no variant: it is dynamic itself."""

BUILTINS = (*_FIXED, *_DYNAMIC)


def known_models() -> tuple[str, ...]:
    """Return the names of all models, alone and with each precision or format they come in."""
    return (*_names(), *(variant.name for variant in variants()))


def _names() -> tuple[str, ...]:
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
        known = ", ".join(_names())
        msg = f'there is no model "{name}". Known are {known}; others are named by their path'
        raise ModelError(msg)
    if not colon:
        precision = PRECISIONS[0]
    if precision not in model.weights:
        allowed = ", ".join(model.weights)
        msg = f'the built-in model {base} has no precision "{precision}". Allowed: {allowed}'
        raise ModelError(msg)
    return Variant(model, precision)
