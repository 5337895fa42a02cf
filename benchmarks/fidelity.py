"""Does coldwarm measure what an application sees?

A start as short as it can be written, measured by itself, is interleaved with coldwarm's own
worker. The ratio of their load times should be 1. Rounds go on until its 95 % interval is as
narrow as the bar, or the limit is reached.

Usage: python benchmarks/fidelity.py [--model resnet50] [--max-rounds 400]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm import models
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling
from coldwarm.measure.cachedir import cache_root, chain_dir
from coldwarm.measure.sampler import Sampler
from coldwarm.stats.shift import paired_ratio

if TYPE_CHECKING:
    from coldwarm.measure.cachedir import ChainDir

OWN_START = """
import sys
sys.modules["openvino_telemetry"] = None
import time
import openvino
model, cache_dir = sys.argv[1:]
core = openvino.Core()
if cache_dir:
    core.set_property({"CACHE_DIR": cache_dir})
begin = time.perf_counter_ns()
compiled = core.compile_model(model, "CPU")
elapsed = time.perf_counter_ns() - begin
print(elapsed, compiled.get_property("LOADED_FROM_CACHE"))
"""
LOW, HIGH = 0.95, 1.05
STEP = 20


def own_load_ns(model: Path, cache_dir: str, env: dict[str, str]) -> int:
    """Return what the short start measured of itself."""
    command = [sys.executable, "-c", OWN_START, str(model), cache_dir]
    answer = subprocess.run(command, env=env, capture_output=True, check=True, text=True)
    elapsed, loaded = answer.stdout.split()[-2:]
    _check("the short start", loaded=loaded == "True", wanted=bool(cache_dir))
    return int(elapsed)


def worker_load_ns(sampler: Sampler, case: Case, kind: str, chain: ChainDir) -> int:
    """Return what coldwarm's worker measured."""
    ending = sampler.run(sampler.job(case, kind, chain), chain)
    if ending.status != "ok":
        sys.exit(f"the {kind} start of coldwarm: {ending.reason or ending.status}")
    loaded = ending.result["loaded_from_cache"]
    _check(f"the {kind} start of coldwarm", loaded=loaded, wanted=kind == "warm")
    return int(ending.result["phases_ns"]["compile_model"])


def _check(start: str, *, loaded: bool, wanted: bool) -> None:
    if loaded != wanted:
        sys.exit(f"{start} {'loaded' if loaded else 'did not load'} from the cache: nothing proven")


def main() -> int:
    """Interleave both, print the ratios, and return 1 when a ratio lies outside the bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="resnet50")
    parser.add_argument("--max-rounds", type=int, default=400)
    options = parser.parse_args()
    case = Case(options.model)
    files = models.resolve(options.model, {}, progress=print)
    experiment = Experiment("fidelity", Path(__file__), (case,), Sampling())
    shuffle = random.Random(1).shuffle
    pairs: dict[str, list[tuple[int, int]]] = {"uncached": [], "warm": []}
    with tempfile.TemporaryDirectory() as root, cache_root(Path(root)) as caches:
        sampler = Sampler(experiment, {options.model: files}, "fidelity", caches)
        with chain_dir(caches) as chain:
            env = sampler.environment(chain.driver)
            worker_load_ns(sampler, case, "cold", chain)
            for number in range(1, options.max_rounds + 1):
                for kind, done in pairs.items():
                    found: dict[str, int] = {}
                    order = ["coldwarm", "own"]
                    shuffle(order)
                    for who in order:
                        if who == "own":
                            cache = str(chain.cache) if kind == "warm" else ""
                            found[who] = own_load_ns(files.path, cache, env)
                        else:
                            found[who] = worker_load_ns(sampler, case, kind, chain)
                    done.append((found["coldwarm"], found["own"]))
                if number % STEP == 0 and all(_inside(done) for done in pairs.values()):
                    break
    print(f"{options.model}, CPU, compile_model(path): load time by coldwarm / by itself")
    for kind, done in pairs.items():
        ratio = paired_ratio(*zip(*done, strict=True))
        print(
            f"{kind:9} {ratio.value:.3f}  95 % interval {ratio.low:.3f} to {ratio.high:.3f}"
            f"  ({ratio.n} pairs)"
        )
    return 0 if all(_inside(done) for done in pairs.values()) else 1


def _inside(done: list[tuple[int, int]]) -> bool:
    ratio = paired_ratio(*zip(*done, strict=True))
    return ratio.low >= LOW and ratio.high <= HIGH


if __name__ == "__main__":
    sys.exit(main())
