"""The documentation's chart "caching_times", every width a measured median.

Three panels: no cache, cache with read_model + compile_model, cache with compile_model by model
name. One time axis below, with a tick where each panel ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.charts import style
from coldwarm.charts.boxes import BLUE, Box, draw_row
from coldwarm.charts.canvas import Canvas
from coldwarm.charts.docchart import (
    draw_footer,
    draw_header,
    draw_title,
    draw_words,
    load_words,
    speedup_words,
)
from coldwarm.charts.labels import spread
from coldwarm.charts.text import width_px
from coldwarm.text.numbers import ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from coldwarm.charts.loadtimes import LoadTimes, Phases
    from coldwarm.text.numbers import Estimate

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT = 44, WIDTH - 84
PANEL_LEFT, PANEL_WIDTH = 16, WIDTH - 32

PANEL_FILL = "#b4f0ff"
READ_FILL, COMPILE_FILL = "#ffc599", "#7bdeff"
NO_CACHE, FAST, VERY_FAST = "#ff8f51", "#0068b5", "#515a3d"
AXIS = "#000000"

PANEL_TOPS = (52, 206, 360)
PANEL_HEIGHT = 146
TITLE_SIZE = 17
BOX_TOP, BOX_HEIGHT = 34, 62
AXIS_Y = 532
LABEL_TOP = 554
LABEL_SIZE = 15
FOOTER_TOP = 622

METHOD = (
    "Boxes are as wide as the medians of their phases, on one time scale. Load time: median of "
    "read_model + compile_model, its 95 % interval in brackets. Speedups: against panel 1, "
    "Hodges-Lehmann with 95 % intervals, from each round's own ratio where the two starts were "
    "neighbours."
)


@dataclass(frozen=True)
class Panel:
    """One panel: what it is called, what it draws, and what its tick says."""

    name: str
    title: str
    colour: str
    tick: str
    compile_label: str
    phases: Phases | None
    missing: str
    speedup: Estimate | None = None

    @property
    def total(self) -> str:
        """Return load time and speedup in words."""
        if self.phases is None:
            return ""
        words = load_words(self.phases)
        return f"{words}, {speedup_words(self.speedup)}" if self.speedup else words


def panels(times: LoadTimes) -> list[Panel]:
    """Return the three panels from top to bottom."""
    read_model, path = times.read_model, times.path
    uncached = read_model.phases.get("uncached")

    def tick(word: str, phases: Phases | None) -> str:
        slower = phases and uncached and phases.load_ms >= uncached.load_ms
        return "Not faster" if slower else word

    model_warm, path_warm = read_model.phases.get("warm"), path.phases.get("warm")
    return [
        Panel(
            "no-cache",
            "Caching is disabled or not supported by device",
            NO_CACHE,
            "No cache",
            "core.compile_model",
            uncached,
            read_model.missing.get("uncached", ""),
        ),
        Panel(
            "fast",
            "Cache is available, read_model + compile_model by ov::Model",
            FAST,
            tick("Fast", model_warm),
            "core.compile_model (import only)",
            model_warm,
            read_model.missing.get("warm", ""),
            read_model.speedup,
        ),
        Panel(
            "very-fast",
            "Cache is available, compile_model by model name",
            VERY_FAST,
            tick("Very fast", path_warm),
            "core.compile_model (import only)",
            path_warm,
            path.missing.get("warm", ""),
            times.path_speedup,
        ),
    ]


def draw(times: LoadTimes) -> Figure | None:
    """Return the chart, or None when not one of its panels was measured."""
    rows = panels(times)
    longest = max((row.phases.drawn_ms for row in rows if row.phases), default=0.0)
    if not longest:
        return None
    scale = (RIGHT - LEFT) / longest
    with style.applied():
        canvas = Canvas(WIDTH, HEIGHT)
        draw_header(canvas, times)
        for top, panel in zip(PANEL_TOPS, rows, strict=True):
            _draw_panel(canvas, panel, top, scale)
        _draw_axis(canvas, rows, scale)
        draw_footer(canvas, times, [times.read_model, times.path], FOOTER_TOP, METHOD)
        return canvas.figure


def alt_text(times: LoadTimes) -> str:
    """Return what the chart shows, in words."""
    parts = [f"Load times of {times.title}."]
    parts += [
        f"{panel.title}: {panel.total or panel.missing.rstrip('.')}." for panel in panels(times)
    ]
    return " ".join(" ".join(parts).split())


def _draw_panel(canvas: Canvas, panel: Panel, top: float, scale: float) -> None:
    canvas.box(PANEL_LEFT, top, PANEL_WIDTH, PANEL_HEIGHT, fill=PANEL_FILL, stroke=BLUE, layer=0)
    limits = (LEFT, WIDTH - LEFT)
    draw_title(
        canvas,
        panel.title,
        panel.total,
        top + 8,
        limits,
        size=TITLE_SIZE,
        colour=panel.colour,
        ground=PANEL_FILL,
    )
    if panel.phases is None:
        draw_words(canvas, panel.missing, LEFT, top + BOX_TOP, limits[1] - LEFT)
        return
    boxes = []
    x = float(LEFT)
    if panel.phases.read_model_ms is not None:
        width = panel.phases.read_model_ms * scale
        value = ms(panel.phases.read_model_ms)
        boxes.append(Box(x, width, "core.read_model", value, READ_FILL, f"{panel.name}-read_model"))
        x += width
    boxes.append(
        Box(
            x,
            panel.phases.compile_model_ms * scale,
            panel.compile_label,
            ms(panel.phases.compile_model_ms),
            COMPILE_FILL,
            f"{panel.name}-compile_model",
        )
    )
    draw_row(canvas, boxes, top=top + BOX_TOP, height=BOX_HEIGHT, limits=limits, ground=PANEL_FILL)


def _draw_axis(canvas: Canvas, rows: Sequence[Panel], scale: float) -> None:
    end = WIDTH - PANEL_LEFT
    canvas.line((LEFT, AXIS_Y), (end - 8, AXIS_Y), colour=AXIS, width=2, name="time-axis")
    canvas.triangle(end, AXIS_Y, 12, colour=AXIS)
    canvas.write(
        end, AXIS_Y - 6, "time", size=LABEL_SIZE, colour=AXIS, align="right", vertical="bottom"
    )
    canvas.line((LEFT, AXIS_Y - 6), (LEFT, AXIS_Y + 6), colour=AXIS, width=2)
    canvas.write(LEFT - 8, AXIS_Y, "0", size=LABEL_SIZE, align="right", vertical="center")
    ends = [
        (LEFT + row.phases.drawn_ms * scale, top + BOX_TOP + BOX_HEIGHT, row)
        for row, top in zip(rows, PANEL_TOPS, strict=True)
        if row.phases
    ]
    ends.sort(key=lambda entry: entry[0])
    widths = [
        max(width_px(row.tick, LABEL_SIZE, bold=True), width_px(_value(row), LABEL_SIZE)) + 16
        for _, _, row in ends
    ]
    centres = spread([x for x, _, _ in ends], widths, LEFT - 20, end)
    for (x, bottom, row), centre in zip(ends, centres, strict=True):
        canvas.line((x, bottom), (x, AXIS_Y), colour=BLUE, dashed=True, name=f"{row.name}-guide")
        canvas.line((x, AXIS_Y - 6), (x, AXIS_Y + 6), colour=AXIS, width=2)
        if abs(centre - x) > 1:
            canvas.line((x, AXIS_Y + 6), (centre, LABEL_TOP - 1), colour=row.colour)
        canvas.write(
            centre,
            LABEL_TOP,
            row.tick,
            size=LABEL_SIZE,
            colour=row.colour,
            align="center",
            bold=True,
        )
        canvas.write(centre, LABEL_TOP + 20, _value(row), size=LABEL_SIZE, align="center")


def _value(row: Panel) -> str:
    return ms(row.phases.load_ms) if row.phases else ""
