"""Case: one cell of the matrix, with a stable id and a readable name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coldwarm.experiment import checks
from coldwarm.experiment.axes import (
    APIS,
    CACHE_MODES,
    CACHED,
    ENCRYPTIONS,
    STORAGES,
    Axis,
    baseline_api,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

AXIS = "axis"
"""Key of the metadata of a field of `Case`."""


def short_digest(value: object) -> str:
    """Return 12 hexadecimal digits that identify a JSON-like value, whatever its key order."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _axis(default: str, axis: Axis) -> Any:  # noqa: ANN401 (as dataclasses' own field)
    return field(default=default, metadata={AXIS: axis})


@dataclass(frozen=True)
class Case:
    """What is measured: one value of each axis. Never how often, where or when.

    The metadata of a field is everything that is known of its axis. Experiment files, schema,
    stored lines, tables, charts and comparisons read it there, so that a new axis is one field.
    Its default is for ever: it is what stored cases without the axis had.

    Attributes:
        model: name of a built-in model, or the path as written in the experiment.
        device: an OpenVINO device string such as ``CPU`` or ``HETERO:CPU``.
        api: one of `APIS`, or `LLM`.
        cache_mode: one of `CACHE_MODES`; ``default`` passes no CACHE_MODE at all.
        encryption: one of `ENCRYPTIONS` or a user's ``module:encrypt,decrypt``.
        runtime: ``installed``, or another OpenVINO to start.
        properties: what is passed to compile_model, placeholders not yet filled in.
        storage: one of `STORAGES`, the state of the disk cache before each start.
    """

    model: str = field(
        metadata={
            AXIS: Axis(
                help=(
                    "Built-in models (resnet50, resnet50:int8, name@format), paths of model files "
                    "relative to this file (.xml with its .bin, .onnx, .tflite, .pb, .pdmodel, "
                    ".json, SavedModel directories), or mappings {name, path, inputs}."
                ),
                sets_apart=True,
                always_named=True,
            )
        }
    )
    device: str = _axis(
        "CPU",
        Axis(
            help='OpenVINO devices. Put names with a comma, such as "AUTO:GPU,CPU", in quotes.',
            check=checks.device,
            schema={
                "type": "string",
                "pattern": f"^({checks.DEVICE_PATTERN})$",
                "examples": list(checks.DEVICE_EXAMPLES),
            },
            sets_apart=True,
            always_named=True,
        ),
    )
    api: str = _axis(
        "path",
        Axis(
            help=(
                "read_model: read_model, then compile_model. path: compile_model(path). import: "
                "export_model into a file, then import_model; has no cache directory, so "
                "cache_mode and encryption do not multiply its cases."
            ),
            label="API",
            values=APIS,
            always_named=True,
        ),
    )
    cache_mode: str = _axis(
        "default",
        Axis(help="Value of CACHE_MODE; default passes none.", values=CACHE_MODES, seen_by=CACHED),
    )
    encryption: str = _axis(
        "none",
        Axis(
            help=(
                "Encryption callbacks: none, identity (calls that change nothing), base64, "
                "aes-256-gcm, or two functions of yours as module:encrypt,decrypt (the module lies "
                "beside this file)."
            ),
            check=checks.encryption,
            schema={
                "anyOf": [
                    {"enum": list(ENCRYPTIONS)},
                    {"type": "string", "pattern": f"^{checks.CODEC_PATTERN}$"},
                ]
            },
            seen_by=CACHED,
        ),
    )
    runtime: str = _axis(
        "installed",
        Axis(
            help=(
                "Which OpenVINO: installed, a requirement such as openvino==2025.4.1, the path of "
                "an interpreter, virtual environment or wheel, or a mapping {python, env}."
            ),
            sets_apart=True,
        ),
    )
    properties: Mapping[str, Any] = field(
        default_factory=dict,
        metadata={
            AXIS: Axis(
                help=(
                    "Properties for compile_model, a mapping or a list of them; {} is none. "
                    "Without quotes, true and false are booleans and decimal numbers are numbers, "
                    'everything else is text; in quotes it is text. "${model_bin}" and '
                    '"${model_path}" stand for the model\'s files.'
                ),
            )
        },
    )
    storage: str = _axis(
        "hot",
        Axis(
            help=(
                "Before each start: hot (files are in the page cache), evicted (model and blob are "
                "not), boot (the runtime's own files are not either)."
            ),
            values=STORAGES,
        ),
    )

    def axes(self) -> dict[str, Any]:
        """Return the axes as plain JSON-like data, in the order of `AXES`."""
        return asdict(self)

    @classmethod
    def from_axes(cls, axes: Mapping[str, Any]) -> Case:
        """Return the case of stored axes: what they lack has its default, others are left out.

        Raises:
            TypeError: when there is no model.
        """
        return cls(**{axis: value for axis, value in axes.items() if axis in AXES})

    @cached_property
    def case_id(self) -> str:
        """Identify the case across runs and hosts: the digest of what departs from the defaults."""
        return short_digest(departures(self.axes()))

    @cached_property
    def baseline_id(self) -> str:
        """Identify the uncached start that serves this case, the same for its whole block.

        An API without an uncached form of its own uses that of its `baseline_api`.
        """
        seen = {axis: value for axis, value in self.axes().items() if axis not in CACHE_ONLY_AXES}
        seen["api"] = baseline_api(self.api)
        # Another key than a case's own, so that no baseline has the id of a case.
        return short_digest({"uncached": departures(seen)})

    @cached_property
    def name(self) -> str:
        """Return a readable name: model, device, API, then whatever is not the default."""
        return name_of(self.axes())


AXES = tuple(each.name for each in fields(Case))
"""Every axis of the matrix, in the order in which names and tables show them."""

AXIS_OF: Mapping[str, Axis] = {each.name: each.metadata[AXIS] for each in fields(Case)}
"""Axis to what is known of it."""

MAPPINGS = ("properties",)
"""Axes whose values are mappings; every other value is text."""

DEFAULTS: Mapping[str, Any] = {
    **{each.name: each.default for each in fields(Case) if each.default is not MISSING},
    **{axis: {} for axis in MAPPINGS},
}
"""Axis to its default; the model has none."""

CACHE_ONLY_AXES = tuple(axis for axis in AXES if AXIS_OF[axis].seen_by == CACHED)
"""Axes that an uncached start does not see: cases that differ only here share a baseline."""

GROUP_AXES = tuple(axis for axis in AXES if AXIS_OF[axis].sets_apart)
"""Axes whose values are never drawn in one chart nor advised against each other."""


def heading(axis: str) -> str:
    """Return how an axis is headed in tables and charts."""
    return AXIS_OF[axis].label or axis.replace("_", " ")


def departures(axes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the axes whose values are not the defaults."""
    nothing = object()
    return {axis: value for axis, value in axes.items() if value != DEFAULTS.get(axis, nothing)}


def name_of(axes: Mapping[str, Any], shown: Collection[str] = AXES) -> str:
    """Return the shown axes of a case in words: those always named, and departures from defaults.

    Args:
        axes: axis to value; values of mappings as such.
        shown: the axes that may be part of the name.
    """
    named = [axis for axis in AXES if axis in shown and axis in axes and axis not in MAPPINGS]
    parts = [
        str(axes[axis])
        for axis in named
        if AXIS_OF[axis].always_named or axes[axis] != DEFAULTS[axis]
    ]
    for axis in MAPPINGS:
        if axis in shown:
            parts += [f"{key}={value}" for key, value in sorted(axes.get(axis, {}).items())]
    return " / ".join(parts)
