"""What a piece of text in an experiment file must look like.

Every check returns the text, plain, and raises ValueError with a sentence for the user.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from coldwarm.experiment.axes import ENCRYPTIONS
from coldwarm.experiment.cache_options import check_variable
from coldwarm.experiment.problems import quote, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

ALL_DEVICES = "all"

DEVICE_EXAMPLES = ("CPU", "GPU", "GPU.0", "NPU", "AUTO", "AUTO:GPU,CPU", "HETERO:CPU", "BATCH:CPU")
_DEVICE = r"[A-Z][A-Z0-9_]*(\.[0-9]+)*(\([0-9]+\))?"
DEVICE_PATTERN = rf"{_DEVICE}(:-?{_DEVICE}(,-?{_DEVICE})*)?"
CODEC_PATTERN = r"[^\s:,]+:[^\s:,]+, ?[^\s:,]+"
RUN_NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
LABEL_PATTERN = r"[^\n\t]{1,100}"
VARIABLE_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*"


def one_of(noun: str, options: Sequence[str], text: str) -> str:
    """Check a word against a closed list."""
    if text not in options:
        raise ValueError(unknown(noun, text, options))
    return str(text)


def device(text: str) -> str:
    """Check one OpenVINO device. Whether this host has it is found out when it is measured."""
    if text == ALL_DEVICES:
        msg = '"all" stands only in the matrix: name a device, or leave the axis out'
        raise ValueError(msg)
    return matrix_device(text)


def matrix_device(text: str) -> str:
    """Check a device of the matrix, where ``all`` means every device of this host."""
    if text == ALL_DEVICES or re.fullmatch(DEVICE_PATTERN, text):
        return str(text)
    upper = text.upper()
    near = f", did you mean {quote(upper)}?" if re.fullmatch(DEVICE_PATTERN, upper) else "."
    msg = f"{quote(text)} is not a device{near} Examples: {', '.join(DEVICE_EXAMPLES)}"
    raise ValueError(msg)


def encryption(text: str) -> str:
    """Check a built-in codec or the two functions of a user's own."""
    names = re.split(r"[.:]|, ?", text)
    if re.fullmatch(CODEC_PATTERN, text) and all(name.isidentifier() for name in names):
        return text.replace(" ", "")
    if ":" in text:
        msg = (
            f"{quote(text)} does not name two functions: write module:encrypt,decrypt, "
            "and put it in quotes inside [ ] or { }"
        )
        raise ValueError(msg)
    if text not in ENCRYPTIONS:
        raise ValueError(unknown("encryption", text, ENCRYPTIONS, " or module:encrypt,decrypt"))
    return str(text)


def run_name(text: str) -> str:
    """Check the name of an experiment, which becomes part of a directory's name."""
    if not re.fullmatch(RUN_NAME_PATTERN, text):
        msg = (
            f"{quote(text)} cannot name a directory: use at most 64 letters, digits, dots, "
            "dashes and underscores, beginning with a letter or a digit"
        )
        raise ValueError(msg)
    return str(text)


def label(text: str) -> str:
    """Check a name that is only shown."""
    if not re.fullmatch(LABEL_PATTERN, text):
        msg = f"{quote(text)} cannot be a name: use one line of at most 100 characters"
        raise ValueError(msg)
    return str(text)


def variable(text: str) -> str:
    """Check the name of an environment variable, which may lead no cache elsewhere."""
    if not re.fullmatch(VARIABLE_PATTERN, text):
        msg = f"{quote(text)} cannot name an environment variable"
        raise ValueError(msg)
    return check_variable(str(text))


def day(text: str) -> str:
    """Check an ISO date."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        msg = f"{quote(text)} is not a date: write it as 2026-12-31"
        raise ValueError(msg) from None
