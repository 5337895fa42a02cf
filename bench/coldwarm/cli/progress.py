"""Progress while measuring: a bar on a terminal, plain lines elsewhere.

Both are drawn between starts only; a bar that redraws itself in a thread of its own would disturb
what is measured.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from coldwarm.experiment.case import Case
from coldwarm.measure.plan import starts_per_round
from coldwarm.run.sample import FAILURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.experiment import Experiment
    from coldwarm.measure.session import Progress as ProgressProtocol
    from coldwarm.run.sample import Sample


@contextmanager
def show_progress(experiment: Experiment, *, quiet: bool = False) -> Iterator[ProgressProtocol]:
    """Show how far the experiment is, on standard error."""
    console = Console(stderr=True, quiet=quiet)
    rounds = experiment.sampling.max_rounds
    total = starts_per_round(experiment) * rounds
    limit_s = experiment.sampling.time_budget_s
    if not console.is_terminal:
        yield Lines(console, total, rounds, limit_s)
        return
    columns = (
        TextColumn("round {task.fields[round]}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TextColumn("{task.fields[clock]}", markup=False),
    )
    with Progress(*columns, console=console, auto_refresh=False) as bar:
        yield Bar(bar, total, rounds, limit_s)


class Clock:
    """Time spent, and what remains at the pace so far."""

    def __init__(self, total: int, limit_s: float | None = None) -> None:
        self._began = time.monotonic()
        self._limit_s = limit_s
        self._total = total
        self._taken = 0
        self.done = 0

    def taken(self, starts: int = 1) -> None:
        """Count starts that were made."""
        self._taken += starts
        self.done += starts

    def skipped(self, starts: int) -> None:
        """Count starts that need no time."""
        self.done += starts

    @property
    def text(self) -> str:
        """Return time spent and time left, such as ``1:05, 0:40 left``."""
        spent = time.monotonic() - self._began
        if not self._taken:
            return _minutes(spent)
        left = spent / self._taken * max(0, self._total - self.done)
        if self._limit_s is not None:
            left = min(left, max(0.0, self._limit_s - spent))
        return f"{_minutes(spent)}, {_minutes(left)} left"


class Bar:
    """A bar with the case under way."""

    def __init__(self, bar: Progress, total: int, rounds: int, limit_s: float | None) -> None:
        self._bar = bar
        self._rounds = rounds
        self._clock = Clock(total, limit_s)
        self._task = bar.add_task("", total=total, round=f"1/{rounds}", clock="")

    def begin(self, description: str) -> None:
        """Show what is about to start."""
        self._bar.update(self._task, clock=f"{self._clock.text}\n{description}")
        self._bar.refresh()

    def taken(self, sample: Sample) -> None:
        """Move on by one start."""
        self._clock.taken()
        self._move(f"{sample.round + 1}/{self._rounds}")

    def skipped(self, starts: int) -> None:
        """Move on by starts that are not needed."""
        self._clock.skipped(starts)
        self._move(None)

    def tell(self, sentence: str) -> None:
        """Print a sentence above the bar."""
        self._bar.print(sentence, markup=False, highlight=False)

    def _move(self, number: str | None) -> None:
        fields = {} if number is None else {"round": number}
        self._bar.update(self._task, completed=self._clock.done, **fields)  # type: ignore[arg-type]
        self._bar.refresh()


class Lines:
    """One line per round, for logs."""

    def __init__(self, console: Console, total: int, rounds: int, limit_s: float | None) -> None:
        self._console = console
        self._total = total
        self._rounds = rounds
        self._clock = Clock(total, limit_s)
        self._round = -1

    def begin(self, description: str) -> None:
        """Say what goes before the first round; later a line per round is enough."""
        if self._round < 0 and not self._clock.done:
            self._say(description)

    def taken(self, sample: Sample) -> None:
        """Say so when a new round begins, or when a start failed."""
        if sample.round != self._round:
            self._round = sample.round
            done = f"{self._clock.done}/{self._total} starts"
            self._say(f"round {sample.round + 1}/{self._rounds}: {done}, {self._clock.text}")
        self._clock.taken()
        if sample.status in FAILURES:
            self._say(f"{sample.kind} start of {_name(sample)} {sample.status}: {sample.reason}")

    def skipped(self, starts: int) -> None:
        """Count silently."""
        self._clock.skipped(starts)

    def tell(self, sentence: str) -> None:
        """Print a sentence."""
        self._say(sentence)

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def _name(sample: Sample) -> str:
    return Case.from_axes(sample.case).name


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
