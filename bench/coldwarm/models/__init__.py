"""Models: built-in ones, real ones, local files; their digests and placeholders for paths."""

from __future__ import annotations

from coldwarm.models.catalog import BUILTINS, PRECISIONS, known_models
from coldwarm.models.hashing import digests
from coldwarm.models.listing import ModelInfo, list_models, model_info
from coldwarm.models.lookup import resolve, size_of
from coldwarm.models.model_files import ModelFiles
from coldwarm.models.placeholders import fill_placeholders
from coldwarm.models.places import user_cache_dir
from coldwarm.models.providing import provide
from coldwarm.models.zoo import SUITES

__all__ = [
    "BUILTINS",
    "PRECISIONS",
    "SUITES",
    "ModelFiles",
    "ModelInfo",
    "digests",
    "fill_placeholders",
    "known_models",
    "list_models",
    "model_info",
    "provide",
    "resolve",
    "size_of",
    "user_cache_dir",
]
