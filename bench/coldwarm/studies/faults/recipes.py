"""What a program does to its cache, per fault: Python for the frame of reproduction scripts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.studies.faults.catalog import STAGGER_NS, STAGGERED_STARTS, STAMPEDE_STARTS

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_CHANCE, CROWDS = 40, 100
"""How often a program tries what does not show every time."""


@dataclass(frozen=True)
class Recipe:
    """How a program makes a fault.

    Attributes:
        prepare: statements that make `cache` what the fault says. COLD stands for the arguments
            of the start that writes the blob.
        cold: further arguments of that start.
        warm: further arguments of the start that meets the fault.
        helpers: definitions that `prepare` needs.
        attempts: how often it is tried, until it shows.
        meet: how the starts that meet the fault are made, instead of one. WARM stands for
            their arguments.
    """

    prepare: str
    cold: str = ""
    warm: str = ""
    helpers: str = ""
    attempts: int = 1
    meet: str = "met = [start(model, cache WARM, check=False)]"


SECTIONS = '''\
import struct

def sections(data):
    """Return where the weights and the graph of the CPU plugin begin in a blob."""
    for begin in range(4096):
        custom, custom_size, weights, weights_size, graph, graph_size = struct.unpack_from(
            "<6Q", data, begin)
        if (custom == 48 and custom + custom_size == weights and weights + weights_size == graph
                and begin + graph + graph_size == len(data)):
            return begin + weights, begin + graph
    give_up("this blob is laid out another way")

def flipped(data, begin, end):
    """Return a blob with all bits of one byte inverted."""
    at = random.randrange(begin, end)
    print(f"flipping byte {at} of {len(data)}")
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1:]
'''

BIND_MODES = '''\
import ctypes

def bind_modes():
    """Let file modes hold for root, too: its children lose what lets them pass over modes."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if os.geteuid() == 0 and ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):
            give_up("run this as an ordinary user")
'''

GOOD = """\
start(model, cache COLD)
blob = max(cache.rglob("*.blob"), key=lambda file: file.stat().st_size)
good = blob.read_bytes()
"""

REPLACED = """\
blob.unlink()
blob.write_bytes(damaged)
"""

SEALED = """\
start(model, cache COLD)
was_sealed = sealed(cache)
"""

KILL = """\
start(model, work / "whole" COLD)
whole = max(file.stat().st_size for file in (work / "whole").rglob("*.blob"))
cache.mkdir()
at = random.randrange(whole)
writer = subprocess.Popen(command(model, cache COLD), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL)
while writer.poll() is None:
    if any(file.stat().st_size >= at for file in cache.glob("*.blob")):
        writer.kill()
        writer.wait()
left = sum(file.stat().st_size for file in cache.glob("*.blob"))
print("killed with", left, "of", whole, "bytes")
"""

CROWD = '''\
from concurrent.futures import ThreadPoolExecutor

def later(seconds, *arguments, **options):
    """Start an application after so many seconds."""
    time.sleep(seconds)
    return start(*arguments, check=False, **options)
'''


def _damage(statement: str, *, attempts: int = BY_CHANCE) -> Recipe:
    prepare = f"{GOOD}damaged = {statement}\n{REPLACED}"
    return Recipe(prepare, helpers=SECTIONS, attempts=attempts)


def _mode(prepare: str, mode: str) -> Recipe:
    return Recipe(f"{prepare}bind_modes()\ncache.chmod({mode})\n", helpers=BIND_MODES)


def _crowd(count: int, gap: str) -> Recipe:
    # A delay adds up from start to start, as when a scheduler begins them one after the other.
    meet = (
        f"with ThreadPoolExecutor({count}) as pool:\n"
        f"    met = list(pool.map(lambda number: later(number * {gap}, model, cache WARM), "
        f"range({count})))"
    )
    return Recipe("cache.mkdir()\n", helpers=CROWD, attempts=CROWDS, meet=meet)


SHORTEST, LONGEST = (ns / 1e9 for ns in STAGGER_NS)

RECIPES: Mapping[str, Recipe] = {
    "nothing": Recipe(GOOD),
    "truncated": _damage("good[:random.randrange(1, len(good))]"),
    "empty": _damage('b""', attempts=1),
    "garbage": _damage("random.randbytes(len(good))", attempts=1),
    "other_version": _damage(
        'good.replace(good.split(b\'ie_version="\')[1][:8], b"1999.0.0")', attempts=1
    ),
    "flipped_header": _damage("flipped(good, 0, sections(good)[0] - 48)"),
    "flipped_topology": _damage("flipped(good, sections(good)[1], len(good))"),
    "flipped_weights": _damage("flipped(good, *sections(good))"),
    "zeroed_weights": _damage(
        "good[:sections(good)[0]] + bytes(65536) + good[sections(good)[0] + 65536:]", attempts=1
    ),
    "other_model": Recipe(
        f"""\
other = write_model(work / "other", seed=2)
theirs = start(other, work / "their-cache" COLD)
say("the other model", theirs)
{GOOD}damaged = next((work / "their-cache").rglob("*.blob")).read_bytes()
{REPLACED}"""
    ),
    "read_only_empty": _mode("cache.mkdir()\n", "0o500"),
    "read_only": _mode(GOOD, "0o500"),
    "read_only_damaged": _mode(f"{GOOD}damaged = good[:len(good) // 2]\n{REPLACED}", "0o500"),
    "no_permission": _mode("cache.mkdir()\n", "0o000"),
    "file_instead": Recipe('cache.write_text("not a directory")\n'),
    "full_disk": Recipe(
        f"{GOOD}blob.unlink()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (len(good) // 3, resource.RLIM_INFINITY))\n",
        helpers="import resource\n",
    ),
    "wrong_key": Recipe(SEALED, cold=", key=1", warm=", key=2, unchecked=True"),
    "no_key": Recipe(SEALED, cold=", key=1"),
    "decrypt_raises": Recipe(SEALED, cold=", key=1", warm=", key=2"),
    "encrypt_raises": Recipe("cache.mkdir()\n", warm=", key=1, refuse=True"),
    "killed": Recipe(KILL, attempts=BY_CHANCE),
    "stampede": _crowd(STAMPEDE_STARTS, "0"),
    "staggered": _crowd(STAGGERED_STARTS, f"random.uniform({SHORTEST}, {LONGEST})"),
}
