"""What the documentation's two charts draw, taken out of judged samples. No drawing here.

One case stands for each API, see `coldwarm.charts.cases.preference`. Warm starts count only with
proof, cold ones only if they left a blob.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.analysis.rounds import paired_rounds
from coldwarm.charts.cases import SETTINGS, preference
from coldwarm.charts.neighbours import BLOCK, quotient
from coldwarm.charts.spread import median_interval
from coldwarm.experiment.case import AXIS_OF, DEFAULTS, GROUP_AXES
from coldwarm.run.warm_start import PROVEN
from coldwarm.stats.ranges import ratio_range
from coldwarm.stats.shift import paired_shift

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from coldwarm.stats.ranges import Range
    from coldwarm.stats.shift import Estimate

GROUP = list(GROUP_AXES)

CASE = ["case_id", "baseline_id", "name", *SETTINGS]

MEASURED = ["load_ms", "compile_model_ms", "read_model_ms", "blob_files", "loaded_from_cache"]

JUDGED = ["kind", "status", "verdict", "verdict_reason", "openvino_version"]

COLUMNS = list(
    dict.fromkeys(
        [*GROUP, "api", *CASE, *BLOCK, *JUDGED, *MEASURED, *(each.column for each in m.MEASURED)]
    )
)
"""What is used of a frame: selecting rows of all 80 columns takes most of the time otherwise."""


@dataclass(frozen=True)
class Phases:
    """Medians of one kind of start.

    Attributes:
        starts: how many starts they are the medians of.
        load_ms: load time.
        compile_model_ms: its part inside compile_model.
        read_model_ms: its part inside read_model; None for the API ``path``, which has none.
        load_interval: 95 % interval of the load time; None where rounds are too few for one.
    """

    starts: int
    load_ms: float
    compile_model_ms: float
    read_model_ms: float | None = None
    load_interval: tuple[float, float] | None = None

    @property
    def drawn_ms(self) -> float:
        """Return the sum of the drawn widths."""
        return (self.read_model_ms or 0.0) + self.compile_model_ms


@dataclass(frozen=True)
class ApiTimes:
    """What the case that stands for one API took.

    Attributes:
        case: name of the case.
        phases: kind to medians, for the kinds that were measured (and proven, if warm).
        missing: for every other kind, why there is nothing to draw, in words.
        speedup: uncached / warm load time, from each round's own ratio.
        export_ms: cold - uncached compile_model, from each round's own difference.
    """

    case: str
    phases: Mapping[str, Phases] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    speedup: Range | None = None
    export_ms: Estimate | None = None

    @property
    def drawn_export_ms(self) -> float | None:
        """Return the width of the box Export, or None where no Export was proven.

        It is the difference of the two drawn medians, and proven when the interval of the rounds'
        differences excludes zero.
        """
        cold, uncached = self.phases.get("cold"), self.phases.get("uncached")
        if cold is None or uncached is None or self.export_ms is None:
            return None
        width = cold.compile_model_ms - uncached.compile_model_ms
        return width if self.export_ms.low > 0 and width > 0 else None


@dataclass(frozen=True)
class LoadTimes:
    """Load times of one model on one device with one runtime.

    Attributes:
        group: what they are of: value of each axis that sets cases apart.
        openvino_version: as the runtime reports it; empty if no start got that far.
        read_model: the API read_model + compile_model.
        path: the API compile_model(path).
        path_speedup: uncached load time of `read_model` / warm load time of `path`.
        host: one line on the machine.
    """

    group: Mapping[str, str]
    openvino_version: str
    read_model: ApiTimes
    path: ApiTimes
    path_speedup: Estimate | None = None
    host: str = ""

    @property
    def parts(self) -> list[str]:
        """Return model and device, and what else is not the default, such as the runtime."""
        return [
            value
            for axis, value in self.group.items()
            if AXIS_OF[axis].always_named or value != DEFAULTS[axis]
        ]

    @property
    def title(self) -> str:
        """Return the parts in words."""
        model, *others = self.parts
        return f"{model} on {', '.join(others)}"


def load_times(frame: pd.DataFrame, host: str = "") -> Iterator[LoadTimes]:
    """Yield what the charts draw, for each model, device and runtime by their names.

    Args:
        frame: the judged samples of one run.
        host: one line on the machine.
    """
    for values, group in frame[COLUMNS].groupby(GROUP):
        versions = group["openvino_version"].dropna()
        read_model, path = _pick(group, "read_model"), _pick(group, "path")
        yield LoadTimes(
            group=dict(zip(GROUP, map(str, values), strict=True)),
            openvino_version=str(versions.iloc[0]) if len(versions) else "",
            read_model=_api_times(read_model, "read_model"),
            path=_api_times(path, "path"),
            path_speedup=_path_speedup(read_model, path),
            host=host,
        )


def _pick(group: pd.DataFrame, api: str) -> pd.DataFrame:
    """Return the samples of the case that stands for an API, its uncached ones included."""
    of_api = group[group["api"] == api]
    cases = of_api[of_api["kind"] != "uncached"]
    hits = set(cases.loc[cases["verdict"].isin(PROVEN), "case_id"])

    known = cases[CASE].drop_duplicates("case_id")
    if known.empty:
        return of_api.iloc[:0]
    named = [dict(zip(CASE, row, strict=True)) for row in known.itertuples(index=False)]
    best = min(named, key=lambda case: preference(case, hit=case["case_id"] in hits))
    uncached = (of_api["kind"] == "uncached") & (of_api["baseline_id"] == best["baseline_id"])
    chosen: pd.DataFrame = of_api[uncached | (of_api["case_id"] == best["case_id"])]
    return chosen


def _api_times(starts: pd.DataFrame, api: str) -> ApiTimes:
    if starts.empty:
        words = f"Not measured: this run has no case with the API {api} here."
        return ApiTimes(case="", missing=dict.fromkeys(("uncached", "cold", "warm"), words))
    usable = _usable(starts)
    phases, missing = {}, {}
    for kind in ("uncached", "cold", "warm"):
        medians = _medians(usable[usable["kind"] == kind])
        if medians is None:
            missing[kind] = _why_missing(starts[starts["kind"] == kind], kind)
        else:
            phases[kind] = medians
    return ApiTimes(
        case=str(starts.loc[starts["kind"] != "uncached", "name"].iloc[0]),
        phases=phases,
        missing=missing,
        speedup=_speedup(usable),
        export_ms=_export(usable),
    )


def _usable(starts: pd.DataFrame) -> pd.DataFrame:
    good = starts[starts["status"] == "ok"]
    kind = good["kind"]
    wrote = (good["blob_files"] > 0) & ~good["loaded_from_cache"].fillna(value=False).astype(bool)
    proven = good["verdict"].isin(PROVEN)
    return good[(kind == "uncached") | ((kind == "cold") & wrote) | ((kind == "warm") & proven)]


def _medians(starts: pd.DataFrame) -> Phases | None:
    """Return medians over rounds; a round with several warm starts counts with their median."""
    columns = ["load_ms", "compile_model_ms", "read_model_ms"]
    rounds = starts.groupby([*BLOCK, "baseline_id"])[columns].median()
    load, compile_model, read_model = (rounds[column].dropna() for column in columns)
    if load.empty or compile_model.empty:
        return None
    return Phases(
        starts=len(starts),
        load_ms=float(load.median()),
        load_interval=median_interval(load),
        compile_model_ms=float(compile_model.median()),
        read_model_ms=float(read_model.median()) if len(read_model) else None,
    )


def _why_missing(starts: pd.DataFrame, kind: str) -> str:
    if starts.empty:
        return f"Not measured: this run has no {kind} start of this case."
    verdicts = starts["verdict"].dropna()
    number = len(starts)
    if verdicts.empty:
        return f"None of the {number} {kind} starts left a blob in the cache directory."
    most = str(verdicts.value_counts().index[0])
    what = "No warm start was a proven hit" if kind == "warm" else f"No {kind} start succeeded"
    reason = str(starts.loc[starts["verdict"] == most, "verdict_reason"].iloc[0])
    count = f"{int((verdicts == most).sum())} of {number}: {most}"
    return f"{what}. {count}, {reason}." if reason else f"{what}. {count}."


def _speedup(usable: pd.DataFrame) -> Range | None:
    rounds = paired_rounds(usable).dropna(subset=[m.SPEEDUP.name])
    uncached, warm = (rounds[metric.name] for metric in (m.UNCACHED_LOAD, m.WARM_LOAD))
    return ratio_range(uncached, warm) if len(rounds) else None


def _export(usable: pd.DataFrame) -> Estimate | None:
    rounds = paired_rounds(usable)
    costs = (rounds[m.COLD_COMPILE.name] - rounds[m.UNCACHED_COMPILE.name]).dropna()
    return None if costs.empty else paired_shift(costs).estimate()


def _path_speedup(read_model: pd.DataFrame, path: pd.DataFrame) -> Estimate | None:
    """Compare across APIs: in pairs if the experiment made the two neighbours, else without."""
    uncached = _usable(read_model).loc[lambda starts: starts["kind"] == "uncached"]
    warm = _usable(path).loc[lambda starts: starts["kind"] == "warm"]
    return quotient(warm, uncached, "load_ms")
