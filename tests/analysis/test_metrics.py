from __future__ import annotations

from coldwarm.analysis import metrics


def test_labels_fit_their_column_and_differ() -> None:
    labels = [metric.label for metric in metrics.METRICS.values()]
    assert len(set(labels)) == len(labels)
    assert max(map(len, labels)) <= 18


def test_what_decides_unless_asked_otherwise_can_decide() -> None:
    assert set(metrics.DECIDING) < set(metrics.DECIDABLE) < set(metrics.METRICS)


def test_an_uncached_start_never_decides() -> None:
    assert metrics.UNCACHED_LOAD.name not in metrics.DECIDABLE


def test_only_one_time_per_case_decides_by_default() -> None:
    # The power that is promised holds for families of one test per case.
    assert len(metrics.DECIDING) == 1
