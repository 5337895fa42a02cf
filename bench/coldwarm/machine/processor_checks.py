"""What the processor's state means for measuring. Each check yields at most a few findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.machine.doctor_finding import DoctorFinding, graded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.machine.identity import Identity
    from coldwarm.machine.state import State

LOAD_WARN = 0.15
LOAD_BAD = 0.5
"""Load per usable hardware thread."""

HOLD = "Speedups hold: both starts of a ratio ran next to each other."

SHARED = f"Starts wait for the processor: times are too long, and intervals wider. {HOLD}"

HOT = f"A processor that heat slows down makes later starts slower than earlier ones. {HOLD}"

UNSEEN_PERCENT = 10.0
"""Share of all processors in use beyond what the visible processes explain."""

TURBO_OFF = {
    "intel": "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo",
    "other": "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost",
}


def load(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at the load average."""
    cores = state.usable_cores or identity.logical_cores
    if state.load_average is None or not cores:
        return
    severity = graded(state.load_average[0] / cores, warn=LOAD_WARN, bad=LOAD_BAD)
    yield DoctorFinding(
        severity,
        "load",
        f"The load is {state.load_average[0]:.2f} on {cores} usable hardware threads.",
        "" if severity == "ok" else "End other work, or wait until `uptime` shows less.",
        "" if severity == "ok" else SHARED,
    )


def other_processes(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at processes that compute, and at computing that no visible process explains."""
    busy = state.busy_processes
    if busy is None:
        return
    if busy:
        named = ", ".join(f"{process.name} ({process.cpu_percent:.0f} %)" for process in busy)
        most = busy[0].cpu_percent
        yield DoctorFinding(
            graded(most, warn=0.0, bad=50.0),
            "other processes",
            f"Other processes use the processor: {named} of one core.",
            "End them while measuring.",
            SHARED,
        )
    cores = identity.logical_cores
    explained = sum(process.cpu_percent for process in busy) / cores if cores else 0.0
    if state.cpu_percent is not None and state.cpu_percent - explained >= UNSEEN_PERCENT:
        yield DoctorFinding(
            "warn",
            "other processes",
            f"{state.cpu_percent:.0f} % of the processors are in use, which the processes "
            "visible here do not explain.",
            "Look for other containers on this host, or for many short processes.",
            SHARED,
        )
    elif not busy:
        yield DoctorFinding("ok", "other processes", "No other process uses the processor.")


def stolen_time(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at what the hypervisor gives to others."""
    steal = state.steal_percent
    if steal is None or identity.hypervisor == "none":
        return
    severity = graded(steal, warn=1.0, bad=5.0)
    yield DoctorFinding(
        severity,
        "stolen time",
        f"The hypervisor gave {steal:.1f} % of this machine's time to others.",
        "" if severity == "ok" else "Measure at another hour, or on a machine of your own.",
        "" if severity == "ok" else f"Stolen time counts as time of the start. {SHARED}",
    )


def virtual_machine(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at whether others may share the hardware."""
    del state
    if identity.hypervisor is None:
        return
    if identity.hypervisor == "none":
        yield DoctorFinding("ok", "virtual machine", "This is not a virtual machine.")
        return
    kind = "" if identity.hypervisor == "unnamed" else f" ({identity.hypervisor})"
    yield DoctorFinding(
        "warn",
        "virtual machine",
        f"This is a virtual machine{kind}: neighbours that cannot be seen change its speed.",
        "Compare within one run (`coldwarm compare RUN --along ...`), not between runs.",
        "Times of two runs differ by more than their intervals say; speedups within a run hold.",
    )


def governor(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at how the clock is chosen."""
    del identity
    if not state.governors:
        return
    driver = f" (driver {state.frequency_driver})" if state.frequency_driver else ""
    names = ", ".join(state.governors)
    if state.governors == ("performance",):
        yield DoctorFinding("ok", "governor", f"The governor is performance{driver}.")
        return
    yield DoctorFinding(
        "warn",
        "governor",
        f"The governor is {names}{driver}: the clock rises only after a start has begun.",
        "sudo cpupower frequency-set -g performance",
        "Times are longer than at full clock, short starts the most: speedups may come out too "
        "small.",
    )


def boost(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at clocks above the base clock."""
    del identity
    if state.turbo is None:
        return
    if not state.turbo:
        yield DoctorFinding("ok", "boost", "Boost is off: the clock does not depend on heat.")
        return
    driver = "intel" if (state.frequency_driver or "").startswith("intel") else "other"
    yield DoctorFinding(
        "warn",
        "boost",
        "Boost is on: the clock depends on heat and on how many cores work.",
        f"Leave it on to see what users see; off for steadier numbers: {TURBO_OFF[driver]}",
        f"Times drift as the machine warms up. {HOLD}",
    )


def hyper_threads(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at cores that are shared by two hardware threads."""
    if state.smt is None:
        return
    if not state.smt:
        seen = "" if identity.hypervisor in (None, "none") else ", as far as can be seen here"
        yield DoctorFinding("ok", "hyper-threads", f"No two hardware threads share a core{seen}.")
        return
    counts = ""
    if identity.logical_cores and identity.physical_cores:
        counts = f" ({identity.logical_cores} threads on {identity.physical_cores} cores)"
    yield DoctorFinding(
        "warn",
        "hyper-threads",
        f"Two hardware threads share a core{counts}: where a thread lands changes its speed.",
        "Leave them on to see what users see; off for steadier numbers: "
        "echo off | sudo tee /sys/devices/system/cpu/smt/control",
        "Single starts are slow by chance: intervals are wider, medians hold.",
    )


def heat(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at temperature and at what it has done."""
    del identity
    if state.temperature_c is not None:
        severity = graded(state.temperature_c, warn=80.0, bad=95.0)
        yield DoctorFinding(
            severity,
            "temperature",
            f"The hottest sensor shows {state.temperature_c:.0f} °C.",
            "" if severity == "ok" else "Let the machine cool down before measuring.",
            "" if severity == "ok" else HOT,
        )
    if state.throttle_events:
        yield DoctorFinding(
            "warn",
            "temperature",
            f"Heat has slowed a core down {state.throttle_events} times since the machine started.",
            "Watch /sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count: if it "
            "grows during a run, cool better or measure in shorter runs.",
            HOT,
        )


def power_source(state: State, identity: Identity) -> Iterator[DoctorFinding]:
    """Look at where the power comes from."""
    del identity
    if state.power == "battery":
        yield DoctorFinding(
            "bad",
            "power source",
            "The machine runs on battery, which lowers its clock.",
            "Plug it in.",
            f"Times are longer than on mains power, and not comparable with runs on mains. {HOLD}",
        )
    elif state.power == "mains":
        yield DoctorFinding("ok", "power source", "The machine is plugged in.")


CHECKS = (
    load,
    other_processes,
    stolen_time,
    virtual_machine,
    governor,
    boost,
    hyper_threads,
    heat,
    power_source,
)
