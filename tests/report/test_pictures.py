"""Pictures in the page: what was drawn, and never too heavy."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from coldwarm.report.pictures import Picture, draw_all, embedded

if TYPE_CHECKING:
    from coldwarm.report.evidence import Evidence


OF_EACH = ["phases", "memory", "blobs", "breakeven"]
"""The other charts of one model on one device, where neither codecs nor storage vary."""


@pytest.fixture(scope="module")
def pictures(evidence: Evidence, tmp_path_factory: pytest.TempPathFactory) -> list[Picture]:
    return draw_all([evidence], tmp_path_factory.mktemp("charts"))


def opened(uri: str) -> Image.Image:
    kind, _, data = uri.partition(";base64,")
    assert kind == "data:image/webp"
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")


def test_every_picture_has_files_of_its_own(pictures: list[Picture]) -> None:
    files = [path for picture in pictures for path in picture.files]

    assert len(files) == len(set(files))
    assert all(path.stat().st_size > 0 for path in files)


def test_both_doc_charts_of_each_model_are_drawn(pictures: list[Picture]) -> None:
    groups = {picture.group for picture in pictures if picture.title.startswith("Caching")}

    assert {group[1] for group in groups if group} == {"resnet50", "mobilenet-v2"}
    assert sum(picture.title.startswith("Caching") for picture in pictures) == 4


def test_the_other_charts_are_of_the_run_or_of_one_model_on_one_device(
    pictures: list[Picture],
) -> None:
    names = [(picture.group is None, picture.files[0].stem) for picture in pictures]

    of_run = [name for whole, name in names if whole]
    assert of_run == ["heatmap", "dumbbell", "drift"]
    for model in ("resnet50", "mobilenet-v2"):
        own = [name for whole, name in names if not whole and name.startswith(model)]
        charts = [name.rpartition("__")[2] for name in own]
        assert charts == ["caching_enabled", "caching_times", *OF_EACH]


def test_a_picture_keeps_its_colours_within_a_step(pictures: list[Picture]) -> None:
    uri = embedded(pictures[:1])[0]

    with Image.open(pictures[0].files[0]) as file:
        drawn = file.convert("RGB")
    shown = opened(uri)
    assert shown.size == drawn.size
    assert shown.getpixel((1, 1)) == (255, 255, 255)
    pairs = zip(shown.tobytes(), drawn.tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) <= 4


def test_too_heavy_pictures_lose_density_all_together(pictures: list[Picture]) -> None:
    sharp, light = embedded(pictures[:3]), embedded(pictures[:3], limit=1)

    for picture, dense, single in zip(pictures, sharp, light, strict=False):
        assert opened(dense).width == 2 * picture.width
        assert opened(single).width == picture.width
