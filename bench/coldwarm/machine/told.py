"""What psutil tells, where the system may refuse to tell it.

Without /proc, or with parts of it hidden, psutil fails in many ways, an IndexError among them.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypeVar

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

Told = TypeVar("Told")

REFUSALS = (psutil.Error, OSError, RuntimeError, AttributeError, LookupError, ValueError, TypeError)


def told(ask: Callable[[], Told]) -> Told | None:
    """Return what psutil answers, or None when this system does not tell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it cannot tell beside what it does
            return ask()
    except REFUSALS:
        return None
