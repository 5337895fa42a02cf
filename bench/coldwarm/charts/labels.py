"""Where labels go when the boxes they belong to are narrower than they are. Pure geometry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 6
"""Pixels between a leader and its text, and at least between two texts."""


@dataclass(frozen=True)
class Flag:
    """A label beside the end of a leader that hangs from its box.

    Attributes:
        anchor: x of the leader.
        left: where the text begins.
        right: where it ends.
        tier: how far down, from 0.
    """

    anchor: float
    left: float
    right: float
    tier: int

    @property
    def is_right_of_leader(self) -> bool:
        """Whether the text begins at the leader, rather than ending there."""
        return self.left > self.anchor


def hang(labels: Sequence[tuple[float, float]], left: float, right: float) -> list[Flag]:
    """Place labels below their boxes so that no text meets another, nor another's leader.

    Args:
        labels: for each, the x of its leader and the width of its text.
        left: where texts may begin.
        right: where they must end.

    Returns:
        A flag per label, on as few tiers as possible, texts to the right of leaders if possible.
    """
    tiers = range(len(labels))
    best: tuple[tuple[float, ...], list[Flag]] | None = None
    for places in product(product(tiers, (True, False)), repeat=len(labels)):
        flags = [
            _flag(anchor, width, tier, to_the_right=to_the_right)
            for (anchor, width), (tier, to_the_right) in zip(labels, places, strict=True)
        ]
        cost = (
            sum(max(0.0, left - f.left) + max(0.0, f.right - right) for f in flags),
            float(sum(_meet(a, b) for a in flags for b in flags if a is not b)),
            float(max((f.tier for f in flags), default=0)),
            float(sum(f.tier + (not f.is_right_of_leader) for f in flags)),
        )
        if best is None or cost < best[0]:
            best = cost, flags
    return best[1] if best else []


def _flag(anchor: float, width: float, tier: int, *, to_the_right: bool) -> Flag:
    start = anchor + GAP if to_the_right else anchor - GAP - width
    return Flag(anchor, start, start + width, tier)


def _meet(text: Flag, other: Flag) -> bool:
    """Whether `text` overlaps the text of `other`, or its leader on the way down."""
    if text.tier == other.tier and text.left < other.right + GAP and other.left < text.right + GAP:
        return True
    passes = other.tier >= text.tier
    return passes and text.left - GAP / 2 < other.anchor < text.right + GAP / 2


def spread(
    wanted: Sequence[float], widths: Sequence[float], left: float, right: float
) -> list[float]:
    """Return centres as near to the wanted ones as possible, in their order, without overlap.

    Args:
        wanted: centres, rising.
        widths: of the texts, margins included.
        left: where the first may begin.
        right: where the last must end.
    """
    centres = list(wanted)
    for _ in range(100 * len(centres)):
        moved = False
        for i, width in enumerate(widths):
            bounded = min(max(centres[i], left + width / 2), right - width / 2)
            moved |= abs(bounded - centres[i]) > 1e-6  # noqa: PLR2004
            centres[i] = bounded
        for i in range(len(centres) - 1):
            overlap = centres[i] + widths[i] / 2 + widths[i + 1] / 2 - centres[i + 1]
            if overlap > 1e-6:  # noqa: PLR2004
                centres[i] -= overlap / 2
                centres[i + 1] += overlap / 2
                moved = True
        if not moved:
            break
    return centres
