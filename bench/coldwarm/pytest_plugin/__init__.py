"""pytest plugin: the starts of an experiment as benchmarks of pytest-benchmark.

Does nothing until an experiment file is named on the command line::

    pytest configs/quick.yaml --benchmark-json out.json
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from coldwarm.pytest_plugin.starts import ExperimentFile

SUFFIXES = (".yaml", ".yml")

EXPERIMENT = re.compile(r"^(matrix|include)[ \t]*:", re.MULTILINE)
"""What an experiment has and the YAML files of other plugins have not."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, few because the experiment file says the rest."""
    group = parser.getgroup("coldwarm", "starts of OpenVINO applications (coldwarm)")
    group.addoption(
        "--coldwarm-results",
        metavar="DIR",
        default="results",
        help="Where runs are kept, a directory per host. Default: %(default)s",
    )
    group.addoption(
        "--coldwarm-rounds",
        metavar="N",
        type=int,
        help="Measure exactly this many rounds, whatever the experiment says.",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ExperimentFile | None:
    """Collect an experiment file, but only one that was named."""
    if file_path.suffix not in SUFFIXES or not _named(file_path, parent.config):
        return None
    if not EXPERIMENT.search(file_path.read_text(encoding="utf-8", errors="replace")):
        return None
    from coldwarm.pytest_plugin.starts import ExperimentFile  # noqa: PLC0415 - only when asked

    return ExperimentFile.from_parent(parent, path=file_path)


def _named(file: Path, config: pytest.Config) -> bool:
    """Return whether the file itself stands on the command line, not just a directory above it."""
    here = config.invocation_params.dir
    named = (here / arg.partition("::")[0] for arg in config.getoption("file_or_dir"))
    return any(path.is_file() and path.samefile(file) for path in named)
