"""Conditions as people read them, without what looks like a secret."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from coldwarm.text.escaping import one_line

if TYPE_CHECKING:
    from dataclasses import Field

NOT_SET = "not set"
HIDDEN = "(hidden)"
SECRET_NAME = re.compile(r"key|token|secret|passw|credential|auth|cookie|signature", re.IGNORECASE)
SECRET_VALUE = re.compile(
    r".*//[^/\s]*:[^/\s]*@.*"  # a URL with a password
    r"|[0-9a-fA-F]{32,}"
    r"|(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[\w+=.-]{20,}",
    re.DOTALL,
)
LONGEST = 60


def is_mapping(each: Field[Any]) -> bool:
    """Return whether a condition has an entry per value of an axis, or per variable."""
    return each.metadata["of"] is not None or each.metadata["variables"]


def label_of(each: Field[Any], key: str | None) -> str:
    """Return what a condition, or one entry of it, is called."""
    label: str = each.metadata["label"]
    if key is None:
        return label
    return one_line(f"{label} of {key}" if each.metadata["of"] else f"{label} {key}")


def shown(each: Field[Any], value: Any, key: str | None = None) -> str:  # noqa: ANN401 - JSON
    """Return a value as people read it."""
    if each.metadata["variables"]:
        return variable(key or "", value)
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False) if value else "none"
    elif isinstance(value, list | tuple):
        value = ", ".join(map(str, value)) or "none of these"
    elif each.name.endswith("_bytes") and isinstance(value, int):
        value = f"{value / 1e9:.3g} GB"
    return one_line(str(value))


def variable(name: str, value: str | None) -> str:
    """Return the value of an environment variable, unless it looks like a secret."""
    if value is None:
        return NOT_SET
    secret = SECRET_NAME.search(name) or SECRET_VALUE.fullmatch(str(value))
    return HIDDEN if secret else one_line(str(value)) or "empty"


def shortened(text: str) -> str:
    """Return text as long as a line of a comparison takes."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
