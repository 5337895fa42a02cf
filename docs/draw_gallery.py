"""Draw the pictures of gallery.md from the run under results/reference/: `nox -s gallery`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from coldwarm.report import write_report

DOCS = Path(__file__).parent
PICTURES = DOCS / "images" / "gallery"
REFERENCE = DOCS.parent / "results" / "reference"
SHOWN = re.compile(r"\(images/gallery/([\w.-]+\.png)\)")
PAGE = "page.png"
"""The picture that is no chart: the first screen of the page."""

COLOURS = 128
"""A palette of so many colours is a third of the size, and nobody sees the difference."""


def main() -> None:
    """Make the report of the run, and keep the pictures that the gallery shows."""
    (header,) = REFERENCE.rglob("run.json")
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory)
        page = write_report([header.parent], report, reports=report)
        charts = page.parent / "charts"
        photograph(page, charts / PAGE)
        PICTURES.mkdir(parents=True, exist_ok=True)
        for name in SHOWN.findall((DOCS / "gallery.md").read_text(encoding="utf-8")):
            with Image.open(charts / name) as image:
                image.convert("RGB").quantize(COLOURS).save(PICTURES / name, optimize=True)


def photograph(page: Path, picture: Path) -> None:
    """Take a picture of the first screen of a page."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("the first screen needs Chromium: apt-get install chromium")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    size = ("--window-size=1280,1150", f"--screenshot={picture}")
    subprocess.run([chromium, *options, *size, page.as_uri()], check=True, capture_output=True)


if __name__ == "__main__":
    main()
