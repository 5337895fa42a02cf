"""Models: those of the catalog, local files; their digests and placeholders for paths."""

from __future__ import annotations

from coldwarm.models.cache_location import NoCacheDirError, user_cache_dir
from coldwarm.models.catalog import PRECISIONS, SUITES, all_models, known_models
from coldwarm.models.hashing import digests
from coldwarm.models.lookup import ModelInfo, list_models, model_info, resolve, size_of
from coldwarm.models.making import provide
from coldwarm.models.model_files import ModelFiles
from coldwarm.models.placeholders import fill_placeholders, foreign_files

__all__ = [
    "PRECISIONS",
    "SUITES",
    "ModelFiles",
    "ModelInfo",
    "NoCacheDirError",
    "all_models",
    "digests",
    "fill_placeholders",
    "foreign_files",
    "known_models",
    "list_models",
    "model_info",
    "provide",
    "resolve",
    "size_of",
    "user_cache_dir",
]
