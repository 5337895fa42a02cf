"""Text to values: durations, percentages, and the values of compile_model's properties."""

from __future__ import annotations

import math
import re
from typing import Any

from coldwarm.experiment.problems import quote, unknown
from coldwarm.experiment.yaml_nodes import Plain

SECONDS_PER_UNIT = {"h": 3600.0, "m": 60.0, "s": 1.0}
MAX_SECONDS = 7 * 24 * 3600.0
DURATION_PATTERN = r"(\d+(\.\d+)?[hms])+"
PERCENTAGE_PATTERN = r"\d+(\.\d+)? ?%"

PLACEHOLDERS = ("model_bin", "model_path")
"""What ``${…}`` in a property may name: the model's weights file, the model file itself."""

_INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?", re.ASCII)
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def seconds(text: str) -> float:
    """Return a duration such as ``90s``, ``10m`` or ``1h30m`` in seconds.

    Raises:
        ValueError: with a sentence for the user.

    >>> seconds("1h30m")
    5400.0
    """
    if not re.fullmatch(DURATION_PATTERN, text, re.ASCII):
        hint = "a number and a unit, h, m or s: 90s, 10m, 1h30m"
        msg = f"{quote(text)} is not a duration: write {hint}"
        raise ValueError(msg)
    parts = re.findall(r"([\d.]+)([hms])", text)
    total = sum(float(number) * SECONDS_PER_UNIT[unit] for number, unit in parts)
    if not 0 < total <= MAX_SECONDS:
        most = f"{MAX_SECONDS / 3600:.0f}h"
        msg = f"the duration {quote(text)} is out of range: more than 0s, at most {most}"
        raise ValueError(msg)
    return total


def fraction(text: str) -> float:
    """Return a percentage such as ``5%`` as a fraction.

    Raises:
        ValueError: with a sentence for the user.

    >>> fraction("5%")
    0.05
    """
    if not re.fullmatch(PERCENTAGE_PATTERN, text, re.ASCII):
        msg = f"{quote(text)} is not a percentage: write it with its sign, such as 5%"
        raise ValueError(msg)
    value = float(text.rstrip(" %")) / 100
    if not 0 < value < 1:
        msg = f"the percentage {quote(text)} is out of range: more than 0%, less than 100%"
        raise ValueError(msg)
    return value


def property_value(value: Any) -> Any:  # noqa: ANN401
    """Return a property's value as compile_model takes it.

    Without quotes, ``true`` and ``false`` are booleans and decimal numbers are numbers, as in
    YAML 1.2 and JSON; everything else is text, also ``on``, ``YES`` and ``LATENCY`` (OpenVINO
    reads YES and NO itself). In quotes it is always text. Lists and mappings, as DEVICE_PROPERTIES
    takes them, are converted throughout.

    Raises:
        ValueError: with a sentence for the user, when text has an unknown placeholder.
    """
    if isinstance(value, dict):
        return {key: property_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [property_value(item) for item in value]
    if isinstance(value, Plain):
        return _resolve(str(value))
    return _with_known_placeholders(value) if isinstance(value, str) else value


def _resolve(text: str) -> bool | int | float | str:
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return _with_known_placeholders(text)


def _with_known_placeholders(text: str) -> str:
    for name, end in re.findall(r"\$\{([^}]*)(\}?)", text):
        if not end:
            msg = f"the placeholder in {quote(text)} is not closed: add }}"
            raise ValueError(msg)
        if name not in PLACEHOLDERS:
            raise ValueError(unknown("placeholder", name, PLACEHOLDERS))
    return text
