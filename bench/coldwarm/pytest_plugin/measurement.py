"""The run behind the tests of one experiment: measured once, when the first test asks."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.errors import ColdwarmError, StartsFailedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.experiment.case import Case
    from coldwarm.export.outcome import Outcome
    from coldwarm.export.timings import Timing

    Found = dict[tuple[str, str], tuple[Timing, Outcome]]
    """Case id and kind to what was measured and what it comes to."""

COMPLETE = (0, StartsFailedError.exit_code)
"""Exit codes of `coldwarm run` after which there is a run; single starts may have failed."""

TAIL_LINES = 20


@dataclass
class Measurement:
    """Measures an experiment once.

    Attributes:
        config: the experiment file.
        results: where runs are kept.
        only: filters as `coldwarm run --only` takes them.
        rounds: measure exactly so many; None for what the experiment says.
    """

    config: Path
    results: Path
    only: Sequence[str] = ()
    rounds: int | None = None
    _found: Found | None = field(default=None, init=False)
    _error: ColdwarmError | None = field(default=None, init=False)

    def of(self, case: Case, kind: str) -> tuple[Timing, Outcome]:
        """Return what was found for a case and kind, measuring when that was not yet done.

        Raises:
            ColdwarmError: when it could not be measured; again for each test that asks.
        """
        found = self._measured()
        if (case.case_id, kind) not in found:
            msg = f"{case.name}: the run holds no {kind} start of this case"
            raise ColdwarmError(msg)
        return found[case.case_id, kind]

    def _measured(self) -> Found:
        if self._error is not None:
            raise self._error
        if self._found is None:
            try:
                self._found = judged(self._run())
            except ColdwarmError as err:
                self._error = err
                raise
        return self._found

    def _run(self) -> Path:
        with tempfile.TemporaryDirectory() as name:
            told = Path(name) / "path"
            options = ["--results", str(self.results), "--write-run-path", str(told)]
            for text in self.only:
                options += ["--only", text]
            if self.rounds is not None:
                options += ["--rounds", str(self.rounds)]
            code, tail = run_coldwarm(["run", str(self.config), *options])
            if code not in COMPLETE or not told.exists():
                msg = f"coldwarm run ended with exit code {code}:\n{tail}"
                raise ColdwarmError(msg)
            return Path(told.read_text(encoding="utf-8").strip())


def run_coldwarm(args: Sequence[str]) -> tuple[int, str]:
    """Run the command line, its progress shown; return its exit code and the end of what it said.

    A process of its own measures, because this one may have imported anything. It is also a
    session of its own: Ctrl-C reaches it once, through us, and it tidies up in peace.
    """
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    with subprocess.Popen(
        [sys.executable, "-m", "coldwarm", *args],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        assert process.stderr is not None, "it is a pipe"  # noqa: S101
        try:
            sys.stderr.write("\n")
            for line in process.stderr:
                sys.stderr.write(line)
                tail.append(line)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    return process.returncode, "".join(tail)


def judged(path: Path) -> Found:
    """Return what the run at `path` measured and what it comes to.

    Raises:
        StoreError: when there is no run at `path`, or it has no samples.
    """
    from coldwarm.analysis.analysed_run import analyse  # noqa: PLC0415
    from coldwarm.compare.expectations import expectations_of  # noqa: PLC0415 - pandas, after
    from coldwarm.export.outcome import outcome_of  # noqa: PLC0415 - measuring
    from coldwarm.export.timings import timings  # noqa: PLC0415

    analysed = analyse(path)
    expected = expectations_of(analysed.run.header)
    today = datetime.now(UTC).date()
    return {
        (timing.summary.case_id, timing.kind): (timing, outcome_of(timing, expected, today))
        for timing in timings(analysed)
    }
