"""Which runs below a results directory belong together: those of one machine, else of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.analysis.host_match import identity_of
from coldwarm.errors import StoreError
from coldwarm.experiment.problems import unknown
from coldwarm.machine.sameness import other_hardware, same_machine, two_machines
from coldwarm.run import store
from coldwarm.text.escaping import one_line
from coldwarm.text.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from coldwarm.machine.identity import Identity

MOST_LABELS = 5
"""Names of one group that are told one by one: hosted runners have another one for each job."""


@dataclass
class HostGroup:
    """Runs that are shown together.

    Attributes:
        runs: directory of each run and the machine it was made on.
        also: how many other groups have the label that was asked for.
    """

    runs: list[tuple[Path, Identity]]
    also: int = 0

    @property
    def paths(self) -> list[Path]:
        """Return the directories of the runs."""
        return [path for path, _ in self.runs]

    @property
    def identities(self) -> list[Identity]:
        """Return every identity that the runs have, once."""
        return list(dict.fromkeys(identity for _, identity in self.runs))

    @property
    def labels(self) -> list[str]:
        """Return what the hosts of the runs are called."""
        return list(dict.fromkeys(one_line(each.label) for each in self.identities))

    @property
    def is_durable(self) -> bool:
        """Return whether a mark that outlives a boot holds the runs together."""
        return any(each.machine for each in self.identities)

    @property
    def is_machine(self) -> bool:
        """Return whether the runs are known to come from one machine."""
        first, *others = self.identities
        return self.is_durable or all(same_machine(first, each) for each in others)

    @property
    def notes(self) -> list[str]:
        """Return what a reader must know of the hosts, a sentence each."""
        names = _shortened(self.labels)
        found = []
        if not self.is_machine:
            kind = next(filter(None, (each.kind for each in self.identities)), "unknown hardware")
            found.append(
                f"runs of one kind of machine, not known to be one machine: {kind}. Compare "
                f"speedups, not times. Hosts: {names}"
            )
        elif len(self.labels) > 1:
            found.append(f"one machine under {len(self.labels)} names: {names}")
        if self.also:
            found.append(f"{self.also} more of this name not shown: other machines")
        return found

    def takes(self, identity: Identity) -> bool:
        """Return whether a run belongs here: one is of the same machine, none of another one."""
        known = self.identities
        return any(same_machine(each, identity) for each in known) and not any(
            two_machines(each, identity) for each in known
        )


def runs_below(results: Path) -> list[Path]:
    """Return the directories of the runs in a results directory, or in one host's.

    Raises:
        StoreError: when there are none.
    """
    places = [results, *_directories(results)]
    found = [
        run for place in places for run in _directories(place) if (run / store.RUN_FILE).is_file()
    ]
    if not found:
        msg = f"{results} holds no runs: name the directory that `coldwarm run` wrote to"
        raise StoreError(msg)
    return sorted(found)


def group_hosts(paths: Iterable[Path]) -> list[HostGroup]:
    """Put runs together by machine, else by kind of machine; the group with most runs first.

    Args:
        paths: directories of runs. One whose header cannot be read is of an unknown host.
    """
    runs = [(path, _identity(path)) for path in paths]
    machines: list[HostGroup] = []
    for run in sorted(runs, key=lambda run: run[1].machine is None):
        group = next((each for each in machines if each.takes(run[1])), None)
        if group is None:
            machines.append(HostGroup([run]))
        else:
            group.runs.append(run)
    kinds: list[HostGroup] = []
    for group in machines:
        like = None if group.is_durable else _of_kind(kinds, group.identities[0])
        if like is None:
            kinds.append(group)
        else:
            like.runs += group.runs
    return sorted(kinds, key=lambda group: -len(group.runs))


def choose_group(groups: Sequence[HostGroup], wanted: str | None, here: Identity) -> HostGroup:
    """Return the runs of the wanted host, else of the only one, else of this machine or its kind.

    Args:
        groups: as `group_hosts` returns them.
        wanted: label of a host, or the name of the directory of its runs.
        here: this machine.

    Raises:
        StoreError: when there is no such host, or it must be named.
    """
    if wanted is not None:
        return _named(groups, wanted)
    if len(groups) == 1:
        return groups[0]
    mine = next((each for each in groups if each.takes(here)), None) or _of_kind(groups, here)
    if mine is not None:
        return mine
    labels = dict.fromkeys(label for group in groups for label in group.labels)
    msg = f"runs of several hosts: choose one with --host: {_shortened(list(labels))}"
    raise StoreError(msg)


def _named(groups: Sequence[HostGroup], wanted: str) -> HostGroup:
    """Return a whole machine's runs under all of its names; of a kind those of this name only."""

    def is_called(identity: Identity) -> bool:
        return wanted in (identity.label, identity.folder)

    found = [group for group in groups if any(map(is_called, group.identities))]
    if not found:
        raise StoreError(
            unknown("host", wanted, [each for group in groups for each in group.labels])
        )
    group, *others = found
    runs = group.runs if group.is_machine else [run for run in group.runs if is_called(run[1])]
    return HostGroup(runs, also=sum(len(each.runs) for each in others))


def _of_kind(groups: Iterable[HostGroup], identity: Identity) -> HostGroup | None:
    candidates = (group for group in groups if not group.is_durable)
    alike = (group for group in candidates if not other_hardware(group.identities[0], identity))
    return next(alike, None)


def _identity(path: Path) -> Identity:
    try:
        return identity_of(store.read_header(path))
    except StoreError:
        return identity_of({})


def _shortened(labels: list[str]) -> str:
    more = len(labels) - MOST_LABELS
    return listed([*labels[:MOST_LABELS], *([f"{more} more"] if more > 0 else [])])


def _directories(path: Path) -> list[Path]:
    try:
        return [each for each in path.iterdir() if each.is_dir()]
    except OSError:
        return []
