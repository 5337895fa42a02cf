"""Programs that show one surprise alone, for a bug report: openvino, numpy, standard library.

A program is a template that all share, with a small model and a `start` in a process of its own,
and a `main` that each study writes. It ends with exit code 0 when the behaviour is shown, with 1
when it is not, with 2 when it could not be tried.
"""

from __future__ import annotations

import json
import re
import textwrap
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from coldwarm.measure.put_back import put_back
from coldwarm.studies.program_source import sources
from coldwarm.studies.study import NotReproducibleError, Script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.experiment.case import Case
    from coldwarm.studies.program_source import Wanted

APIS, DEVICE = ("read_model", "path"), "CPU"
"""What the template can start."""

TEMPLATE = "templates/reproduction.py.txt"
WIDTH = 96

IMPORTS = {
    *("import hashlib", "import json", "import os", "import shutil", "import subprocess"),
    *("import sys", "import tempfile", "import time", "import traceback"),
    "from pathlib import Path",
}
"""What the template itself needs."""

WORKER = Path(__file__).parents[1] / "worker"
SHARED = (put_back, (WORKER / "after_load.py", "overwrite"))
"""What the template calls; the worker's own, which nobody imports, by its file."""


def script(
    *name: str, title: str, text: str, body: str, functions: Sequence[Wanted] = ()
) -> Script:
    """Return a program.

    Args:
        name: what tells it from the others; becomes the name of its file.
        title: what it shows, in one line.
        text: what was seen and what should have been, in sentences.
        body: the statements of its `main`, which return whether the behaviour was shown. They
            may use what the template defines: `start`, `write_model`, `say`, `give_up`, the
            modules `shutil` and `os`, `Path`.
        functions: of this package, that the statements call: the program contains their source.
    """
    template = Template(files("coldwarm.studies").joinpath(TEMPLATE).read_text(encoding="utf-8"))
    imports, definitions = sources(*SHARED, *functions)
    paragraphs = [textwrap.fill(part, WIDTH) for part in text.split("\n\n")]
    content = template.substitute(
        title=_in_docstring(title),
        text=_in_docstring("\n\n".join(paragraphs)),
        imports="\n".join(sorted(IMPORTS | imports, key=_place_of_import)),
        definitions=definitions,
        body=textwrap.indent(dedented(body), "    "),
    )
    return Script(file_name(*name), content)


def refuse_what_the_template_lacks(case: Case) -> None:
    """Let nobody write a program that asks for something else than the case did.

    Raises:
        NotReproducibleError: when the template cannot start the case.
    """
    if case.api not in APIS:
        msg = f"the programs do not use the API {case.api}"
        raise NotReproducibleError(msg)
    if case.device != DEVICE:
        msg = f"the programs use the device {DEVICE} only, not {case.device}"
        raise NotReproducibleError(msg)


def arguments(case: Case, key: int | None = None, *, cached: bool = True) -> str:
    """Return the arguments of `start` that ask for what a case asks for.

    Args:
        case: the case.
        key: of the toy cipher, where the case has one.
        cached: whether there is a cache, which mode and cipher belong to.
    """
    config = dict(case.properties)
    if cached and case.cache_mode != "default":
        config["CACHE_MODE"] = case.cache_mode
    text = f', api="{case.api}"'
    if config:
        text += f", config={json.loads(json.dumps(config))!r}"
    if cached and case.encryption != "none":
        text += f", key={key}"
    return text


def _place_of_import(statement: str) -> tuple[bool, str]:
    """Order imports: whole modules first."""
    return statement.startswith("from "), statement


def dedented(text: str) -> str:
    """Return statements without the indentation that they have in the source of a study."""
    return textwrap.dedent(text).strip()


def file_name(*parts: str) -> str:
    """Return a name that any file system takes."""
    plain = (re.sub(r"[^A-Za-z0-9]+", "_", part).strip("_").lower() for part in parts)
    return "_".join(filter(None, plain))[:100]


def _in_docstring(text: str) -> str:
    """Return text that ends no docstring and escapes nothing."""
    printable = "".join(char if char.isprintable() or char == "\n" else "?" for char in text)
    return printable.replace("\\", "/").replace('"""', "'''")
