"""Case: one cell of the matrix, with a stable id and a readable name."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

AXES = (
    "model",
    "device",
    "api",
    "cache_mode",
    "encryption",
    "runtime",
    "properties",
    "storage",
)
"""Every axis of the matrix, in the order in which names and tables show them."""

APIS = ("read_model", "path", "import")
LLM = "llm"
"""The API of every case of an experiment of this kind: a pipeline that generates text."""

CACHE_MODES = ("default", "OPTIMIZE_SPEED", "OPTIMIZE_SIZE")
ENCRYPTIONS = ("none", "identity", "base64", "aes-256-gcm")
STORAGES = ("hot", "evicted", "boot")

CACHE_ONLY_AXES = ("cache_mode", "encryption")
"""Axes that an uncached start does not see: cases that differ only here share a baseline."""


def short_digest(value: object) -> str:
    """Return 12 hexadecimal digits that identify a JSON-like value, whatever its key order."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True)
class Case:
    """What is measured: one value of each axis. Never how often, where or when.

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

    model: str
    device: str = "CPU"
    api: str = "path"
    cache_mode: str = "default"
    encryption: str = "none"
    runtime: str = "installed"
    properties: Mapping[str, Any] = field(default_factory=dict)
    storage: str = "hot"

    def axes(self) -> dict[str, Any]:
        """Return the axes as plain JSON-like data, in the order of `AXES`."""
        return asdict(self)

    @cached_property
    def case_id(self) -> str:
        """Identify the case across runs and hosts: the digest of its canonical form."""
        return short_digest(self.axes())

    @cached_property
    def baseline_id(self) -> str:
        """Identify the uncached start that serves this case, the same for its whole block.

        The API ``import`` has no uncached form of its own and uses that of ``read_model``.
        """
        axes = self.axes()
        for axis in CACHE_ONLY_AXES:
            del axes[axis]
        if self.api == "import":
            axes["api"] = "read_model"
        return short_digest(axes)

    @cached_property
    def name(self) -> str:
        """Return a readable name: model, device, API, then whatever is not the default."""
        parts = [self.model, self.device, self.api]
        parts += [
            str(getattr(self, axis))
            for axis, default in (
                ("cache_mode", "default"),
                ("encryption", "none"),
                ("runtime", "installed"),
                ("storage", "hot"),
            )
            if getattr(self, axis) != default
        ]
        parts += [f"{key}={value}" for key, value in sorted(self.properties.items())]
        return " / ".join(parts)
