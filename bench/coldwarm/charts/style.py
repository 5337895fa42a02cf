"""The one look of all charts, and how they are written: byte for byte the same each time.

Figures are made without pyplot, so nothing depends on a display, on global state or on the user's
matplotlibrc. Text is drawn as paths: an SVG looks the same where DejaVu Sans is not installed.
The ground is always white, so that a chart can be read in print and on a dark page alike.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib.style
from matplotlib.figure import Figure

from coldwarm.experiment.case import short_digest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PX_PER_INCH = 96
"""A CSS pixel: a figure of 1088 x 624 px is that large in a browser."""

PNG_SCALE = 2
"""Pixels of the PNG per pixel of the figure, for dense screens and print."""

POINTS_PER_PX = 72 / PX_PER_INCH

INK = "#1f2a33"
MUTED = "#56646f"
GRID = "#d9dfe3"
PAPER = "#ffffff"

NO_HIT = "#b2182b"
"""What failed to be a proven hit; always said in words too."""

KIND_COLOURS = {"uncached": "#b35806", "cold": "#5e4fa2", "warm": "#0068b5"}
"""Orange, violet, blue: told apart with any colour vision, and by lightness in grey."""

KIND_MARKERS = {"uncached": "o", "cold": "D", "warm": "s"}

PHASE_COLOURS = {
    "interpreter": "#4d4d4d",
    "import": "#8c8c8c",
    "setup": "#c7c7c7",
    "create_core": "#5e4fa2",
    "read_model": "#ffc599",
    "compile_model": "#86b3ca",
    "export_model": "#4472c4",
    "import_model": "#7bdeff",
    "create_infer_request": "#00441b",
    "first_inference": "#66a61e",
    "harness": "#f0f0f0",
}
"""The load phases have the colours of the documentation's charts."""

PART_SEPARATOR = "__"
PLAIN_PART = re.compile(r"(?!.*__)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
LONGEST_STEM = 80

SETTINGS: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    # Names come from files: a "$" in them is a dollar sign.
    "text.parse_math": False,
    # Unhinted glyphs are as wide in a PNG as in an SVG, and as wide as `lettering` measured them.
    "text.hinting": "none",
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.formatter.useoffset": False,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "hatch.color": MUTED,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "path",
    "svg.hashsalt": "coldwarm",
}


@contextmanager
def applied() -> Iterator[None]:
    """Apply the style; what is drawn or saved inside looks the same on every machine."""
    with matplotlib.style.context(["default", SETTINGS]):
        yield


def new_figure(width_px: float, height_px: float) -> Figure:
    """Return an empty figure."""
    return Figure(figsize=(width_px / PX_PER_INCH, height_px / PX_PER_INCH), dpi=PX_PER_INCH)


def save(figure: Figure, directory: Path, stem: str) -> list[Path]:
    """Write a figure as PNG and SVG.

    Args:
        figure: the figure.
        directory: an existing directory.
        stem: file name without its ending, see `file_stem`.
    """
    png, svg = directory / f"{stem}.png", directory / f"{stem}.svg"
    with applied():
        # Neither date nor version: the same samples must give the same bytes.
        figure.savefig(png, format="png", dpi=PX_PER_INCH * PNG_SCALE, metadata={"Software": None})
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    return [png, svg]


def file_stem(*parts: str) -> str:
    """Return a file name that any file system takes, different for different parts.

    Plain parts are kept; where a character had to go, a digest tells the names apart.
    """
    text = PART_SEPARATOR.join(parts)
    if len(text) <= LONGEST_STEM and all(PLAIN_PART.fullmatch(part) for part in parts):
        return text
    plain = re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-._")[:LONGEST_STEM]
    return f"{plain or 'chart'}-{short_digest(parts)}"
