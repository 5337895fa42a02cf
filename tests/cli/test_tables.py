from __future__ import annotations

from pathlib import Path

from fake_samples import fake_frame, fake_run, not_as_wanted

from coldwarm.cli.tables import explanations, findings
from coldwarm.summary import summarise


def test_storage_that_was_not_reached_is_a_finding() -> None:
    samples = fake_run(apis=["path"], cache_modes=["default"], storages=["boot"], rounds=2)
    note = "8 of 310 MB of the runtime stayed in memory"
    (case,) = summarise(fake_frame(not_as_wanted(samples, note)))

    assert findings([case]) == [
        f"{case.name}: that the files were boot could not be proven in 4 starts ({note})"
    ]
    assert findings(summarise(fake_frame(samples))) == []


def test_answers_that_differ_can_be_explained() -> None:
    wrong = fake_run(apis=["path"], cache_modes=["default"], outcome=lambda _: "wrong", rounds=1)
    (case,) = summarise(fake_frame(wrong))
    assert explanations(Path("my runs/1"), [case]) == [
        f"how far the answers differ: coldwarm explain 'my runs/1' {case.case_id}"
    ]
    hit = fake_run(apis=["path"], cache_modes=["default"], rounds=1)
    assert explanations(Path("runs/1"), summarise(fake_frame(hit))) == []
