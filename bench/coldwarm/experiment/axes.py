"""What is known of an axis, stated once: it is the metadata of a field of `Case`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

APIS = ("read_model", "path", "import")
LLM = "llm"
"""The API of every case of an experiment of this kind: a pipeline that generates text."""

BASELINES = {"import": "read_model"}
"""API to the one whose uncached start serves it, where it has none of its own."""


def baseline_api(api: str) -> str:
    """Return the API of the uncached start that serves an API."""
    return BASELINES.get(api, api)


CACHE_MODES = ("default", "OPTIMIZE_SPEED", "OPTIMIZE_SIZE")
ENCRYPTIONS = ("none", "identity", "base64", "aes-256-gcm")
STORAGES = ("hot", "evicted", "boot")

ALL, CACHED = "all", "cached"
"""Which starts see an axis."""


@dataclass(frozen=True)
class Axis:
    """One dimension of the matrix.

    Attributes:
        help: what the schema says of it.
        label: how tables and charts head its column; its name with blanks when empty.
        values: the words that it takes; any text that `check` lets through when empty.
        check: returns the text of a value, or raises ValueError with a sentence; None where every
            text of `values` will do, or what the text refers to is looked for.
        schema: how the JSON Schema describes a value; the `values` when empty.
        seen_by: `ALL` starts, or `CACHED` ones only: cases that differ in such an axis alone
            share an uncached baseline.
        sets_apart: cases that differ in it are never drawn in one chart nor advised against each
            other: another model, another device, another OpenVINO.
        always_named: part of every name, even where it has its default.
    """

    help: str
    label: str = ""
    values: tuple[str, ...] = ()
    check: Callable[[str], str] | None = None
    schema: dict[str, Any] | None = None
    seen_by: str = ALL
    sets_apart: bool = False
    always_named: bool = False
