"""Numbers as people read them: few digits, a unit, and a dash for what was not measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

MB = 1e6

NARROW_SPACE = "\u202f"
"""Between thousands, as SI wants it: a comma is a decimal sign to half of the readers."""

MINUS = "\u2212"

ABSENT = "\u2013"
"""Not measured, or not known: never to be mistaken for zero."""

RATIO_DIGITS = 3

USUAL_BASIS = "95 %"
"""What an interval is unless something else is said of it."""

FEW_STARTS = 10
FEW = 3


class WithInterval(Protocol):
    """A value and the ends of its interval or range; None where they are not known."""

    @property
    def value(self) -> float | None:
        """The value."""

    @property
    def low(self) -> float | None:
        """The lower end."""

    @property
    def high(self) -> float | None:
        """The upper end."""

    @property
    def basis(self) -> str:
        """What the ends are, in words, such as ``95 %`` or ``range of 4 rounds``."""


def number(value: float | None, digits: int = 2) -> str:
    """Return a number with so many significant digits, and all of those before the point."""
    if value is None or not math.isfinite(value):
        return ABSENT
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:,.{decimals}f}".replace(",", NARROW_SPACE).replace("-", MINUS)


def ratio(value: float | None) -> str:
    """Return a ratio: near 1 the second digit after the point still tells something."""
    return number(value, RATIO_DIGITS)


def ms(value: float | None) -> str:
    """Return milliseconds with a unit."""
    return ABSENT if value is None else f"{number(value)} ms"


def megabytes(size: float | None) -> str:
    """Return bytes as megabytes with a unit."""
    return ABSENT if size is None else f"{number(size / MB)} MB"


def starts(value: float | None) -> str:
    """Return a number of starts; less than none is none."""
    if value is None or not math.isfinite(value):
        return ABSENT
    return f"{max(value, 0.0):,.{1 if value < FEW_STARTS else 0}f}".replace(",", NARROW_SPACE)


def percent(share: float | None) -> str:
    """Return a share of one as a percentage."""
    return ABSENT if share is None else f"{number(100 * share)} %"


def interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """Return the two ends of an interval, empty where it has none."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{number(low, digits)} to {number(high, digits)}"


def percentage(confidence: float) -> str:
    """Return a level of confidence in words: ``95 %``, ``98.33 %``, never more than there is."""
    return f"{math.floor(round(1e4 * confidence, 6)) / 100:g} %"


def ends(estimate: WithInterval, digits: int = 2) -> str:
    """Return the two ends of an estimate, and what they are unless they are a 95 % interval."""
    return with_basis(interval(estimate.low, estimate.high, digits), estimate)


def with_basis(between: str, estimate: WithInterval) -> str:
    """Return the ends of an estimate, and what they are unless they are a 95 % interval."""
    return between if estimate.basis in ("", USUAL_BASIS) else f"{between}, {estimate.basis}"


def estimated_ms(estimate: WithInterval) -> str:
    """Return an estimated duration, its interval in brackets where it has one."""
    return _estimated(estimate, " ms", 2)


def estimated_ratio(estimate: WithInterval) -> str:
    """Return an estimated ratio, its interval in brackets where it has one."""
    return _estimated(estimate, "", RATIO_DIGITS)


def seen_ratio(estimate: WithInterval) -> str:
    """Return the range in which a ratio was seen, or the one ratio that was."""
    return interval(estimate.low, estimate.high, RATIO_DIGITS) or ratio(estimate.value)


def estimated_times(estimate: WithInterval) -> str:
    """Return an estimated ratio in a sentence: ``2.43 times (2.20 to 2.71)``."""
    return _estimated(estimate, " times", RATIO_DIGITS)


def _estimated(estimate: WithInterval, unit: str, digits: int) -> str:
    if estimate.value is None:
        return ABSENT
    between = ends(estimate, digits)
    return f"{number(estimate.value, digits)}{unit}" + (f" ({between})" if between else "")


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun, such as ``1 start`` and ``2 starts``."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or f'{noun}s'}"


def few(items: Iterable[str]) -> str:
    """Return the first three of some items, set apart by semicolons, and how many more."""
    shown = list(items)
    more = len(shown) - FEW
    return listed(shown) if more <= 0 else f"{'; '.join(shown[:FEW])}; and {more} more"


def listed(items: list[str]) -> str:
    """Return items as prose: ``a``, ``a and b``, ``a, b and c``."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
