"""An experiment file as pytest sees it: a test for each case and kind of start."""

from __future__ import annotations

import contextlib
import itertools
import warnings
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import pytest

from coldwarm import models
from coldwarm.errors import ColdwarmError
from coldwarm.experiment import read_experiment
from coldwarm.measure.host import look_at_host
from coldwarm.pytest_plugin.measurement import Measurement
from coldwarm.run.sample import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from coldwarm.experiment import Experiment
    from coldwarm.experiment.case import Case
    from coldwarm.export.timings import Timing


class ExpectationWarning(UserWarning):
    """An ``expect:`` entry of the experiment is no longer true, or no longer valid."""


class NotProvenError(Exception):
    """There is no time to be replayed; the text says why."""


class Benchmark(Protocol):
    """What is used of pytest-benchmark's fixture."""

    extra_info: dict[str, Any]

    def pedantic(
        self,
        target: Callable[[], None],
        *,
        setup: Callable[[], None] | None = ...,
        rounds: int = ...,
    ) -> None:
        """Time `target` so many times, each after a call of `setup`."""


class ExperimentFile(pytest.File):
    """Collects the starts of one experiment, and measures them together."""

    def collect(self) -> Iterator[Start]:
        """Yield a test for each case and kind; nothing is measured yet."""
        try:
            self._refuse_what_cannot_work()
            cases = self.experiment.cases
        except ColdwarmError as err:
            raise self.CollectError(str(err)) from err
        for case in cases:
            for kind in KINDS:
                name = f"{case.name}[{kind}]"
                yield Start.from_parent(self, name=name, callobj=replay, case=case, kind=kind)

    @cached_property
    def experiment(self) -> Experiment:
        """Return what the file says."""
        here = self.config.invocation_params.dir
        shown = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        return read_experiment(
            shown,
            known_models=models.known_models(),
            devices=_all_devices,
            rounds=self.rounds,
        )

    @property
    def rounds(self) -> int | None:
        """Return how many rounds were asked for, one where benchmarks are switched off."""
        option = self.config.getoption
        if option("benchmark_disable") and not option("benchmark_enable"):
            return 1
        rounds: int | None = option("coldwarm_rounds")
        return rounds

    @cached_property
    def measurement(self) -> Measurement:
        """Return the one measurement that serves every test of this file."""
        chosen = [
            item.case
            for item in self.session.items
            if isinstance(item, Start) and item.parent is self
        ]
        results = self.config.invocation_params.dir / self.config.getoption("coldwarm_results")
        return Measurement(
            self.path, results, only=filters(self.experiment.cases, chosen), rounds=self.rounds
        )

    def _refuse_what_cannot_work(self) -> None:
        if not self.config.pluginmanager.hasplugin("benchmark"):
            msg = 'pytest-benchmark is not there: pip install ".[pytest]" in a clone of coldwarm'
            raise ColdwarmError(msg)
        if hasattr(self.config, "workerinput"):
            msg = "starts are measured one at a time: run pytest without -n"
            raise ColdwarmError(msg)
        study, file = self.experiment.study, self.experiment.source
        if study:
            msg = (
                f"{file} is a study ({study.kind}), which has outcomes and no load times. "
                f"Measure it with: coldwarm run {file}"
            )
            raise ColdwarmError(msg)


class Start(pytest.Function):
    """The starts of one case and kind as one benchmark."""

    parent: ExperimentFile

    def __init__(self, *, case: Case, kind: str, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self.case = case
        self.kind = kind
        self.clock = Clock()
        timer = self.clock.measured_load_time
        self.add_marker(pytest.mark.benchmark(timer=timer, group=case.name))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the test comes from: the experiment, not this plugin."""
        return self.path, 0, self.name


class Clock:
    """Shows load times that were measured before, one for each round of a benchmark."""

    def __init__(self) -> None:
        self._times: Iterator[float] = iter(())
        self._time = self._now = 0.0

    def replay(self, times: Iterable[float]) -> None:
        """Take these times, from the first again after the last."""
        self._times = itertools.cycle(times)

    def rewind(self) -> None:
        """Go back to zero, which makes the difference of two readings exact."""
        self._time, self._now = next(self._times), 0.0

    def advance(self) -> None:
        """Let the next load time pass."""
        self._now = self._time

    def measured_load_time(self) -> float:
        """Return the time in seconds."""
        return self._now


def replay(
    request: pytest.FixtureRequest, benchmark: Benchmark, capsys: pytest.CaptureFixture[str]
) -> None:
    """Judge the starts of one case and kind, and hand their load times to pytest-benchmark."""
    start: Start = request.node
    try:
        with capsys.disabled():
            timing, outcome = start.parent.measurement.of(start.case, start.kind)
    except ColdwarmError as err:
        _fail(benchmark, str(err))
    if outcome.result == "passed":
        _replay(benchmark, start.clock, timing)
        for sentence in outcome.news:
            warnings.warn(sentence, ExpectationWarning, stacklevel=1)
        return
    reason = "\n".join((outcome.sentence, *outcome.news))
    if outcome.result == "skipped":
        pytest.skip(reason)
    if outcome.result == "known":
        pytest.xfail(reason)
    _fail(benchmark, reason)


def _replay(benchmark: Benchmark, clock: Clock, timing: Timing) -> None:
    benchmark.extra_info.update(timing.facts())
    clock.replay(timing.load_s)
    benchmark.pedantic(clock.advance, setup=clock.rewind, rounds=len(timing.load_s))


def _fail(benchmark: Benchmark, sentence: str) -> NoReturn:
    """Fail the test with a sentence, its benchmark counted as one that went wrong."""

    def fail() -> None:
        raise NotProvenError(sentence)

    with contextlib.suppress(NotProvenError):
        benchmark.pedantic(fail)
    pytest.fail(sentence, pytrace=False)


def filters(cases: Sequence[Case], chosen: Sequence[Case]) -> list[str]:
    """Return filters as `coldwarm run --only` takes them that keep at least the chosen cases.

    Properties are left out: as text they are not always what they were.
    """
    found = []
    for axis in ("model", "device", "api", "cache_mode", "encryption", "runtime", "storage"):
        values = dict.fromkeys(getattr(case, axis) for case in chosen)
        if any(getattr(case, axis) not in values for case in cases):
            found += [f"{axis}={value}" for value in values]
    return found


def _all_devices() -> tuple[str, ...]:
    from coldwarm.machine import devices  # noqa: PLC0415 - only for ``device: all``

    return devices.expand_all(look_at_host().devices)
