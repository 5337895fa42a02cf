"""Models: built-in ones and local files, their digests, and placeholders for their paths."""

from __future__ import annotations

from coldwarm.models.catalog import BUILTINS, PRECISIONS, known_models
from coldwarm.models.hashing import digests
from coldwarm.models.listing import ModelInfo, list_models
from coldwarm.models.lookup import resolve
from coldwarm.models.model_files import ModelFiles
from coldwarm.models.placeholders import fill_placeholders
from coldwarm.models.places import user_cache_dir

__all__ = [
    "BUILTINS",
    "PRECISIONS",
    "ModelFiles",
    "ModelInfo",
    "digests",
    "fill_placeholders",
    "known_models",
    "list_models",
    "resolve",
    "user_cache_dir",
]
