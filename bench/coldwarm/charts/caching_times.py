"""The documentation's chart "caching_times", every width a measured median.

Three panels: no cache, cache with read_model + compile_model, cache with compile_model by model
name. One time axis below, with a tick where each panel ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import Polygon

from coldwarm.charts import style
from coldwarm.charts.boxes import Box, Layout, Panel, draw_ground, draw_line, draw_panel
from coldwarm.charts.labels import spread
from coldwarm.charts.lettering import width_px
from coldwarm.charts.sheet import MARGIN, Chart, Sheet
from coldwarm.charts.style import INK
from coldwarm.charts.time_words import foot, load_words, speedup_words
from coldwarm.text.numbers import ms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.charts.loadtimes import LoadTimes, Phases
    from coldwarm.text.numbers import WithInterval

TITLE = "Caching times: read_model + compile_model against compile_model by name"

WIDTH, HEIGHT = 1280, 720
LEFT, RIGHT = 44, WIDTH - 84

PANEL_FILL = "#b4f0ff"
READ_FILL, COMPILE_FILL = "#ffc599", "#7bdeff"
NO_CACHE, FAST, VERY_FAST = "#ff8f51", "#0068b5", "#515a3d"
AXIS = "#000000"

PANEL_TOPS = (0, 150, 300)
PANEL_HEIGHT = 142
LAYOUT = Layout(LEFT, WIDTH - LEFT, 17, 28, 64, PANEL_FILL)
TITLE_TOP = 8
AXIS_Y = 468
LABEL_TOP = 488
LABEL_SIZE = 15
BODY = 536

METHOD = (
    "Boxes are as wide as the medians of their phases, on one time scale. Load time: median of "
    "read_model + compile_model, its 95 % interval in brackets. Speedups: against panel 1, "
    "Hodges-Lehmann with 95 % intervals, from each round's own ratio where the two starts were "
    "neighbours."
)


@dataclass(frozen=True)
class Scenario:
    """One way to load a model: what its panel is called, what it took, and what its tick says.

    Attributes:
        name: what its shapes are called in the SVG.
        title: of the panel.
        colour: of title and tick.
        tick: in a word, how fast it is.
        compile_label: what is inside compile_model.
        phases: medians; None where nothing was measured or proven.
        missing: why not.
        how: how the model is given to the cache, in words.
        speedup: against no cache.
    """

    name: str
    title: str
    colour: str
    tick: str
    compile_label: str
    phases: Phases | None
    missing: str
    how: str = ""
    speedup: WithInterval | None = None

    @property
    def total(self) -> str:
        """Return load time and speedup in words."""
        if self.phases is None:
            return ""
        words = load_words(self.phases)
        return f"{words}, {speedup_words(self.speedup)}" if self.speedup else words


def scenarios(times: LoadTimes) -> list[Scenario]:
    """Return the three scenarios, from top to bottom."""
    read_model, path = times.read_model, times.path
    uncached = read_model.phases.get("uncached")

    def tick(word: str, phases: Phases | None) -> str:
        slower = phases and uncached and phases.load_ms >= uncached.load_ms
        return "Not faster" if slower else word

    model_warm, path_warm = read_model.phases.get("warm"), path.phases.get("warm")
    return [
        Scenario(
            "no-cache",
            "Caching is disabled or not supported by device",
            NO_CACHE,
            "No cache",
            "core.compile_model",
            uncached,
            read_model.missing.get("uncached", ""),
        ),
        Scenario(
            "fast",
            "Cache is available, read_model + compile_model by ov::Model",
            FAST,
            tick("Fast", model_warm),
            "core.compile_model (import only)",
            model_warm,
            read_model.missing.get("warm", ""),
            "by ov::Model",
            read_model.speedup,
        ),
        Scenario(
            "very-fast",
            "Cache is available, compile_model by model name",
            VERY_FAST,
            tick("Very fast", path_warm),
            "core.compile_model (import only)",
            path_warm,
            path.missing.get("warm", ""),
            "by model name",
            times.path_speedup,
        ),
    ]


def draw(times: LoadTimes) -> Chart | None:
    """Return the chart, or None when not one of its panels was measured."""
    rows = scenarios(times)
    longest = max((row.phases.drawn_ms for row in rows if row.phases), default=0.0)
    if not longest:
        return None
    scale = (RIGHT - LEFT) / longest
    heading, said = f"Load times of {times.title}", finding(rows)
    note = foot(times, [times.read_model, times.path], METHOD)
    totals = [f"{row.title}: {row.total or row.missing.rstrip('.')}." for row in rows]
    with style.applied():
        sheet = Sheet(heading, said, BODY, note, size=(WIDTH, HEIGHT))
        for top, row in zip(PANEL_TOPS, rows, strict=True):
            draw_ground(sheet, top, PANEL_HEIGHT, PANEL_FILL)
            panel = Panel(row.title, row.total, _boxes(row, scale), row.missing, row.colour)
            draw_panel(sheet, panel, top + TITLE_TOP, LAYOUT)
        _draw_axis(sheet, rows, scale)
        return Chart(TITLE, " ".join(" ".join([f"{heading}.", *totals]).split()), sheet.figure)


def finding(rows: Sequence[Scenario]) -> str:
    """Return what the chart says."""
    said = [f"{row.how} {speedup_words(row.speedup)}" for row in rows if row.phases and row.speedup]
    return f"Loading from the cache: {', '.join(said)}." if said else ""


def _boxes(row: Scenario, scale: float) -> list[Box]:
    if row.phases is None:
        return []
    boxes = []
    x = float(LEFT)
    read_ms, compile_ms = row.phases.read_model_ms, row.phases.compile_model_ms
    if read_ms is not None:
        name = f"{row.name}-read_model"
        boxes.append(Box(x, read_ms * scale, "core.read_model", ms(read_ms), READ_FILL, name))
        x += read_ms * scale
    name, value = f"{row.name}-compile_model", ms(compile_ms)
    boxes.append(Box(x, compile_ms * scale, row.compile_label, value, COMPILE_FILL, name))
    return boxes


def _draw_axis(sheet: Sheet, rows: Sequence[Scenario], scale: float) -> None:
    end = WIDTH - MARGIN
    draw_line(sheet, (LEFT, AXIS_Y), (end - 8, AXIS_Y), colour=AXIS, width=2, name="time-axis")
    head = [(end, AXIS_Y), (end - 12, AXIS_Y - 6), (end - 12, AXIS_Y + 6)]
    sheet.add(Polygon(head, facecolor=AXIS, edgecolor="none"))
    time_at, zero_at = (end, AXIS_Y - 6), (LEFT - 8, AXIS_Y)
    sheet.write(*time_at, "time", size=LABEL_SIZE, colour=AXIS, align="right", vertical="bottom")
    sheet.write(*zero_at, "0", size=LABEL_SIZE, align="right", vertical="center")
    _draw_tick(sheet, LEFT)
    box_bottom = TITLE_TOP + LAYOUT.box_top + LAYOUT.box_height
    ends = [
        (LEFT + row.phases.drawn_ms * scale, top + box_bottom, row)
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
        draw_line(sheet, (x, bottom), (x, AXIS_Y), dashed=True, name=f"{row.name}-guide")
        _draw_tick(sheet, x)
        if abs(centre - x) > 1:
            draw_line(sheet, (x, AXIS_Y + 6), (centre, LABEL_TOP - 1), colour=row.colour)
        for y, text, colour in (
            (LABEL_TOP, row.tick, row.colour),
            (LABEL_TOP + 20, _value(row), INK),
        ):
            bold = colour != INK
            sheet.write(centre, y, text, size=LABEL_SIZE, colour=colour, align="center", bold=bold)


def _draw_tick(sheet: Sheet, x: float) -> None:
    draw_line(sheet, (x, AXIS_Y - 6), (x, AXIS_Y + 6), colour=AXIS, width=2)


def _value(row: Scenario) -> str:
    return ms(row.phases.load_ms) if row.phases else ""
