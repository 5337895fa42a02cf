"""Panels of boxes that are as wide as times: what the documentation's two charts are made of.

The label of a box is inside it, beside it or below it, where there is room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from coldwarm.charts.labels import GAP, hang
from coldwarm.charts.lettering import points, printable, width_px, wrapped
from coldwarm.charts.sheet import MARGIN
from coldwarm.charts.style import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.charts.sheet import Sheet

BLUE = "#0068b5"
STROKE_PX = 1.33
DASHES = (0, (4, 3))

GROUND, GUIDE, SHAPE = 1, 2, 3
"""What lies over what, below what is written."""

SIZES = (15, 14, 13, 12)
"""Font sizes tried for a label inside its box."""

TOTAL_SIZES = (14, 13, 12, 11, 10)
"""Font sizes tried for what a panel adds up to."""

WORDS_SIZE = 14
BELOW_SIZE = 13
TIER = 18
PADDING = 7
LINE = 1.6
"""Height of a line inside a box, in font sizes: what keeps three lines off the edges."""

BETWEEN = 32
"""Least distance between a title and what its panel adds up to."""


@dataclass(frozen=True)
class Box:
    """One box of a panel.

    Attributes:
        x: left edge.
        width: drawn width.
        label: what it is.
        value: what was measured.
        fill: colour inside.
        name: what the box is called in the SVG.
        stroke: colour of its edge.
        ink: colour of a label inside.
        inset: how much lower than the others it is, above and below.
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


@dataclass(frozen=True)
class Panel:
    """One panel of a chart: a line of words, and below it boxes or why there are none.

    Attributes:
        title: what it shows.
        total: what its boxes add up to, in words.
        boxes: from left to right; one that lies upon another comes after it.
        missing: why there are no boxes.
        colour: of the title; one that is not `INK` is bold.
    """

    title: str
    total: str
    boxes: Sequence[Box]
    missing: str
    colour: str = INK


@dataclass(frozen=True)
class Layout:
    """Where the parts of every panel of a chart are.

    Attributes:
        left: where titles and boxes begin.
        right: where words end.
        title_size: size of a title.
        box_top: upper edge of the boxes, below that of the title.
        box_height: height of the boxes; labels that hang below them need `TIER` pixels each.
        ground: colour behind the panels.
    """

    left: float
    right: float
    title_size: float
    box_top: float
    box_height: float
    ground: str


def draw_ground(sheet: Sheet, top: float, height: float, fill: str) -> None:
    """Draw the coloured ground of one or more panels, from margin to margin."""
    _draw_rectangle(sheet, (MARGIN, top), (sheet.width - 2 * MARGIN, height), fill, BLUE, GROUND)


def draw_line(
    sheet: Sheet,
    *corners: tuple[float, float],
    colour: str = BLUE,
    width: float = 1.0,
    dashed: bool = False,
    name: str = "",
) -> None:
    """Draw a line through the corners; `name` is what it is called in the SVG."""
    xs, ys = zip(*corners, strict=True)
    line = Line2D(xs, ys, color=colour, linewidth=points(width), zorder=GUIDE)
    line.set_linestyle(DASHES if dashed else "solid")
    line.set_solid_capstyle("butt")
    line.set_gid(name or None)
    sheet.add(line)


def draw_panel(sheet: Sheet, panel: Panel, top: float, layout: Layout) -> None:
    """Draw a panel whose title is at `top`."""
    _write_title(sheet, panel, top, layout)
    boxes_top = top + layout.box_top
    if not panel.boxes:
        words = printable(panel.missing)
        text = wrapped(words, WORDS_SIZE, layout.right - layout.left, lines=4)
        sheet.write(layout.left, boxes_top, text, size=WORDS_SIZE, italic=True)
        return
    for above, box in enumerate(panel.boxes):
        corner = box.x, boxes_top + box.inset
        size = box.width, layout.box_height - 2 * box.inset
        _draw_rectangle(sheet, corner, size, box.fill, box.stroke, SHAPE + above / 10, box.name)
    below = []
    end = max(box.right for box in panel.boxes)
    middle = boxes_top + layout.box_height / 2
    for box in panel.boxes:
        inside = _write_inside(sheet, box, middle, layout.box_height)
        if box.note:
            below.append((box, box.note))
        elif not inside and box.right >= end - 1 and _has_room_beside(box, layout.right):
            text = f"{box.label}\n{box.value}"
            _write_label(sheet, box.right + 2 * GAP, middle, text, layout.ground)
        elif not inside:
            below.append((box, f"{box.label}: {box.value}"))
    _write_below(sheet, below, boxes_top + layout.box_height, layout)


def _draw_rectangle(
    sheet: Sheet,
    corner: tuple[float, float],
    size: tuple[float, float],
    fill: str,
    stroke: str,
    layer: float,
    name: str = "",
) -> None:
    shape = Rectangle(corner, *size, facecolor=fill, edgecolor=stroke, zorder=layer)
    shape.set_linewidth(points(STROKE_PX))
    shape.set_gid(name or None)
    sheet.add(shape)


def _write_title(sheet: Sheet, panel: Panel, top: float, layout: Layout) -> None:
    """Write the title at the left and what the panel adds up to at the right, on one line."""
    size, bold = layout.title_size, panel.colour != INK
    room = layout.right - layout.left - width_px(panel.title, size, bold=bold) - BETWEEN
    fitting = (small for small in TOTAL_SIZES if width_px(panel.total, small, bold=True) <= room)
    ground = layout.ground
    colour = panel.colour
    sheet.write(layout.left, top, panel.title, size=size, colour=colour, bold=bold, ground=ground)
    sheet.write(
        layout.right,
        top + 1,
        panel.total,
        size=next(fitting, TOTAL_SIZES[-1]),
        align="right",
        bold=True,
        ground=ground,
    )


def _write_inside(sheet: Sheet, box: Box, middle: float, height: float) -> bool:
    for lines in (box.label, box.label.replace(" (", "\n(")):
        for size in SIZES:
            text = f"{lines}\n{box.value}".strip()
            fits = max(width_px(line, size) for line in text.split("\n")) + 2 * PADDING <= box.room
            if fits and LINE * size * len(text.split("\n")) <= height - 2 * box.inset:
                sheet.write(
                    box.middle,
                    middle,
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


def _write_below(
    sheet: Sheet, labels: Sequence[tuple[Box, str]], bottom: float, layout: Layout
) -> None:
    wanted = [(box.middle, width_px(text, BELOW_SIZE)) for box, text in labels]
    flags = hang(wanted, layout.left, layout.right)
    for (box, text), flag in zip(labels, flags, strict=True):
        middle = bottom + 13 + flag.tier * TIER
        tip = flag.left - 2 if flag.is_right_of_leader else flag.right + 2
        draw_line(sheet, (box.middle, bottom), (box.middle, middle), (tip, middle))
        _write_label(sheet, flag.left, middle, text, layout.ground)


def _write_label(sheet: Sheet, x: float, middle: float, text: str, ground: str) -> None:
    sheet.write(x, middle, text, size=BELOW_SIZE, colour=BLUE, vertical="center", ground=ground)
