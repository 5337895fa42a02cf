"""What an experiment file may hold, as pydantic models, and the JSON Schema made from them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema

from coldwarm.experiment.case import AXES, CACHE_ONLY_AXES, Case
from coldwarm.experiment.fields import (
    Api,
    Axis,
    CacheMode,
    Count,
    Day,
    Device,
    Duration,
    Encryption,
    Environment,
    MatrixDevice,
    OneOrMany,
    Percentage,
    Properties,
    RunName,
    Seed,
    Storage,
    Switch,
    Text,
    Verdict,
)
from coldwarm.experiment.references import Directory, Model, Runtime, RuntimeOfRule  # noqa: TC001
from coldwarm.experiment.strict import Strict, refuse_at

FEWEST_SEQUENTIAL_ROUNDS = 12
ROUNDS_PER_STEP = 6
"""A rule that looks earlier or more often covers less than its 95 % (checked on real noise)."""

DEFAULT_SEQUENTIAL_ROUNDS = (12, 60)

AXIS_HELP = {
    "model": (
        "Built-in models (resnet50, resnet50:int8, name@format), paths of model files relative to "
        "this file (.xml with its .bin, .onnx, .tflite, .pb, .pdmodel, .json, SavedModel "
        "directories), or mappings {name, path, inputs}."
    ),
    "device": 'OpenVINO devices. Put names with a comma, such as "AUTO:GPU,CPU", in quotes.',
    "api": (
        "read_model: read_model, then compile_model. path: compile_model(path). import: "
        "export_model into a file, then import_model; has no cache directory, so cache_mode and "
        "encryption do not multiply its cases."
    ),
    "cache_mode": "Value of CACHE_MODE; default passes none.",
    "encryption": (
        "Encryption callbacks: none, identity (calls that change nothing), base64, aes-256-gcm, "
        "or two functions of yours as module:encrypt,decrypt (the module lies beside this file)."
    ),
    "runtime": (
        "Which OpenVINO: installed, a requirement such as openvino==2025.4.1, the path of an "
        "interpreter, virtual environment or wheel, or a mapping {python, env}."
    ),
    "properties": (
        "Properties for compile_model, a mapping or a list of them; {} is none. Without quotes, "
        "true and false are booleans and decimal numbers are numbers, everything else is text; "
        'in quotes it is text. "${model_bin}" and "${model_path}" stand for the model\'s files.'
    ),
    "storage": (
        "Before each start: hot (files are in the page cache), evicted (model and blob are not), "
        "boot (the runtime's own files are not either)."
    ),
}


def _axis(name: str, **options: Any) -> Any:  # noqa: ANN401 (as pydantic's own Field)
    return Field(description=AXIS_HELP[name], **options)


class Matrix(Strict):
    """Every combination of these values is a case."""

    key_noun = "axis"

    model_config = ConfigDict(json_schema_extra={"required": ["model"]})

    model: OneOrMany[Model] = _axis("model", default=())
    device: OneOrMany[MatrixDevice] = Field(
        default=(Case.device,),
        description=f"{AXIS_HELP['device']} all stands for every device of this host.",
    )
    api: OneOrMany[Api] = _axis("api", default=(Case.api,))
    cache_mode: OneOrMany[CacheMode] = _axis("cache_mode", default=(Case.cache_mode,))
    encryption: OneOrMany[Encryption] = _axis("encryption", default=(Case.encryption,))
    runtime: OneOrMany[Runtime] = _axis("runtime", default=(Case.runtime,))
    properties: OneOrMany[Properties] = _axis("properties", default=({},))
    storage: OneOrMany[Storage] = _axis("storage", default=(Case.storage,))

    def axes(self) -> dict[str, tuple[Any, ...]]:
        """Return every axis with its values, models by name."""
        return {**dict(self), "model": tuple(model.name for model in self.model)}


class IncludedCase(Strict):
    """One more case, complete; an axis that is left out has its default."""

    key_noun = "axis"

    model: Model = _axis("model")
    device: Device = _axis("device", default=Case.device)
    api: Api = _axis("api", default=Case.api)
    cache_mode: CacheMode = _axis("cache_mode", default=Case.cache_mode)
    encryption: Encryption = _axis("encryption", default=Case.encryption)
    runtime: Runtime = _axis("runtime", default=Case.runtime)
    properties: Properties = _axis("properties", default={})
    storage: Storage = _axis("storage", default=Case.storage)

    @model_validator(mode="after")
    def _has_no_cache_axes_with_import(self) -> IncludedCase:
        for axis in CACHE_ONLY_AXES:
            if self.api == "import" and getattr(self, axis) != getattr(Case, axis):
                message = f"the API import is measured without {axis}: leave {axis} out"
                raise refuse_at(message, axis)
        return self

    def case(self) -> Case:
        """Return the case."""
        return Case(**{**dict(self), "model": self.model.name})


class Rule(Strict):
    """Axes and their values. A case matches when it has, on each, the value or one of them."""

    key_noun = "axis"

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [a]} for a in AXES]})

    model: OneOrMany[Text] | None = Field(
        default=None, description="Models, by the name or path that the matrix gives them."
    )
    device: OneOrMany[Device] | None = _axis("device", default=None)
    api: OneOrMany[Api] | None = _axis("api", default=None)
    cache_mode: OneOrMany[CacheMode] | None = _axis("cache_mode", default=None)
    encryption: OneOrMany[Encryption] | None = _axis("encryption", default=None)
    runtime: OneOrMany[RuntimeOfRule] | None = _axis("runtime", default=None)
    properties: OneOrMany[Properties] | None = Field(
        default=None, description="Properties, complete: a case matches when it has exactly these."
    )
    storage: OneOrMany[Storage] | None = _axis("storage", default=None)

    @model_validator(mode="after")
    def _names_an_axis(self) -> Rule:
        if not self.pattern():
            msg = "name at least one axis, such as device: GPU"
            raise ValueError(msg)
        return self

    def pattern(self) -> dict[str, tuple[Any, ...]]:
        """Return axis to the values of which a matching case has one."""
        given = ((axis, getattr(self, axis)) for axis in Rule.model_fields)
        return {axis: values for axis, values in given if values is not None}


class ExpectedFinding(Rule):
    """A known finding: met, it does not fail a gate; no longer true, it is news."""

    verdict: Verdict = Field(description="The verdict of the matching cases' warm starts.")
    note: Text = Field(default="", description="Why, in your words.")
    until: Day | None = Field(
        default=None, description="A date such as 2026-12-31, after which it excuses nothing."
    )


class Rounds(Strict):
    """Bounds between which precision or time_budget decides."""

    min: Count = Field(description="Rounds that are always measured.")
    max: Count = Field(description="Rounds that are never exceeded.")

    @model_validator(mode="after")
    def _is_ordered(self) -> Rounds:
        if self.min > self.max:
            msg = f"max must be at least min, which is {self.min}"
            raise refuse_at(msg, "max")
        return self


def _rounds(value: Any) -> Any:  # noqa: ANN401
    return {"min": value, "max": value} if isinstance(value, str) else value


class SamplingEntry(Strict):
    """How often, how long, in what order."""

    warm_starts: Count = Field(default=1, description="Warm starts after each cold one.")
    precision: Percentage | None = Field(
        default=None,
        description=(
            "Stop a case when the half-width of its speedup's 95 % interval is this small: 5%."
        ),
    )
    time_budget: Duration | None = Field(
        default=None,
        description="Begin no further round after this time, once min rounds are measured: 10m.",
    )
    timeout: Duration | None = Field(
        default=None, description="Kill a start that takes longer: 2m."
    )
    rounds: (
        Annotated[Rounds, BeforeValidator(_rounds, json_schema_input_type=Count | Rounds)] | None
    ) = Field(
        default=None,
        description=(
            "An exact number of rounds, or {min, max} with precision or time_budget. With "
            f"precision at least {FEWEST_SEQUENTIAL_ROUNDS}, in steps of {ROUNDS_PER_STEP}."
        ),
    )
    seed: Seed = Field(default=1, description="What the order of starts and inputs derives from.")

    @field_validator("rounds")
    @classmethod
    def _fit_the_rest(cls, rounds: Rounds | None, info: ValidationInfo) -> Rounds | None:
        if rounds is None or not {"precision", "time_budget"} <= set(info.data):
            return rounds
        if info.data["precision"] is None:
            if rounds.min != rounds.max and info.data["time_budget"] is None:
                msg = (
                    "nothing says when to stop between min and max: add precision or "
                    "time_budget, or give one number of rounds"
                )
                raise ValueError(msg)
        elif rounds.min < FEWEST_SEQUENTIAL_ROUNDS:
            msg = (
                f"with precision, {FEWEST_SEQUENTIAL_ROUNDS} rounds are measured before the first "
                f"look: write rounds: {{min: {FEWEST_SEQUENTIAL_ROUNDS}, max: …}}"
            )
            raise refuse_at(msg, "min")
        elif beyond := (rounds.max - rounds.min) % ROUNDS_PER_STEP:
            lower = rounds.max - beyond
            msg = (
                f"with precision, rounds go on in steps of {ROUNDS_PER_STEP} after min: "
                f"max can be {lower} or {lower + ROUNDS_PER_STEP}"
            )
            raise refuse_at(msg, "max")
        return rounds


class Compare(Strict):
    """What is compared inside one run."""

    along: Axis = Field(description="The axis whose values share blocks, to be compared in pairs.")


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
