"""Charts of a report as files, and as data that can stand inside the page."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from coldwarm.charts import caching_enabled, caching_times, style
from coldwarm.charts.loadtimes import load_times
from coldwarm.report.evidence import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from coldwarm.report.evidence import Evidence

PALETTE_COLOURS = 128
"""Enough for every flat colour of a chart and the edges of its text; a third of the size."""

Group = tuple[str, str, str, str]
"""Run, model, device, runtime."""


@dataclass(frozen=True)
class Picture:
    """One chart, drawn.

    Attributes:
        title: what it is, for people.
        alt: what it shows, in words.
        files: its PNG and its SVG.
        width, height: in CSS pixels.
        group: what it is a chart of; None for the whole report.
    """

    title: str
    alt: str
    files: tuple[Path, Path]
    width: int
    height: int
    group: Group | None = None

    def data_uri(self) -> str:
        """Return the smaller of SVG and PNG with a palette, as text that stands in for a file."""
        png, svg = self.files
        choices = {"image/png": with_palette(png), "image/svg+xml": svg.read_bytes()}
        kind, data = min(choices.items(), key=lambda choice: len(choice[1]))
        return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def draw_all(evidence: Sequence[Evidence], directory: Path) -> list[Picture]:
    """Draw every chart that the runs allow, as PNG and SVG files in an existing directory."""
    return [picture for each in evidence for picture in _doc_charts(each, directory, evidence)]


def with_palette(png: Path) -> bytes:
    """Return a PNG with a palette in place of full colours, the same for the same picture."""
    with Image.open(png) as image:
        flat = image.convert("RGB").quantize(
            PALETTE_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        file = io.BytesIO()
        flat.save(file, "PNG", optimize=True)
    return file.getvalue()


def _doc_charts(
    evidence: Evidence, directory: Path, among: Sequence[Evidence]
) -> Iterator[Picture]:
    host = evidence.label or text(evidence.run.header, "identity", "host_id")
    for times in load_times(evidence.frame, host):
        group = (evidence.run_id, times.model, times.device, times.runtime)
        stem = [] if len(among) == 1 else [evidence.label]
        stem += [
            times.model,
            times.device,
            *([times.runtime] if times.runtime != "installed" else []),
        ]
        for module, title in (
            (caching_enabled, "Without a cache, first load, further loads"),
            (caching_times, "Load time by API, with and without a cache"),
        ):
            figure = module.draw(times)
            if figure is not None:
                name = module.__name__.rpartition(".")[2]
                files = style.save(figure, directory, style.file_stem(*stem, name))
                yield _picture(figure, title, module.alt_text(times), files, group)


def _picture(
    figure: Figure, title: str, alt: str, files: list[Path], group: Group | None
) -> Picture:
    width, height = (round(inches * style.PX_PER_INCH) for inches in figure.get_size_inches())
    png, svg = files
    return Picture(title, alt, (png, svg), width, height, group)
