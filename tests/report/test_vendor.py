"""Other people's code in the page is what its table says it is."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

VENDOR = files("coldwarm.report").joinpath("vendor")
TABLE = VENDOR.joinpath("README.md").read_text(encoding="utf-8")


def test_every_file_has_the_digest_that_is_noted() -> None:
    noted = dict(re.findall(r"^\| `([\w.]+)` .* \| ([0-9a-f]{64}) \|$", TABLE, re.MULTILINE))
    scripts = {each.name: each for each in VENDOR.iterdir() if each.name.endswith(".js")}

    assert noted.keys() == scripts.keys()
    for name, file in scripts.items():
        assert hashlib.sha256(file.read_bytes()).hexdigest() == noted[name]


def test_the_licence_lies_beside_it() -> None:
    licence = VENDOR.joinpath("dataTables-LICENSE.txt").read_text(encoding="utf-8")

    assert "MIT License" in licence
    assert "SpryMedia" in licence
