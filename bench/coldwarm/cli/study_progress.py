"""Progress of a study: a bar on a terminal, plain lines elsewhere; drawn between starts only."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from coldwarm.cli.progress import Clock
from coldwarm.studies import plan_trials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.experiment import Experiment
    from coldwarm.run.attempt import Trace
    from coldwarm.studies import Trial
    from coldwarm.studies.session import Progress as ProgressProtocol


@contextmanager
def show_progress(experiment: Experiment, *, quiet: bool = False) -> Iterator[ProgressProtocol]:
    """Show how far the study is, on standard error."""
    console = Console(stderr=True, quiet=quiet)
    total = len(plan_trials(experiment))
    if not console.is_terminal:
        yield Lines(console, total)
        return
    columns = (
        TextColumn("tries"),
        BarColumn(bar_width=None),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TextColumn("{task.fields[clock]}", markup=False),
    )
    with Progress(*columns, console=console, auto_refresh=False) as bar:
        yield Bar(bar, total)


class Bar:
    """A bar with the start under way."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._clock = Clock(total)
        self._task = bar.add_task("", total=total, clock="")

    def begin(self, description: str) -> None:
        """Show what is about to start."""
        self._bar.update(self._task, clock=f"{self._clock.text}\n{description}")
        self._bar.refresh()

    def tried(self, trial: Trial, trace: Trace) -> None:  # noqa: ARG002 (lines show them)
        """Move on by one try."""
        self._clock.taken()
        self._move()

    def skipped(self, tries: int) -> None:
        """Move on by tries that were made before."""
        self._clock.skipped(tries)
        self._move()

    def _move(self) -> None:
        self._bar.update(self._task, completed=self._clock.done)
        self._bar.refresh()


class Lines:
    """One line per case and round of tries, for logs."""

    def __init__(self, console: Console, total: int) -> None:
        self._console = console
        self._total = total
        self._clock = Clock(total)
        self._last: tuple[str, int] | None = None

    def begin(self, description: str) -> None:
        """Say nothing: a line per case is enough."""

    def tried(self, trial: Trial, trace: Trace) -> None:  # noqa: ARG002 (a bar needs it)
        """Say so when the next case begins."""
        place = trial.case.case_id, trial.number
        if place != self._last:
            self._last = place
            done = f"{self._clock.done}/{self._total} tries, {self._clock.text}"
            text = f"try {trial.number + 1} of {trial.case.name}: {done}"
            self._console.print(text, markup=False, highlight=False, soft_wrap=True)
        self._clock.taken()

    def skipped(self, tries: int) -> None:
        """Count silently."""
        self._clock.skipped(tries)
