"""What the conditions of a run are: each declared once, with what it can change."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from coldwarm.conditions.shown import is_mapping, label_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NONE = "none"
"""A limit where there is none; None is not known."""

OPENVINO = ("openvino", "openvino-nightly")
"""Packages that are a condition of their own."""


def packages_besides(packages: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a start imports besides OpenVINO, with versions."""
    others = sorted(packages.items())
    return tuple(f"{name} {version}" for name, version in others if name not in OPENVINO)


def _condition(
    label: str,
    *,
    of: str | None = None,
    variables: bool = False,
    inputs: bool = False,
    bits: bool = False,
    times: bool = False,
) -> Any:  # noqa: ANN401 - what `field` returns
    """Declare a condition.

    Args:
        label: what it is called.
        of: the axis whose values have one each: the condition is a mapping of them.
        variables: whether it is a mapping of environment variables.
        inputs: whether it can change what goes into the first inference.
        bits: whether it can change the bits of a right answer, and with them the blob.
        times: whether it can change times, ratios of times and memory so much that a change of
            them says nothing of the cache.
    """
    metadata = {"label": label, "of": of, "variables": variables}
    effects = {"inputs": inputs, "bits": bits, "times": times}
    return field(default=None, metadata={**metadata, "effects": effects})


@dataclass(frozen=True)
class Conditions:
    """The conditions of a run; None is not known.

    What comparisons are made to judge (OpenVINO, packages, drivers, codecs) is no excuse for a
    change of times.
    """

    seed: int | None = _condition("seed", inputs=True)
    inputs: Mapping[str, Any] | None = _condition("given inputs", of="model", inputs=True)
    worker_env: Mapping[str, str] | None = _condition(
        "worker env", variables=True, bits=True, times=True
    )
    telemetry: bool | None = _condition("telemetry", times=True)
    warm_starts: int | None = _condition("warm starts per cold one")
    driver_env: Mapping[str, str] | None = _condition(
        "environment", variables=True, bits=True, times=True
    )
    usable_cores: int | None = _condition("usable hardware threads", bits=True, times=True)
    cpu_limit_cores: float | str | None = _condition(
        "processor limit in cores", bits=True, times=True
    )
    memory_limit_bytes: float | str | None = _condition("memory limit", times=True)
    instruction_sets: tuple[str, ...] | None = _condition("instruction sets", bits=True, times=True)
    governors: tuple[str, ...] | None = _condition("frequency governors", times=True)
    turbo: bool | None = _condition("processor boost", times=True)
    power: str | None = _condition("power", times=True)
    cache_directory: str | None = _condition("directory of the caches")
    cache_file_system: str | None = _condition("file system of the caches", times=True)
    openvino: Mapping[str, str] | None = _condition("OpenVINO", of="runtime", bits=True)
    libraries: Mapping[str, str] | None = _condition(
        "OpenVINO's libraries", of="runtime", bits=True
    )
    packages: Mapping[str, tuple[str, ...]] | None = _condition("packages", of="runtime")
    python: Mapping[str, str] | None = _condition("Python", of="runtime")
    bytecode: Mapping[str, bool] | None = _condition("compiled bytecode", of="runtime")
    drivers: Mapping[str, str] | None = _condition("driver", of="device", bits=True)
    codecs: Mapping[str, str] | None = _condition("code of the codec", of="encryption")
    coldwarm: str | None = _condition("coldwarm")

    def to_json(self) -> dict[str, Any]:
        """Return what is known as a JSON object."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: object) -> Conditions:
        """Rebuild conditions; unknown keys are ignored, and so is what has the wrong shape."""
        known = data if isinstance(data, dict) else {}
        return cls(
            **{
                each.name: _frozen(known[each.name])
                for each in fields(cls)
                if each.name in known and isinstance(known[each.name], dict) == is_mapping(each)
            }
        )

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield label and value of everything that is known and not empty."""
        for each in fields(self):
            value = getattr(self, each.name)
            if value in (None, {}, []):
                continue
            if not is_mapping(each):
                yield each.metadata["label"], shown(each, value)
            for key, entry in value.items() if is_mapping(each) else ():
                if entry not in ({}, []):
                    yield label_of(each, key), shown(each, entry, key)


def _frozen(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON with names in tuples, as they were before they were stored."""
    if isinstance(value, dict):
        return {key: _frozen(each) for key, each in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
