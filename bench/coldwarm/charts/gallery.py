"""Every chart of a run beside the documentation's two: which there are, and what each is drawn of.

A module of a chart has ``TITLE``, ``draw(frame, summaries)``, which returns None where there is
nothing to show, and ``alt_text(frame, summaries)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from coldwarm.charts import (
    blobs,
    breakeven,
    drift,
    dumbbell,
    encryption,
    heatmap,
    memory,
    phases,
    storage,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from coldwarm.summary import CaseSummary


class Chart(Protocol):
    """What a module of a chart offers."""

    __name__: str
    TITLE: str

    def draw(self, frame: pd.DataFrame, summaries: Sequence[CaseSummary], /) -> Figure | None:
        """Return the chart, or None where there is nothing to show."""

    def alt_text(self, frame: pd.DataFrame, summaries: Sequence[CaseSummary], /) -> str:
        """Return what the chart shows, in words."""


OF_RUN: tuple[Chart, ...] = (heatmap, dumbbell, blobs, encryption, storage, drift)
"""Charts of a whole run, in the order in which they are read."""

OF_GROUP: tuple[Chart, ...] = (phases, memory, breakeven)
"""Charts of one model on one device with one runtime."""

GROUP = ["model", "device", "runtime"]


@dataclass(frozen=True)
class Drawing:
    """One chart.

    Attributes:
        name: of the chart, fit for a file name.
        title: what it shows.
        alt: what it says, in words.
        figure: the chart.
        group: model, device and runtime; None for the whole run.
    """

    name: str
    title: str
    alt: str
    figure: Figure
    group: tuple[str, str, str] | None = None


def gallery(frame: pd.DataFrame, summaries: Sequence[CaseSummary]) -> Iterator[Drawing]:
    """Yield the charts for which a run has samples, those of the whole run first.

    Args:
        frame: judged samples of one run.
        summaries: of its cases.
    """
    yield from _drawings(OF_RUN, frame, summaries, None)
    for (model, device, runtime), part in frame.groupby(GROUP):
        group = str(model), str(device), str(runtime)
        own = [each for each in summaries if tuple(each.axes[axis] for axis in GROUP) == group]
        if own:
            yield from _drawings(OF_GROUP, part, own, group)


def _drawings(
    charts: Sequence[Chart],
    frame: pd.DataFrame,
    summaries: Sequence[CaseSummary],
    group: tuple[str, str, str] | None,
) -> Iterator[Drawing]:
    for chart in charts:
        figure = chart.draw(frame, summaries)
        if figure is not None:
            name = chart.__name__.rpartition(".")[2]
            alt = chart.alt_text(frame, summaries)
            yield Drawing(name, chart.TITLE, alt, figure, group)
