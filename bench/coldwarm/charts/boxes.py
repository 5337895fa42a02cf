"""Boxes as wide as times, each with its label: inside, beside or below, where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.charts.canvas import SHAPE
from coldwarm.charts.labels import GAP, hang
from coldwarm.charts.text import width_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.charts.canvas import Canvas

BLUE = "#0068b5"

SIZES = (15, 14, 13, 12)
"""Font sizes tried for a label inside its box."""

BELOW_SIZE = 13
TIER = 18
PADDING = 7
LINE = 1.6
"""Height of a line inside a box, in font sizes: what keeps three lines off the edges."""


@dataclass(frozen=True)
class Box:
    """One box of a row.

    Attributes:
        x: left edge.
        width: drawn width.
        label: what it is.
        value: what was measured.
        fill: colour inside.
        name: what the box is called in the SVG.
        stroke: colour of its edge.
        ink: colour of a label inside.
        inset: how much lower than the row it is, above and below.
        taken: part of its width, at the right end, that another box covers.
        note: what stands below it in any case, in place of a label that finds no room inside.
    """

    x: float
    width: float
    label: str
    value: str
    fill: str
    name: str
    stroke: str = BLUE
    ink: str = BLUE
    inset: float = 0
    taken: float = 0
    note: str = ""

    @property
    def room(self) -> float:
        """Return the width that is left for a label inside."""
        return self.width - self.taken

    @property
    def middle(self) -> float:
        """Return the centre of what is not covered."""
        return self.x + self.room / 2

    @property
    def right(self) -> float:
        """Return the right edge."""
        return self.x + self.width


def draw_row(
    canvas: Canvas,
    boxes: Sequence[Box],
    *,
    top: float,
    height: float,
    limits: tuple[float, float],
    ground: str,
) -> None:
    """Draw boxes with their labels.

    Args:
        canvas: where.
        boxes: from left to right; one that lies upon another comes after it.
        top: upper edge of the row.
        height: of the row; labels that hang below it need `TIER` pixels each.
        limits: between which x labels may stand.
        ground: colour behind the row.
    """
    for layer, box in enumerate(boxes):
        canvas.box(
            box.x,
            top + box.inset,
            box.width,
            height - 2 * box.inset,
            fill=box.fill,
            stroke=box.stroke,
            name=box.name,
            layer=SHAPE + layer / 10,
        )
    below = []
    end = max(box.right for box in boxes)
    for box in boxes:
        inside = _write_inside(canvas, box, top, height)
        if box.note:
            below.append((box, box.note))
        elif not inside and box.right >= end - 1 and _has_room_beside(box, limits[1]):
            _write_beside(canvas, box, top + height / 2, ground)
        elif not inside:
            below.append((box, f"{box.label}: {box.value}"))
    _write_below(canvas, below, top + height, limits, ground)


def _write_inside(canvas: Canvas, box: Box, top: float, height: float) -> bool:
    for lines in (box.label, box.label.replace(" (", "\n(")):
        for size in SIZES:
            text = f"{lines}\n{box.value}".strip()
            fits = max(width_px(line, size) for line in text.split("\n")) + 2 * PADDING <= box.room
            if fits and LINE * size * len(text.split("\n")) <= height - 2 * box.inset:
                canvas.write(
                    box.middle,
                    top + height / 2,
                    text,
                    size=size,
                    colour=box.ink,
                    align="center",
                    vertical="center",
                )
                return True
    return False


def _has_room_beside(box: Box, limit: float) -> bool:
    return box.right + 2 * GAP + width_px(box.label, BELOW_SIZE) <= limit


def _write_beside(canvas: Canvas, box: Box, middle: float, ground: str) -> None:
    canvas.write(
        box.right + 2 * GAP,
        middle,
        f"{box.label}\n{box.value}",
        size=BELOW_SIZE,
        colour=BLUE,
        vertical="center",
        ground=ground,
    )


def _write_below(
    canvas: Canvas,
    labels: Sequence[tuple[Box, str]],
    bottom: float,
    limits: tuple[float, float],
    ground: str,
) -> None:
    flags = hang([(box.middle, width_px(text, BELOW_SIZE)) for box, text in labels], *limits)
    for (box, text), flag in zip(labels, flags, strict=True):
        middle = bottom + 13 + flag.tier * TIER
        tip = flag.left - 2 if flag.is_right_of_leader else flag.right + 2
        canvas.line((box.middle, bottom), (box.middle, middle), (tip, middle), colour=BLUE)
        canvas.write(
            flag.left,
            middle,
            text,
            size=BELOW_SIZE,
            colour=BLUE,
            vertical="center",
            ground=ground,
        )
