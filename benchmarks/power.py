"""Print what the gates find and how often they cry wolf, as Markdown for docs/statistics.md.

Simulated starts with the noise that was measured (simulated_starts.py), judged by the
code that judges real ones. Ends with exit code 1 if a promised number is missed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import partial

import numpy as np
from simulated_comparisons import coverage_trials, paired_trials, unpaired_trials
from simulated_starts import log_speedups, paired_log_ratios

from coldwarm.stats.power import (
    paired_limits,
    power,
    rounds_needed,
    smallest_effect,
    unpaired_limits,
)

CASES = (1, 4, 20, 60)
PAIRED_ROUNDS = (12, 18, 24, 30, 40, 60)
PAIRED_EFFECTS = (0.08, 0.10, 0.12, 0.15, 0.20, 0.30)
UNPAIRED_ROUNDS = (12, 18, 25, 40, 60)
UNPAIRED_EFFECTS = (0.15, 0.20, 0.25, 0.30, 0.40, 0.60)
PRECISIONS = (0.10, 0.05, 0.03)
REPETITIONS = 4000


@dataclass(frozen=True)
class Promise:
    """One number that the project promises, and what came out."""

    what: str
    share: float
    bound: float
    at_most: bool = False

    @property
    def kept(self) -> bool:
        """Whether the number is on the right side of its bound."""
        return self.share <= self.bound if self.at_most else self.share >= self.bound

    def row(self) -> str:
        """Return the line of the table."""
        wanted = f"{'at most' if self.at_most else 'at least'} {percent(self.bound)}"
        missed = "" if self.kept else " (missed)"
        return f"| {self.what} | {wanted} | {percent(self.share, 1)}{missed} |"


def percent(share: float, decimals: int = 0) -> str:
    """Format a share."""
    return f"{100 * share:.{decimals}f} %"


def heading(columns: tuple[str, ...], first: str = "---:") -> None:
    """Print the head of a table; numbers stand right, so `first` is how the first column does."""
    print("| " + " | ".join(columns) + " |")
    print(f"| {first} |" + " ---: |" * (len(columns) - 1))


def promises(comparisons: int) -> list[Promise]:
    """Simulate what the project promises of its gates."""
    paired = partial(paired_trials, comparisons=comparisons)
    unpaired = partial(unpaired_trials, comparisons=comparisons)
    kept = []
    for name, nothing in (
        ("paired, 60 cases, 40 rounds", paired(cases=60, rounds=40, seed=1)),
        ("unpaired, 60 cases, 25 rounds", unpaired(cases=60, rounds=25, seed=2)),
    ):
        what = f"any alarm in a comparison of equals ({name})"
        kept.append(Promise(what, nothing.alarms / comparisons, 0.06, at_most=True))
    for name, bound, planted in (
        ("+15 % in one of 60, 40 pairs", 0.90, paired(cases=60, rounds=40, effect=0.15, seed=3)),
        ("+12 % in one of 4, 30 pairs", 0.85, paired(cases=4, rounds=30, effect=0.12, seed=4)),
        (
            "+40 % of speedup in one of 60, two runs of 25 rounds",
            0.80,
            unpaired(cases=60, rounds=25, effect=0.40, seed=5),
        ),
    ):
        kept.append(Promise(f"{name}: found", planted.found / comparisons, bound))
        other = f"{name}: another case named"
        kept.append(Promise(other, planted.others / comparisons, 0.06, at_most=True))
    return kept


def print_paired() -> None:
    """Print the power of comparisons inside one run."""
    print("\n### Paired: inside one run (threshold 5 %)\n")
    heading(("rounds", "cases", *(f"+{percent(e)}" for e in PAIRED_EFFECTS), "80 % found from"))
    for rounds in PAIRED_ROUNDS:
        noise = paired_log_ratios(np.random.default_rng(rounds), (REPETITIONS, rounds))
        for cases in CASES:
            print_power(rounds, cases, paired_limits(noise, tests=cases), PAIRED_EFFECTS)


def print_unpaired() -> None:
    """Print the power of comparisons between two runs."""
    print("\n### Unpaired: speedups of two runs (threshold 10 %)\n")
    heading(("rounds", "cases", *(f"+{percent(e)}" for e in UNPAIRED_EFFECTS), "80 % found from"))
    for rounds in UNPAIRED_ROUNDS:
        rng = np.random.default_rng(1000 + rounds)
        base, head = log_speedups(rng, (2, REPETITIONS, rounds))
        for cases in CASES:
            print_power(rounds, cases, unpaired_limits(base, head, tests=cases), UNPAIRED_EFFECTS)


def print_power(rounds: int, cases: int, limits: np.ndarray, effects: tuple[float, ...]) -> None:
    """Print one line of a power table."""
    smallest = smallest_effect(limits)
    cells = [percent(power(limits, effect)) for effect in effects]
    cells.append(f"+{percent(smallest)}" if np.isfinite(smallest) else "never")
    print(f"| {rounds} | {cases} | {' | '.join(cells)} |")


def print_rounds() -> None:
    """Print how many paired rounds an effect takes."""
    print("\n### Paired rounds for an 80 % chance to find a change\n")
    heading(("change", *(f"{cases} case{'s' * (cases > 1)}" for cases in CASES)))
    for effect in (0.08, 0.10, 0.15, 0.20, 0.40):
        needed = [rounds_needed(effect, paired_log_ratios, tests=cases) for cases in CASES]
        print(f"| +{percent(effect)} | {' | '.join(str(n or 'over 240') for n in needed)} |")


def print_sampling(cases: int) -> Promise:
    """Print what the sampling rule does to the speedup's interval."""
    print("\n### Sampling rule (12 to 60 rounds)\n")
    heading(("precision", "median rounds", "settled by 60", "interval holds", "over many runs"))
    results = {}
    for precision in PRECISIONS:
        inside = results[precision] = coverage_trials(cases=cases, precision=precision)
        across = coverage_trials(cases=cases, precision=precision, across_runs=True)
        cells = (percent(inside.settled / cases), percent(inside.covered / cases, 1))
        print(
            f"| {percent(precision)} | {inside.median_rounds:.0f} | {' | '.join(cells)} "
            f"| {percent(across.covered / cases, 1)} |"
        )
    covered = results[0.05].covered / cases
    return Promise(
        "speedup's 95 % interval holds the truth of its run (precision 5 %)", covered, 0.93
    )


def main() -> int:
    """Print every table and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comparisons", type=int, default=2000, help="of each kind")
    comparisons = parser.parse_args().comparisons
    print_paired()
    print_unpaired()
    print_rounds()
    results = [print_sampling(2 * comparisons), *promises(comparisons)]
    print(f"\n### Promises ({comparisons:,} simulated comparisons each)\n")
    heading(("what", "promised", "measured"), first=":---")
    for promise in results:
        print(promise.row())
    return 0 if all(promise.kept for promise in results) else 1


if __name__ == "__main__":
    sys.exit(main())
