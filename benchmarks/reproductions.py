"""Run every program for bug reports in an environment of openvino and numpy alone.

    python benchmarks/reproductions.py INTERPRETER [PART_OF_A_NAME]

`nox -s reproductions` makes that environment. What docs/studies.md says of its OpenVINO must be
shown; what is a matter of chance may be; of all other changes a program must run, and show nothing.
Ends with 1 when one does otherwise.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.experiment.case import Case
from coldwarm.experiment.study import STUDIES
from coldwarm.run.attempt import Trace
from coldwarm.studies import NotReproducibleError, study_of
from coldwarm.studies.control import NEVER_HITS, SHOULD_HIT
from coldwarm.studies.faults import judging
from coldwarm.studies.invalidation import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.studies import Script

CASES = {
    f"{api} {mode.removeprefix('OPTIMIZE_')}": Case("any", api=api, cache_mode=mode)
    for api in ("read_model", "path")
    for mode in ("OPTIMIZE_SPEED", "OPTIMIZE_SIZE")
}
READ, READ_SIZE, PATH, PATH_SIZE = CASES
READ_OR_PATH = (READ, PATH, PATH_SIZE)
BY_PATH = (PATH, PATH_SIZE)

CANNOT_REMOVE = (
    "compile_model raises RuntimeError: filesystem error: cannot remove: Permission denied [PATH]"
)
ABORTS, BUS_ERROR = (f"the process is ended by {name}" for name in ("SIGABRT", "SIGBUS"))

SHOWN: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("invalidation", "nothing", NEVER_HITS): (READ_SIZE,),
    ("invalidation", "bin_content", judge.STALE): (PATH,),
    ("invalidation", "bin_content", judge.WRONG): (PATH_SIZE,),
    ("invalidation", "quiet_content", judge.STALE): BY_PATH,
    ("invalidation", "xml_touched", SHOULD_HIT): BY_PATH,
    ("invalidation", "size", SHOULD_HIT): BY_PATH,
    ("invalidation", "moved", SHOULD_HIT): BY_PATH,
    ("invalidation", "renamed", SHOULD_HIT): BY_PATH,
    ("invalidation", "copied", SHOULD_HIT): BY_PATH,
    ("invalidation", "api", SHOULD_HIT): READ_OR_PATH,
    ("invalidation", "encryption_off", judge.LEFT_CLEAR): tuple(CASES),
    ("faults", "nothing", NEVER_HITS): (READ_SIZE,),
    ("faults", "flipped_weights", judging.WRONG): READ_OR_PATH,
    ("faults", "zeroed_weights", judging.WRONG): READ_OR_PATH,
    ("faults", "other_model", judging.AS_OTHER): (READ,),
    ("faults", "no_permission", ABORTS): tuple(CASES),
    ("faults", "read_only", CANNOT_REMOVE): (READ_SIZE,),
    ("faults", "read_only_damaged", CANNOT_REMOVE): tuple(CASES),
    ("faults", "no_key", judging.IN_CLEAR): tuple(CASES),
}
"""Study, change and surprise to the cases in which OpenVINO 2026.4.1 shows it."""

BY_CHANCE = {("faults", "killed"), ("faults", "stampede"), ("faults", "staggered")}

NOT_SHOWN = {"invalidation": judge.FAILED, "faults": BUS_ERROR}
"""What programs of all other changes look for in vain."""

MANY, ATTEMPTS = re.compile(r"for attempt in range\(\d\d+\)"), 5
"""So often, instead of up to a hundred times, is tried what need not be shown."""


def programs() -> Iterator[tuple[str, str, Script]]:
    """Yield each program with what it is about, and the last line it must print."""
    for (kind, change, surprise), names in SHOWN.items():
        for name in names:
            yield f"{kind} {change} {name}", "shown: yes", written(kind, change, surprise, name)
    claimed = {(kind, change) for kind, change, _ in SHOWN}
    for kind, changes in STUDIES.items():
        for change in changes:
            if (kind, change) in claimed:
                continue
            last = "shown: (yes|no)" if (kind, change) in BY_CHANCE else "shown: no"
            try:
                script = written(kind, change, NOT_SHOWN[kind], PATH)
            except NotReproducibleError:
                continue
            yield f"{kind} {change} {PATH}", last, script


def written(kind: str, change: str, surprise: str, name: str) -> Script:
    """Return the program of a surprise."""
    case = CASES[name]
    trace = Trace("run", kind, case.case_id, case.axes(), change, 0, "")
    return study_of(kind).reproduce(trace, surprise, "as docs/studies.md says")


def main() -> int:
    """Run them one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("interpreter")
    parser.add_argument("part", nargs="?", default="")
    args = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "program.py"
        for about, last, script in programs():
            if args.part not in about:
                continue
            text = script.text
            if last != "shown: yes":
                text = MANY.sub(f"for attempt in range({ATTEMPTS})", text)
            file.write_text(text, encoding="utf-8")
            done = subprocess.run(
                [args.interpreter, "-I", str(file)], capture_output=True, text=True, check=False
            )
            printed = done.stdout.strip().rpartition("\n")[2]
            is_right = re.fullmatch(last, printed) is not None
            print(f"{'ok' if is_right else 'WRONG':5}  {about}: {printed}", flush=True)
            if not is_right:
                failed += 1
                print(f"{done.stdout}{done.stderr}")
    print(f"{failed} programs do not do what they say")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
