"""What a worker may report: its one line of JSON, trusted in nothing before it was checked.

A start that does not reach its end leaves a partial report: the same, with the `step` it was in.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coldwarm.machine.processes import STDOUT_LIMIT_BYTES
from coldwarm.run.inference import Inference  # noqa: TC001 (pydantic reads the types)

RESULT_LIMIT_BYTES = STDOUT_LIMIT_BYTES
"""More than this on the result pipe is garbage, not a result."""

PLACE_CHARS = 80
"""A name that a worker made up is not printed at any length."""

Count = Annotated[int, Field(ge=0, lt=2**63)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Error(_Strict):
    phase: str
    type: str
    message: str
    unavailable: bool = False


class _Encryption(_Strict):
    encrypt_calls: Count
    decrypt_calls: Count
    bytes_in: Count
    bytes_out: Count
    encrypted_bytes: Count
    ns: Count
    error: str | None = None


class _Proof(_Strict):
    loaded: bool | None
    by: Literal["flag", "mapped", "file"]


class _Result(_Strict):
    phases_ns: dict[str, Count]
    harness_ns: Count = 0
    first_inference_total_ns: Count = 0
    loaded_from_cache: bool | None = None
    proof: _Proof | None = None
    export_import: bool | None = None
    execution_devices: list[str] | None = None
    runtime_requirements: str | None = None
    compatibility_check: str | None = None
    peak_rss_bytes: dict[str, Count] = {}
    rss_anon_bytes: dict[str, Count] = {}
    rss_file_bytes: dict[str, Count] = {}
    memory_method: str | None = None
    cpu_ns: Count | None = None
    page_faults: dict[str, Count] = {}
    disk_read_bytes: Count | None = None
    openvino_version: str | None = None
    bytecode: bool | None = None
    telemetry: bool = False
    inputs_digest: str | None = None
    outputs: list[Inference] = []
    larger_refused: str | None = None
    zero_inputs: list[str] = []
    encryption: _Encryption | None = None
    error: _Error | None = None
    step: str | None = None


def read_result(data: bytes) -> tuple[dict[str, Any], str | None]:
    """Return what a worker reported, and in words what is wrong with it.

    Only what was reported and has the right shape is in the result; it is empty when anything is
    wrong.
    """
    if not data:
        return {}, "reported no result"
    if len(data) > RESULT_LIMIT_BYTES:
        return {}, f"printed more than {RESULT_LIMIT_BYTES // 2**20} MB instead of a result"
    try:
        result = _Result.model_validate_json(data)
    except ValidationError as err:
        first = err.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))[:PLACE_CHARS]
        if first["type"] == "json_invalid" or not place:
            return {}, "printed garbage instead of a result"
        return {}, f"reported nonsense: {place}: {first['msg']}"
    return result.model_dump(exclude_unset=True), None
