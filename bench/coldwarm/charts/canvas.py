"""A drawing surface in pixels, x to the right and y down, for charts that are drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.patches import Polygon, Rectangle

from coldwarm.charts.style import INK, new_figure
from coldwarm.charts.text import points

if TYPE_CHECKING:
    from matplotlib.text import Text

STROKE_PX = 1.33
DASHES = (0, (4, 3))

GROUND, GUIDE, SHAPE, WRITING = 1, 2, 3, 4
"""What lies over what."""


class Canvas:
    """One figure that is one coordinate system of `width` x `height` pixels.

    Attributes:
        figure: the figure.
        width: in pixels.
        height: in pixels.
    """

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self.figure = new_figure(width, height)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.set_axis_off()

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str,
        stroke: str,
        name: str = "",
        layer: float = SHAPE,
    ) -> None:
        """Draw a rectangle; `name` is what it is called in the SVG."""
        self._axes.add_patch(
            Rectangle(
                (x, y),
                width,
                height,
                facecolor=fill,
                edgecolor=stroke,
                linewidth=points(STROKE_PX),
                joinstyle="miter",
                zorder=layer,
                gid=name or None,
            )
        )

    def arrow(self, x: float, y: float, width: float, height: float, *, colour: str) -> None:
        """Draw a block arrow to the right that fills the given rectangle."""
        neck = max(x, x + width - height * 0.55)
        shaft = height * 0.25
        middle = y + height / 2
        corners = [
            (x, middle - shaft),
            (neck, middle - shaft),
            (neck, y),
            (x + width, middle),
            (neck, y + height),
            (neck, middle + shaft),
            (x, middle + shaft),
        ]
        self._axes.add_patch(Polygon(corners, facecolor=colour, edgecolor="none", zorder=SHAPE))

    def triangle(self, x: float, y: float, size: float, *, colour: str) -> None:
        """Draw the head of an arrow to the right whose tip is at x, y."""
        corners = [(x, y), (x - size, y - size / 2), (x - size, y + size / 2)]
        self._axes.add_patch(Polygon(corners, facecolor=colour, edgecolor="none", zorder=SHAPE))

    def line(
        self,
        *corners: tuple[float, float],
        colour: str,
        width: float = 1.0,
        dashed: bool = False,
        name: str = "",
    ) -> None:
        """Draw a line through the corners."""
        xs, ys = zip(*corners, strict=True)
        self._axes.plot(
            xs,
            ys,
            color=colour,
            linewidth=points(width),
            linestyle=DASHES if dashed else "solid",
            solid_capstyle="butt",
            zorder=GUIDE,
            gid=name or None,
        )

    def write(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        colour: str = INK,
        align: str = "left",
        vertical: str = "top",
        bold: bool = False,
        ground: str | None = None,
        **more: Any,  # noqa: ANN401 - whatever matplotlib's text takes
    ) -> Text:
        """Write a printable text; `ground` hides the guides behind it."""
        backing = None
        if ground is not None:
            backing = {"facecolor": ground, "edgecolor": "none", "pad": points(2)}
        return self._axes.text(
            x,
            y,
            text,
            fontsize=points(size),
            color=colour,
            ha=align,
            va=vertical,
            fontweight="bold" if bold else "normal",
            linespacing=1.25,
            bbox=backing,
            zorder=WRITING,
            **more,
        )
