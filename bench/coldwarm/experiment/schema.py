"""What an experiment file may hold, as a pydantic model, and the JSON Schema made from it."""

# ruff: noqa: TC001 (pydantic reads the annotations when the module is imported)

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from coldwarm.experiment.axes import LLM
from coldwarm.experiment.case_entries import ExpectedFinding, IncludedCase, Matrix, Rule
from coldwarm.experiment.fields import AxisName, Environment, RunName, Switch, choice
from coldwarm.experiment.references import Directory
from coldwarm.experiment.sampling_entry import SamplingEntry
from coldwarm.experiment.strict import Strict
from coldwarm.experiment.study_entry import StudyEntry

KINDS = ("model", LLM)


Kind = Annotated[str, choice("kind", KINDS)]


class Compare(Strict):
    """What is compared inside one run."""

    along: AxisName = Field(
        description="The axis whose values share blocks, to be compared in pairs."
    )


class Worker(Strict):
    """How a start is made unlike a quiet one, on purpose."""

    telemetry: Switch = Field(default=False, description="Leave OpenVINO's telemetry on.")
    env: Environment = Field(
        default={}, description="Environment variables that are added to each start's."
    )


class ExperimentFile(Strict):
    """An experiment of coldwarm: what is measured, how often and how."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["matrix"]}, {"required": ["include"]}]}
    )

    name: RunName = Field(description="A short name, used for directories.")
    kind: Kind = Field(
        default=KINDS[0],
        description=(
            "What is started: model, one inference of a compiled model; llm, an openvino-genai "
            "LLMPipeline and its first token. The latter has no axis api."
        ),
    )
    matrix: Matrix | None = Field(
        default=None, description="Axes and their values: every combination is a case."
    )
    include: tuple[IncludedCase, ...] = Field(
        default=(), description="More cases, each complete. They are not subject to exclude."
    )
    exclude: tuple[Rule, ...] = Field(
        default=(), description="Cases of the matrix that are left out; a list means any of."
    )
    sampling: SamplingEntry = Field(
        default_factory=SamplingEntry, description="How often, how long, in what order."
    )
    cache_root: Directory | None = Field(
        default=None,
        description="Directory for the caches, relative to this file; by default the user's cache.",
    )
    compare: Compare | None = Field(default=None, description="What is compared inside the run.")
    expect: tuple[ExpectedFinding, ...] = Field(
        default=(), description="Known findings, which do not fail a gate."
    )
    worker: Worker = Field(default_factory=Worker, description="Departures from a quiet start.")
    study: StudyEntry | None = Field(
        default=None,
        description="A study instead of a measurement: what invalidates the cache, what breaks it.",
    )


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out titles that only repeat the keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002
        return False


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an experiment file, for editors."""
    schema = ExperimentFile.model_json_schema(mode="validation", schema_generator=_WithoutTitles)
    dialect = {"$schema": GenerateJsonSchema.schema_dialect, "title": "coldwarm experiment"}
    for definition in (schema, *schema["$defs"].values()):
        definition.pop("title")
        for name, described in definition["properties"].items():
            definition["properties"][name] = _without_null(described)
    return {**dialect, **schema}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an optional value: it may be left out, but not be empty."""
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    if schema.get("default") is not None:
        rest["default"] = schema["default"]
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        return {**options[0], **rest}
    return {**rest, "anyOf": options} if options else rest
