"""Programs that show a surprise of this study alone, with a small model of their own."""

from __future__ import annotations

import re
import signal
import textwrap
from typing import TYPE_CHECKING

from coldwarm.experiment.case import Case
from coldwarm.studies import reproduction
from coldwarm.studies.control import NEVER_HITS, SHOULD_HIT
from coldwarm.studies.faults import judging
from coldwarm.studies.faults.catalog import FAULTS
from coldwarm.studies.faults.recipes import RECIPES, Recipe
from coldwarm.studies.study import NotReproducibleError

if TYPE_CHECKING:
    from coldwarm.run.attempt import Trace
    from coldwarm.studies.study import Script

SIGNAL = re.compile(r"ended by (SIG\w+)")
CHANCE = re.compile(r"PATH|N")
"""What stands for chance in the message of an exception, see `judging.message_of`."""

SHOWN = {
    judging.WRONG: 'after["hit"] is True and after["answer"] != right["answer"]',
    judging.WRONG_ANEW: 'after["hit"] is False and after["answer"] != right["answer"]',
    judging.AS_OTHER: 'after["answer"] == theirs["answer"] != right["answer"]',
    SHOULD_HIT: 'after["hit"] is False and after["answer"] == right["answer"]',
    NEVER_HITS: 'after["hit"] is False and after["answer"] == right["answer"]',
    judging.NEVER_AGAIN: (
        'after["hit"] is False and start(model, cache WARM, check=False)["hit"] is False'
    ),
    judging.IN_CLEAR: 'after["hit"] is False and was_sealed and not sealed(cache)',
    judging.DROPPED: "not was_sealed",
    judging.HANGS: 'after.get("hung")',
}
"""Surprise to what a program must see for it to be shown."""

HANG_SECONDS = 60

LIMITED = f'''\
import signal

unlimited = start

def start(*arguments, **options):
    """Start an application, and give up after {HANG_SECONDS} seconds."""
    def give_up(number, frame):
        raise TimeoutError
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm({HANG_SECONDS})
    try:
        return unlimited(*arguments, **options)
    except TimeoutError:
        return {{"hit": None, "answer": None, "exit": None, "hung": True}}
    finally:
        signal.alarm(0)
'''

BODY = """\
import random

{helpers}
random.seed(1)
model = write_model(work / "model", layers=12)
right = start(model, None PLAIN)
say("without a cache", right)
for attempt in range({attempts}):
    cache = work / f"cache{{attempt}}"
{prepare}
{meet}
{follow}    for after in met:
        say(f"a start that meets the fault, exit code {{after['exit']}}", after)
    if any({shown} for after in met):
        return True
return False
"""

FOLLOW = "    met = [start(model, cache WARM, check=False)]  # the start after it\n"


def reproduce(trace: Trace, surprise: str, reason: str) -> Script:
    """Return a program that shows a surprise of a try.

    Raises:
        NotReproducibleError: when the template lacks what it takes.
    """
    case, fault = Case.from_axes(trace.case), FAULTS[trace.change]
    reproduction.refuse_what_the_template_lacks(case)
    if case.encryption != "none":
        msg = f"the programs lack the cipher {case.encryption}"
        raise NotReproducibleError(msg)
    return reproduction.script(
        trace.study,
        trace.change,
        case.api,
        case.cache_mode.replace("default", ""),
        _short(surprise),
        title=f"{fault.title}, {case.api}, CACHE_MODE={case.cache_mode}: {surprise}.",
        text=(
            f"{fault.text} {fault.due}\n\nSeen with OpenVINO {trace.version} and the model "
            f"{case.model}: {reason}. The program shows it with a model of its own."
        ),
        body=_body(trace.change, case, surprise),
    )


def _body(change: str, case: Case, surprise: str) -> str:
    recipe = RECIPES[change]
    cached = reproduction.arguments(case)
    if surprise.startswith(judging.THE_COLD):
        recipe = Recipe("", cold=recipe.cold, meet="met = [start(model, cache COLD, check=False)]")
    hangs = surprise.endswith(judging.HANGS)
    return (
        BODY.format(
            helpers=(LIMITED if hangs else "") + recipe.helpers,
            attempts=recipe.attempts,
            prepare=textwrap.indent(recipe.prepare, "    "),
            meet=textwrap.indent(recipe.meet, "    "),
            follow=FOLLOW if surprise.startswith(judging.THE_NEXT) else "",
            shown=_shown(surprise.removeprefix(judging.THE_NEXT).removeprefix(judging.THE_COLD)),
        )
        .replace(" PLAIN", reproduction.arguments(case, cached=False))
        .replace(" COLD", cached + recipe.cold)
        .replace(" WARM", cached + recipe.warm)
    )


def _shown(surprise: str) -> str:
    """Return the condition under which a program has shown a surprise."""
    if surprise in SHOWN:
        return SHOWN[surprise]
    found = SIGNAL.search(surprise)
    if found:
        return f'after["exit"] == -{int(signal.Signals[found[1]])}'
    _, _, message = surprise.partition(": ")
    longest = max(CHANCE.split(message), key=len).strip(" []:.")
    return f'{longest!r} in after.get("error", "")'


def _short(surprise: str) -> str:
    """Return what tells programs of one cell apart in the names of their files."""
    found = SIGNAL.search(surprise)
    return found[1] if found else " ".join(surprise.partition(": ")[0].split()[-2:])
