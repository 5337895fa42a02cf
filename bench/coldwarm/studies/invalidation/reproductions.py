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
    from collections.abc import Callable

    from coldwarm.run.attempt import Trace
    from coldwarm.studies.invalidation.pair import Pair
    from coldwarm.studies.study import Script

SHOWN = {
    judge.STALE: 'after["answer"] == then["answer"] != now["answer"]',
    judge.WRONG: (
        'after["hit"] is not None and after["answer"] not in (then["answer"], now["answer"])'
    ),
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

PRECISION = """\
other = write_model(work / "other", fp16=True)
shutil.copyfile(other.with_suffix(".bin"), model.with_suffix(".bin"))
shutil.copyfile(other, model)
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
    mode = case.cache_mode
    later = "".join(f", {name}={value!r}" for name, value in pair.job_fields.items())
    later += f", env={trace.facts['env']!r}" if "env" in trace.facts else ""
    later += ", after_load=after_load" if pair.after_load else ""
    edit, used = _edit(trace.change, pair)
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
            edit=edit or "# (only what the next start asks for)",
            plain_warm=arguments(pair.warm, cached=False) + later,
            warm=arguments(pair.warm, keys[1]) + later,
            note="was_sealed = sealed(cache)\n" if surprise == judge.LEFT_CLEAR else "",
            shown=SHOWN[surprise],
        ),
        functions=used,
    )


def _edit(change: str, pair: Pair) -> tuple[str, list[Callable[..., object]]]:
    """Return the statements that make a change, and the functions that they call.

    Args:
        change: its name.
        pair: its starts.
    """
    statements = PRECISION if change == "precision" else ""
    used: list[Callable[..., object]] = []
    if pair.also is not None:
        statements += f"start(model, cache{arguments(pair.also)})\n"
    if pair.edit is not None:
        statements += f"model = {pair.edit.__name__}(model.parent, model)\n"
        used.append(pair.edit)
    if pair.edit_cache is not None:
        statements += f"print({pair.edit_cache.__name__}(cache))\n"
        used.append(pair.edit_cache)
    if pair.after_load is not None:
        statements += f"after_load = {pair.after_load.__name__}(model.parent, model)\n"
        used.append(pair.after_load)
    return statements.strip(), used


def _expected(expected: str) -> str:
    return {
        "hit": "The warm start should hit",
        "miss": "The warm start should miss",
        "either": "The warm start may hit or miss",
        "refuse": "The warm start may hit, or refuse",
    }[expected]
