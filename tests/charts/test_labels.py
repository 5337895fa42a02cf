from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.charts.labels import Flag, hang, spread

LEFT, RIGHT = 40.0, 1048.0

anchors = st.lists(
    st.tuples(st.floats(LEFT, RIGHT), st.floats(30, 430)), min_size=1, max_size=3
).map(sorted)


def covers(flag: Flag, x: float) -> bool:
    return flag.left < x < flag.right


@settings(deadline=None, derandomize=True)
@given(anchors)
def test_no_text_meets_another_text_or_leader_or_leaves_the_chart(
    labels: list[tuple[float, float]],
) -> None:
    flags = hang(labels, LEFT, RIGHT)
    for flag in flags:
        assert flag.left >= LEFT - 0.01
        assert flag.right <= RIGHT + 0.01
        for other in flags:
            if other is flag:
                continue
            same = flag.tier == other.tier
            assert not (same and flag.left < other.right and other.left < flag.right)
            # Leaders nearer than a text's margin cannot be kept apart by any arrangement.
            if abs(flag.anchor - other.anchor) > 10:
                assert not (other.tier >= flag.tier and covers(flag, other.anchor))


def test_a_lone_label_hangs_right_of_its_leader() -> None:
    (flag,) = hang([(100, 80)], LEFT, RIGHT)
    assert (flag.tier, flag.is_right_of_leader) == (0, True)


def test_a_label_at_the_right_edge_hangs_left_of_its_leader() -> None:
    (flag,) = hang([(1040, 80)], LEFT, RIGHT)
    assert (flag.tier, flag.is_right_of_leader) == (0, False)


def test_labels_with_room_share_a_line_and_others_do_not() -> None:
    assert [flag.tier for flag in hang([(100, 80), (500, 80)], LEFT, RIGHT)] == [0, 0]
    assert len({flag.tier for flag in hang([(60, 400), (90, 400)], LEFT, RIGHT)}) == 2


def test_nothing_to_hang() -> None:
    assert hang([], LEFT, RIGHT) == []


def test_labels_with_room_stay_where_they_belong() -> None:
    assert spread([100, 300], [50, 50], 0, 400) == [100, 300]


def test_labels_too_near_move_apart_evenly() -> None:
    assert spread([200, 210], [50, 50], 0, 400) == pytest.approx([180, 230])


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(10, 300)), min_size=1, max_size=3))
def test_spread_labels_keep_order_limits_and_distance(labels: list[tuple[float, float]]) -> None:
    labels.sort()
    widths = [width for _, width in labels]
    centres = spread([x for x, _ in labels], widths, 0, 1000)
    edges = [(c - w / 2, c + w / 2) for c, w in zip(centres, widths, strict=True)]
    assert edges[0][0] >= -0.1
    assert edges[-1][1] <= 1000.1
    assert all(a[1] <= b[0] + 0.1 for a, b in pairwise(edges))
