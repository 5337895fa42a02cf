"""Charts of a report as files, and as data that can stand inside the page."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from PIL import Image

from coldwarm.charts import (
    blobs,
    breakeven,
    caching_enabled,
    caching_times,
    drift,
    dumbbell,
    encryption,
    heatmap,
    memory,
    phases,
    storage,
    style,
)
from coldwarm.charts.loadtimes import GROUP, load_times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.charts.loadtimes import LoadTimes
    from coldwarm.charts.sheet import Chart
    from coldwarm.report.evidence import Evidence

COLOUR_STEP = 8
"""Colours are rounded to multiples of this: nobody sees it, and a picture takes a quarter less."""

EMBEDDED_LIMIT = 2_000_000
"""Characters of pictures in one page: with everything else it stays below 3 MB."""

Group = tuple[str, ...]
"""Run, and the values of the axes that set cases apart: model, device, runtime."""


class DrawsLoadTimes(Protocol):
    """A module that draws one of the documentation's charts."""

    __name__: str

    def draw(self, times: LoadTimes) -> Chart | None:
        """Return the chart, or None when there is nothing to draw."""


class DrawsCases(Protocol):
    """A module that draws a chart of cases."""

    __name__: str

    def draw(self, frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Chart | None:
        """Return the chart, or None when there is nothing to draw."""


OF_LOAD_TIMES: tuple[DrawsLoadTimes, ...] = (caching_enabled, caching_times)

OF_A_GROUP: tuple[DrawsCases, ...] = (phases, memory, blobs, breakeven, encryption, storage)
"""Charts of one model on one device: with more cases they would be too long to read."""

OF_A_RUN: tuple[DrawsCases, ...] = (dumbbell, drift)


@dataclass(frozen=True)
class Picture:
    """One chart, drawn.

    Attributes:
        title: what it is, for people.
        alt: what it shows, in words.
        files: its PNG and its SVG.
        width, height: in CSS pixels.
        group: what it is a chart of; None for a chart of a whole run, or of all.
    """

    title: str
    alt: str
    files: tuple[Path, Path]
    width: int
    height: int
    group: Group | None = None


def embedded(pictures: Sequence[Picture], limit: int = EMBEDDED_LIMIT) -> list[str]:
    """Return each picture as text that stands in for a file, all of them within a limit.

    Lossless WebP, because it takes half of what PNG with a palette takes and a third of SVG. Where
    pictures of double density exceed the limit, all are of single density; the files are not.
    """
    found = []
    for picture in pictures:
        found.append(_data_uri(picture, 1))
        if sum(map(len, found)) > limit:
            return [_data_uri(each, style.PNG_SCALE) for each in pictures]
    return found


def _data_uri(picture: Picture, reduced: int) -> str:
    steps = [min(255, round(value / COLOUR_STEP) * COLOUR_STEP) for value in range(256)]
    with Image.open(picture.files[0]) as image:
        flat = image.convert("RGB").reduce(reduced).point(steps * 3)
    file = io.BytesIO()
    flat.save(file, "WEBP", lossless=True, method=4, quality=80)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"


def draw_all(evidence: Sequence[Evidence], directory: Path) -> list[Picture]:
    """Draw every chart that the runs allow, as PNG and SVG files in an existing directory."""
    several = len(evidence) > 1
    pictures = [*_heatmap(evidence, directory)]
    for each in evidence:
        prefix = [each.label] if several else []
        pictures += _of_run(each, directory, prefix)
        pictures += _of_groups(each, directory, prefix)
    return pictures


def _heatmap(evidence: Sequence[Evidence], directory: Path) -> Iterator[Picture]:
    summaries = [case for each in evidence for case in each.summaries]
    hosts = {each.run_id: each.label for each in evidence} if len(evidence) > 1 else {}
    chart = heatmap.draw(summaries, hosts)
    if chart is not None:
        yield save(chart, directory, [_name(heatmap)])


def _of_run(evidence: Evidence, directory: Path, prefix: list[str]) -> Iterator[Picture]:
    for module in OF_A_RUN:
        chart = module.draw(evidence.frame, evidence.summaries)
        if chart is not None:
            named = replace(chart, title=", ".join([chart.title, *prefix]))
            yield save(named, directory, [*prefix, _name(module)])


def _of_groups(evidence: Evidence, directory: Path, prefix: list[str]) -> Iterator[Picture]:
    frames = dict(iter(evidence.frame.groupby(GROUP, sort=False)))
    for times in load_times(evidence.frame, evidence.label):
        key = tuple(times.group.values())
        group = (evidence.run_id, *key)
        stem = [*prefix, *times.parts]
        cases = [case for case in evidence.summaries if _key(case) == key]
        drawn = chain(
            ((_name(module), module.draw(times)) for module in OF_LOAD_TIMES),
            ((_name(module), module.draw(frames[key], cases)) for module in OF_A_GROUP),
        )
        for name, chart in drawn:
            if chart is not None:
                yield save(chart, directory, [*stem, name], group)


def _key(case: CaseSummary) -> tuple[str, ...]:
    return tuple(case.axes[axis] for axis in GROUP)


def _name(module: ModuleType | DrawsLoadTimes | DrawsCases) -> str:
    return module.__name__.rpartition(".")[2]


def save(chart: Chart, directory: Path, stem: Sequence[str], group: Group | None = None) -> Picture:
    """Write a chart as PNG and SVG.

    Args:
        chart: the chart.
        directory: an existing directory.
        stem: parts of the name of the files.
        group: what it is a chart of.
    """
    png, svg = style.save(chart.figure, directory, style.file_stem(*stem))
    inches = chart.figure.get_size_inches()
    width, height = (round(each * style.PX_PER_INCH) for each in inches)
    return Picture(chart.title, chart.alt, (png, svg), width, height, group)
