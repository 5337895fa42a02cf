"""Programs that show a surprise of this study alone: cold start, change, warm start, the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.experiment.case import Case
from coldwarm.runtimes import INSTALLED
from coldwarm.studies import reproduction
from coldwarm.studies.control import NEVER_HITS, SHOULD_HIT
from coldwarm.studies.invalidation import judge
from coldwarm.studies.invalidation.changes import CHANGES
from coldwarm.studies.invalidation.pair import pair_of
from coldwarm.studies.reproduction import arguments
from coldwarm.studies.study import NotReproducibleError

if TYPE_CHECKING:
    from coldwarm.run.attempt import Trace
    from coldwarm.studies.study import Script

EDITS = {
    "xml_content": """\
        head, _, tail = model.read_text().rpartition('type="ReLU"')
        model.write_text(head + 'type="Abs"' + tail)
    """,
    "bin_content": """\
        other = write_model(work / "other", seed=2)
        shutil.copyfile(other.with_suffix(".bin"), model.with_suffix(".bin"))
    """,
    "quiet_content": """\
        before = model.stat()
        head, _, tail = model.read_text().rpartition('type="ReLU"')
        model.write_text(head + 'type="Tanh"' + tail)
        os.utime(model, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert model.stat().st_size == before.st_size
    """,
    "xml_touched": """\
        later = model.stat().st_mtime + 10
        os.utime(model, (later, later))
    """,
    "bin_touched": """\
        weights = model.with_suffix(".bin")
        later = weights.stat().st_mtime + 10
        os.utime(weights, (later, later))
    """,
    "size": """\
        before = model.stat()
        model.write_text(model.read_text() + "\\n" * 16)
        os.utime(model, ns=(before.st_atime_ns, before.st_mtime_ns))
    """,
    "moved": """\
        model.parent.rename(work / "moved")
        model = work / "moved" / model.name
    """,
    "renamed": """\
        model.with_suffix(".bin").rename(model.with_name("renamed.bin"))
        model = model.rename(model.with_name("renamed.xml"))
    """,
    "copied": """\
        shutil.copytree(model.parent, work / "copy")
        model = work / "copy" / model.name
    """,
    "namesake": """\
        shutil.copytree(model.parent, work / "other")
        model = work / "other" / model.name
        head, _, tail = model.read_text().rpartition('type="ReLU"')
        model.write_text(head + 'type="Abs"' + tail)
    """,
    "precision": """\
        other = write_model(work / "other", fp16=True)
        shutil.copyfile(other.with_suffix(".bin"), model.with_suffix(".bin"))
        shutil.copyfile(other, model)
    """,
}
"""Change to what it does to the files of the small model of a program."""

SHOWN = {
    judge.STALE: 'after["answer"] == then["answer"] != now["answer"]',
    judge.WRONG: 'after["answer"] not in (then["answer"], now["answer"])',
    judge.FAILED: 'after["hit"] is None and now["hit"] is not None',
    judge.COLD_FAILED: 'after["hit"] is None',
    judge.SHOULD_MISS: 'after["hit"] is True',
    SHOULD_HIT: 'again["hit"] is True and after["hit"] is False',
    judge.LEFT_CLEAR: 'after["hit"] is False and was_sealed and not sealed(cache)',
    NEVER_HITS: 'after["hit"] is False and after["answer"] == now["answer"]',
}
"""Surprise to what a program must see for it to be shown."""

BODY = """\
model, cache = write_model(work / "model"), work / "cache"
then = start(model, None{plain_cold})
say("without a cache", then)
say("cold start", start(model, cache{cold}))
again = start(model, cache{cold})
say("again, nothing changed", again)
{note}# The change: {title}
{edit}
now = start(model, None{plain_warm})
say("without a cache, after the change", now)
after = start(model, cache{warm}, check=False)
say("warm start, after the change", after)
return {shown}
"""

COLD_BODY = """\
model, cache = write_model(work / "model"), work / "cache"
say("without a cache", start(model, None{plain_cold}))
after = start(model, cache{cold}, check=False)
say("cold start", after)
return {shown}
"""


def reproduce(trace: Trace, surprise: str, reason: str) -> Script:
    """Return a program that shows a surprise of a try.

    Raises:
        NotReproducibleError: when one environment with openvino cannot show it.
    """
    case = Case.from_axes(trace.case)
    reproduction.refuse_what_the_template_lacks(case)
    if trace.change == "runtime":
        msg = "it takes two versions of OpenVINO"
        raise NotReproducibleError(msg)
    pair = pair_of(trace.change, case)
    keys = (1, 1 if pair.same_key else 2)
    about = CHANGES[trace.change]
    env = f", env={trace.facts['env']!r}" if "env" in trace.facts else ""
    edit = EDITS.get(trace.change, "")
    mode = case.cache_mode
    return reproduction.script(
        trace.study,
        trace.change,
        case.api,
        mode,
        case.encryption.partition(":")[0].replace("none", ""),
        case.runtime.replace(INSTALLED, ""),
        title=f"{about.title}, {case.api}, CACHE_MODE={mode}: {surprise}.",
        text=(
            f"{about.detail} {_expected(about.expected)}: {about.why}.\n\n"
            f"Seen with OpenVINO {trace.version} and the model {case.model}: {reason}. "
            "The program shows it with a model of its own."
        ),
        body=(COLD_BODY if surprise == judge.COLD_FAILED else BODY).format(
            plain_cold=arguments(pair.cold, cached=False),
            cold=arguments(pair.cold, keys[0]),
            title=about.title,
            edit=reproduction.dedented(edit) or "# (only what the next start asks for)",
            plain_warm=arguments(pair.warm, cached=False) + env,
            warm=arguments(pair.warm, keys[1]) + env,
            note="was_sealed = sealed(cache)\n" if surprise == judge.LEFT_CLEAR else "",
            shown=SHOWN[surprise],
        ),
    )


def _expected(expected: str) -> str:
    return {
        "hit": "The warm start should hit",
        "miss": "The warm start should miss",
        "either": "The warm start may hit or miss",
    }[expected]
