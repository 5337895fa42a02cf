"""index.html: one file that needs nothing else, opened from a disk or a mail attachment alike.

Every text that comes from runs is escaped by the template engine; the page allows no script but
its own two, by their digests, and no connection at all.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from coldwarm.advice.precision import precision
from coldwarm.analysis.precision_reached import UNSETTLED
from coldwarm.report import answer, machines, provenance, samples, views
from coldwarm.report.columns import common_axes
from coldwarm.report.findings import findings
from coldwarm.report.side_by_side import found_once, side_by_side, threshold_words
from coldwarm.text.numbers import RATIO_DIGITS, ends, interval, number, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.report.evidence import Evidence
    from coldwarm.report.pictures import Picture
    from coldwarm.stats.ranges import Range

SCRIPTS = ("vendor/dataTables.min.js", "templates/page.js")
STYLES = ("templates/page.css",)

NOTHING = "'none'"


def render(
    evidence: Sequence[Evidence], pictures: Sequence[Picture] = (), images: Sequence[str] = ()
) -> str:
    """Return the page.

    Args:
        evidence: the runs.
        pictures: their charts.
        images: the data of each of these charts, as text.
    """
    scripts = [package_file(name) for name in SCRIPTS]
    styles = [package_file(name) for name in STYLES]
    environment = Environment(
        autoescape=True,
        loader=PackageLoader("coldwarm.report"),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "breakable": _breakable,
        "ends": _ends,
        "told": _told,
        "number": number,
        "ratio": ratio,
    }
    places = samples.anchors(evidence)
    shown = views.columns(evidence)
    rows = views.rows(evidence, shown, places)
    several = len(evidence) > 1
    answers = [
        (each, answer.headline(each.advice), answer.lead(each.advice, each.summaries))
        for each in evidence
    ]
    return environment.get_template("index.html.j2").render(
        policy=content_policy(scripts, styles),
        scripts=scripts,
        styles=styles,
        evidence=evidence,
        several=several,
        title=f"{len(evidence)} runs side by side" if several else answers[0][1],
        answers=answers,
        groups=views.groups(evidence, pictures),
        images=dict(zip((picture.files for picture in pictures), images, strict=True)),
        pictures=[picture for picture in pictures if picture.group is None],
        columns=shown,
        common=common_axes([case for each in evidence for case in each.summaries]),
        rows=rows,
        filters=views.filters(rows, several_runs=several),
        anchors=places,
        shared=side_by_side(evidence) if several else [],
        alone=found_once(evidence) if several else [],
        threshold=threshold_words(),
        findings=[(each, findings(each)) for each in evidence],
        unsettled_words=UNSETTLED.replace("`", ""),
        identity=machines.identity_rows(evidence),
        state=machines.state_rows(evidence),
        devices=[(each, machines.device_rows(each)) for each in evidence],
        noise=[(each, machines.noise(each)) for each in evidence],
        precision=[precision(each.summaries) for each in evidence],
        to_continue=provenance.to_continue,
        provenance=[(each, provenance.provenance(each)) for each in evidence],
        model_files=[(each, list(provenance.models(each))) for each in evidence],
        samples=samples.sample_tables(evidence, places),
        sample_headings=samples.SAMPLE_HEADINGS,
    )


def _ends(estimate: Range) -> str:
    return ends(estimate, RATIO_DIGITS)


def _told(estimate: Range) -> str:
    """Return the ends with what they are before them: ``95 % interval 2.20 to 2.71``."""
    noun = "" if estimate.confidence is None else " interval"
    return f"{estimate.basis}{noun} {interval(estimate.low, estimate.high, RATIO_DIGITS)}".strip()


def _breakable(text: str) -> Markup:
    """Return escaped text that may be broken after the marks inside names and paths."""
    return Markup("<wbr>").join(re.split(r"(?<=[_/.,:-])", text))


def package_file(name: str) -> Markup:
    """Return a file of this package as it is, not to be escaped."""
    return Markup(files("coldwarm.report").joinpath(name).read_text(encoding="utf-8"))  # noqa: S704


def content_policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return a content security policy: these scripts and styles, pictures in the page, no more."""
    return "; ".join(
        (
            f"default-src {NOTHING}",
            f"script-src {' '.join(map(_digest, scripts)) or NOTHING}",
            f"style-src {' '.join(map(_digest, styles))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
