"""Make the report of the run under results/reference/ again: `nox -s gallery`.

It is kept under reports/reference/, without the page itself, and gallery.md shows its pictures with
what each says in words.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from coldwarm.report import write_report
from coldwarm.report.evidence import gather
from coldwarm.report.pictures import draw_all

if TYPE_CHECKING:
    from collections.abc import Mapping

GALLERY = Path(__file__).parent / "gallery.md"
ROOT = GALLERY.parent.parent
REFERENCE = ROOT / "results" / "reference"
REPORT = ROOT / "reports" / "reference"
SHOWN = re.compile(r"!\[[^\]]*\]\(\.\./reports/reference/charts/([\w.-]+)\)")
TABLES = ("summary.md", "summary.csv")
PAGE = "page.png"
"""The picture that is no chart: the first screen of the page."""

COLOURS = 128
"""A palette of so many colours is a third of the size, and nobody sees the difference."""


def main() -> None:
    """Make the report of the run, and say in the gallery what its charts say."""
    (header,) = REFERENCE.rglob("run.json")
    shutil.rmtree(REPORT, ignore_errors=True)
    REPORT.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory)
        page = write_report([header.parent], reports=scratch, charts=True)
        for name in TABLES:
            shutil.copyfile(page.with_name(name), REPORT / name)
        photograph(page, scratch / PAGE)
        keep(scratch / PAGE, REPORT)
        charts = scratch / "drawn"
        charts.mkdir()
        said = {}
        (REPORT / "charts").mkdir()
        for picture in draw_all(gather([header.parent]), charts):
            png = picture.files[0]
            keep(png, REPORT / "charts")
            said[png.name] = picture.alt
    GALLERY.write_text(with_alt_texts(GALLERY.read_text("utf-8"), said), "utf-8")


def keep(picture: Path, directory: Path) -> None:
    """Write a picture with fewer colours into a directory."""
    with Image.open(picture) as image:
        few = image.convert("RGB").quantize(COLOURS)
        few.save(directory / picture.name, optimize=True)


def with_alt_texts(page: str, said: Mapping[str, str]) -> str:
    """Return a page with the alternative texts of the pictures that it shows.

    Args:
        page: in Markdown.
        said: name of a chart's file to what the chart says.
    """
    return SHOWN.sub(
        lambda shown: f"![{said[shown[1]]}](../reports/reference/charts/{shown[1]})", page
    )


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
