"""What a figure shows, for tests that ask about it rather than about pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from coldwarm.charts import style

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox


def named_boxes(figure: Figure) -> dict[str, Rectangle]:
    """Return the rectangles that have a name in the SVG, in drawing order."""
    found = figure.findobj(Rectangle)
    return {str(box.get_gid()): box for box in found if box.get_gid()}


def texts(figure: Figure) -> dict[str, Text]:
    """Return every text that is drawn and the artist that shows it, in drawing order."""
    hidden = set(_labels_out_of_view(figure))
    found = [text for text in figure.findobj(Text) if text not in hidden]
    return {text.get_text(): text for text in found if text.get_text() and text.get_visible()}


def _labels_out_of_view(figure: Figure) -> Iterator[Text]:
    """Yield labels of ticks that a locator proposes and matplotlib then leaves out."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            margin = (high - low) * 1e-9
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not (axes.axison and low - margin <= tick.get_loc() <= high + margin):
                    yield from (tick.label1, tick.label2)


def words(figure: Figure) -> str:
    """Return everything the figure says on one line."""
    return " ".join(" ".join(texts(figure)).split())


def assert_texts_stay_inside(figure: Figure) -> None:
    """Check that every text lies inside the figure."""
    for name, extent in _extents(figure):
        assert extent.x0 >= -1, name
        assert extent.y0 >= -1, name
        assert extent.x1 <= figure.bbox.width + 1, name
        assert extent.y1 <= figure.bbox.height + 1, name


def assert_texts_keep_apart(figure: Figure) -> None:
    """Check that every text lies inside the figure, and that no two texts meet."""
    assert_texts_stay_inside(figure)
    extents = _extents(figure)
    for i, (name, extent) in enumerate(extents):
        for other, extent_of_other in extents[:i]:
            assert not extent.overlaps(extent_of_other), (name, other)


def _extents(figure: Figure) -> list[tuple[str, Bbox]]:
    with style.applied():
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw(renderer)
        return [(name, text.get_window_extent(renderer)) for name, text in texts(figure).items()]


def assert_saves_harmlessly(figure: Figure, directory: Path) -> None:
    """Check that the SVG is well-formed and nothing in it was made of a name."""
    svg = directory / "chart.svg"
    with style.applied():
        figure.savefig(svg, format="svg")
    root = ET.fromstring(svg.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    names = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    assert not names & {"script", "img", "a", "foreignObject"}


def assert_same_bytes(first: Figure, second: Figure, directory: Path) -> None:
    """Check that two figures of the same samples are saved as the same bytes."""
    files = style.save(first, directory, "first"), style.save(second, directory, "second")
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]
