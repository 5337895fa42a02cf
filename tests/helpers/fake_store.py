"""Made-up runs on disk, as `coldwarm run` leaves them: for tests of everything that reads runs.

path = write_run(tmp_path / "run", fake_run(rounds=12))
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fake_samples import VERSION, fake_references

from coldwarm.run import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldwarm.run.sample import Sample

EXPERIMENT_TEXT = """\
# Is the model cache worth it on this machine?
name: fake
matrix:
  model: [resnet50]
sampling: {rounds: 12, seed: 1}
"""


def fake_header(run_id: str = "20261001T120000Z-fake", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a run.json such as `coldwarm.measure.run_experiment` writes, with changes."""
    header = {
        "run_id": run_id,
        "coldwarm_version": "0.1.0",
        "created_at": "2026-10-01T12:00:00+00:00",
        "command": "coldwarm run configs/fake.yaml",
        "experiment": {
            "name": "fake",
            "question": "Is the model cache worth it on this machine?",
            "source": "/home/user/configs/fake.yaml",
            "text": EXPERIMENT_TEXT,
            "overrides": {"only": [], "rounds": None, "seed": None},
            "cases": [],
            "sampling": {"min_rounds": 12, "max_rounds": 12, "seed": 1, "warm_starts": 1},
            "compare_along": None,
            "expect": [],
        },
        "plan": {"experiment": "e1", "models": "m1", "host": "h1", "openvino": VERSION},
        "models": {"resnet50": {"bytes": 102_000_000, "digests": {"resnet50.xml": "a1"}}},
        "identity": {
            "label": "fake-host",
            "machine": "0123456789abcdef0123456789abcdef",
            "boot": "1123456789abcdef0123456789abcdef",
            "cpu_model": "Fake CPU 3000 @ 2.10GHz",
            "physical_cores": 1,
            "logical_cores": 2,
            "memory_bytes": 25_000_000_000,
            "os": "Fake Linux 12",
            "kernel": "6.1.0",
            "architecture": "x86_64",
            "hypervisor": "kvm",
            "container": "none",
            "kind": "Fake CPU 3000 @ 2.10GHz, 2 threads, 24 GiB, x86_64, hypervisor kvm",
        },
        "state": {
            "load_average": [0.4, 0.3, 0.2],
            "usable_cores": 2,
            "governors": ["performance"],
            "turbo": True,
            "memory_available_bytes": 20_000_000_000,
            "disks": [],
            "busy_processes": [],
            "cpu_percent": 3.0,
            "steal_percent": 0.1,
        },
        "devices": {"version": VERSION, "devices": [], "absent": {}},
        "python_version": "3.11.7",
        "git_commit": "abcdef123456",
        "ended": {"how": "complete", "at": "2026-10-01T12:10:00+00:00"},
    }
    return {**header, **changes}


def write_run(path: Path, samples: Sequence[Sample], **changes: Any) -> Path:  # noqa: ANN401
    """Write a run with these samples and the references that go with them; return its path."""
    header = fake_header(**changes)
    if not header["experiment"]["cases"]:
        cases = {each.case_id: each.case for each in samples if each.case_id}
        header["experiment"] = {**header["experiment"], "cases": list(cases.values())}
    store.create_run(path, header)
    lines = (json.dumps(replace(each, run_id=header["run_id"]).to_json()) for each in samples)
    (path / store.SAMPLES_FILE).write_text("".join(f"{line}\n" for line in lines))
    references = (json.dumps(each) for each in fake_references(samples))
    (path / store.REFERENCES_FILE).write_text("".join(f"{line}\n" for line in references))
    return path
