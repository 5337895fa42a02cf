"""Small models from situations that people met, built on demand: `case_graphs.py` says how.

OpenVINO stays out of the process of the tests: a child builds them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("case_graphs.py")


def build_models(folder: Path, *names: str) -> dict[str, Path]:
    """Write the named models into `folder`, as NAME.xml and NAME.bin.

    Returns:
        name to the path of its .xml.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(SCRIPT), str(folder), *names]
    subprocess.run(command, check=True, timeout=120)
    return {name: folder / f"{name}.xml" for name in names}


def build_model(folder: Path, name: str) -> Path:
    """Write one model into `folder` and return the path of its .xml."""
    return build_models(folder, name)[name]
