"""The conditions of a stored run, of one that was made before they were stored too."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import yaml

from coldwarm.conditions.declared import NONE, Conditions, packages_besides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Json = Mapping[str, Any]

SWITCHED_ON = (True, "on", "true", "yes")


def conditions_of(header: Json, records: Iterable[Json]) -> Conditions:
    """Return what is known of the conditions of a run.

    Args:
        header: content of run.json; a foreign one may hold anything anywhere.
        records: stored samples of the run, which tell what was seen at each start.
    """
    stored = Conditions.from_json(header.get("conditions"))
    older = Conditions.from_json(_from_elsewhere(header))
    seen = _bytecode(records)
    known = {
        each.name: getattr(older if getattr(stored, each.name) is None else stored, each.name)
        for each in fields(Conditions)
    }
    return Conditions(**{**known, "bytecode": seen or None})


def _from_elsewhere(header: Json) -> dict[str, Any]:
    """Return what older headers say in other entries, and in the text of the experiment."""
    experiment, seen = _mapping(header.get("experiment")), _mapping(header.get("state"))
    sampling = _mapping(experiment.get("sampling"))
    limits: dict[str, Any] = {
        key: NONE if seen[key] is None else seen[key]
        for key in ("cpu_limit_cores", "memory_limit_bytes")
        if key in seen
    }
    return {
        "seed": sampling.get("seed"),
        "warm_starts": sampling.get("warm_starts"),
        "usable_cores": seen.get("usable_cores"),
        "turbo": seen.get("turbo"),
        "power": seen.get("power"),
        "governors": seen.get("governors") or None,
        **_from_runtimes(header.get("runtimes")),
        "coldwarm": header.get("coldwarm_version"),
        **limits,
        **_from_disks(seen.get("disks")),
        **_from_text(experiment.get("text"), _models(experiment)),
    }


def _models(experiment: Json) -> list[str]:
    cases = experiment.get("cases")
    return [str(_mapping(case).get("model")) for case in cases] if isinstance(cases, list) else []


def _from_runtimes(runtimes: object) -> dict[str, Any]:
    entries = runtimes if isinstance(runtimes, list) else []
    known = {str(each.get("value")): each for each in entries if isinstance(each, dict)}
    return {
        "openvino": {value: each.get("openvino_version") for value, each in known.items()},
        "python": {value: each.get("python_version") for value, each in known.items()},
        "packages": {
            value: packages_besides(_mapping(each.get("packages"))) for value, each in known.items()
        },
    }


def _from_disks(disks: object) -> dict[str, Any]:
    for disk in disks if isinstance(disks, list) else ():
        if isinstance(disk, dict) and disk.get("role") == "cache":
            return {"cache_file_system": disk.get("file_system")}
    return {}


def _from_text(text: object, models: Iterable[str]) -> dict[str, Any]:
    """Return what an experiment file said of its workers and inputs."""
    try:
        document = yaml.safe_load(text) if isinstance(text, str) else None
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    if not isinstance(document, dict):
        return {}
    worker = _mapping(document.get("worker"))
    env = _mapping(worker.get("env"))
    return {
        "worker_env": {str(name): str(value) for name, value in env.items()},
        "telemetry": worker.get("telemetry") in SWITCHED_ON,
        "inputs": {**{model: {} for model in models}, **dict(_inputs_in(document))},
    }


def _inputs_in(node: object) -> Iterator[tuple[str, Any]]:
    """Yield name and inputs of every model that is a mapping, wherever the file has it."""
    if isinstance(node, dict):
        name = node.get("name") or node.get("path")
        if "inputs" in node and isinstance(name, str):
            yield name, node["inputs"]
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _inputs_in(each)


def _bytecode(records: Iterable[Json]) -> dict[str, bool]:
    """Return for each runtime whether all of its starts found bytecode that was compiled."""
    found: dict[str, bool] = {}
    for record in records:
        compiled = record.get("bytecode")
        if compiled is not None:
            value = str(_mapping(record.get("case")).get("runtime"))
            found[value] = found.get(value, True) and compiled
    return found


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
