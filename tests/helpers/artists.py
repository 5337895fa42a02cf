"""What a figure shows, for tests that ask about it rather than about pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from coldwarm.charts import style

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


def named_boxes(figure: Figure) -> dict[str, Rectangle]:
    """Return the rectangles that have a name in the SVG, in drawing order."""
    found = figure.findobj(Rectangle)
    return {str(box.get_gid()): box for box in found if box.get_gid()}


def texts(figure: Figure) -> dict[str, Text]:
    """Return every text of the figure and the artist that shows it, in drawing order."""
    found = figure.findobj(Text)
    return {text.get_text(): text for text in found if text.get_text() and text.get_visible()}


def words(figure: Figure) -> str:
    """Return everything the figure says on one line."""
    return " ".join(" ".join(texts(figure)).split())


def assert_texts_keep_apart(figure: Figure, *, overlap: bool = False) -> None:
    """Check that every text lies inside the figure, and that no two texts meet."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    extents = [(name, text.get_window_extent(renderer)) for name, text in texts(figure).items()]
    for name, extent in extents:
        assert extent.x0 >= -1, name
        assert extent.y0 >= -1, name
        assert extent.x1 <= figure.bbox.width + 1, name
        assert extent.y1 <= figure.bbox.height + 1, name
    for i, (name, extent) in enumerate(extents):
        for other, extent_of_other in extents[:i]:
            assert overlap or not extent.overlaps(extent_of_other), (name, other)


def assert_saves_harmlessly(figure: Figure, directory: Path) -> None:
    """Check that the SVG is well-formed and nothing in it was made of a name."""
    _, svg = style.save(figure, directory, "chart")
    root = ET.fromstring(svg.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    names = {str(element.tag).rpartition("}")[2] for element in root.iter()}
    assert not names & {"script", "img", "a", "foreignObject"}


def assert_same_bytes(first: Figure, second: Figure, directory: Path) -> None:
    """Check that two figures of the same samples are saved as the same bytes."""
    files = style.save(first, directory, "first"), style.save(second, directory, "second")
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]
