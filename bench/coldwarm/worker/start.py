"""One application start: read a model, compile it, infer once, and tell how long each step took.

Run by path in a process of its own: a job as JSON on standard input, one line of JSON back on
what was standard output. From the second statement on, whatever else prints there reaches
standard error instead. Needs the standard library, numpy and openvino, nothing of coldwarm.
"""

from __future__ import annotations

import time

FIRST_LINE_NS = time.perf_counter_ns()

import os  # noqa: E402

RESULT = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

import json  # noqa: E402
import sys  # noqa: E402
from contextlib import contextmanager, suppress  # noqa: E402

import memory as memory_module  # noqa: E402

EXPORTED_BLOB = "exported.blob"
TEXT_LIMIT = 4000
NOT_READABLE = "not readable"

KEPT = []
"""What the compiled model reads from: it does not own the memory that it was imported from, and
crashes once that is gone."""


class Clock:
    """Times phases, and what the harness itself does between them.

    Args:
        spawned_ns: the parent's clock just before the process began.
        record: what is known of the start, filled by others as it goes on.
        partial_fd: a file of the parent's for reports of a start that is not over, or None.
    """

    def __init__(self, spawned_ns: int, record: dict, partial_fd: int | None = None) -> None:
        self.record = record
        self.partial_fd = partial_fd
        if partial_fd is not None:
            os.set_inheritable(partial_fd, False)  # noqa: FBT003 (by position only)
        self.memory = memory_module.open_memory()
        self.phases_ns = {"interpreter": FIRST_LINE_NS - spawned_ns}
        self.peak_rss_bytes = {}
        self.current = "interpreter"
        self.harness_ns = 0
        self._note_peak()

    @contextmanager
    def phase(self, name: str):
        """Time one phase; memory is read and reset outside it."""
        with self.harness(name):
            self.memory.reset()
        begin = time.perf_counter_ns()
        try:
            yield
        finally:
            self.phases_ns[name] = time.perf_counter_ns() - begin
        with self.harness():
            self._note_peak()

    @contextmanager
    def harness(self, step: str | None = None):
        """Time what belongs to no phase; `step`, where there is one, begins with it."""
        begin = time.perf_counter_ns()
        if step is not None:
            self.begin(step)
        try:
            yield
        finally:
            self.harness_ns += time.perf_counter_ns() - begin

    def begin(self, step: str) -> None:
        """Say what begins now: an error, a crash or a hang from here on is one of this step.

        Written where it outlives the process. A file that nobody waits for wakes no one up.
        """
        self.current = step
        if self.partial_fd is not None:
            partial = json.dumps({**self.report(), "step": step}) + "\n"
            with suppress(OSError):  # a limit on the size of files
                os.pwrite(self.partial_fd, partial.encode(), 0)

    def report(self) -> dict:
        """Return everything that is known of the start."""
        return {
            **self.record,
            "phases_ns": self.phases_ns,
            "peak_rss_bytes": self.peak_rss_bytes,
            "memory_method": self.memory.method,
        }

    def _note_peak(self) -> None:
        peak = self.memory.peak_bytes()
        if peak is not None:
            self.peak_rss_bytes[self.current] = peak


def load(job: dict, core, clock: Clock, config: dict):
    """Bring the model to a compiled one the way the job's API does it."""
    import openvino as ov

    if job["api"] == "import" and job["kind"] == "warm":
        import numpy as np

        path = os.path.join(job["cache_dir"], EXPORTED_BLOB)
        with clock.phase("import_model"):
            # Memory-mapped, so that weights are read as they are needed. Copy-on-write, because
            # a Tensor wants memory that it may write to.
            blob = np.memmap(path, np.uint8, mode="c")
            KEPT.append(blob)
            mapped = ov.Tensor(blob, shared_memory=True)
            try:
                return core.import_model(mapped, job["device"], config)
            except TypeError:
                # 2025.0 and older take no tensor: an application has to read the whole file.
                with open(path, "rb") as file:
                    return core.import_model(file.read(), job["device"], config)
    if job["api"] == "path":
        with clock.phase("compile_model"):
            return core.compile_model(job["model"], job["device"], config)
    with clock.phase("read_model"):
        model = core.read_model(job["model"])
    with clock.phase("compile_model"):
        compiled = core.compile_model(model, job["device"], config)
    if job["api"] == "import" and job["kind"] == "cold":
        path = os.path.join(job["cache_dir"], EXPORTED_BLOB)
        with clock.phase("export_model"), open(path, "wb") as file:
            exported = compiled.export_model()
            # 2025.0 and older return bytes, newer ones a BytesIO.
            file.write(exported if isinstance(exported, bytes) else exported.getbuffer())
    return compiled


def set_cache_dir(job: dict, core, config: dict) -> None:
    """Give the cache directory to the core, to the device, or to the call that compiles."""
    if job["cache_dir_on"] == "call":
        config["CACHE_DIR"] = job["cache_dir"]
    elif job["cache_dir_on"] == "device":
        core.set_property(job["device"], {"CACHE_DIR": job["cache_dir"]})
    else:
        core.set_property({"CACHE_DIR": job["cache_dir"]})


def properties_of(job: dict, clock: Clock, record: dict) -> dict:
    """Return what compile_model is given, with encryption callbacks and cache mode."""
    config = dict(job["config"])
    if job["encryption"] != "none":
        with clock.phase("setup"):
            import encryption

            callbacks = encryption.Callbacks(job["encryption"], job["key"], job["codec_path"])
        record["encryption"] = callbacks.record
        config["CACHE_ENCRYPTION_CALLBACKS"] = callbacks.pair
    if job["cache_mode"] is not None:
        config["CACHE_MODE"] = job["cache_mode"]
    return config


def start(job: dict, clock: Clock, record: dict) -> None:
    """Go through one start, filling `record` as far as it gets."""
    if not job["telemetry"]:
        # openvino sends its telemetry from `import`; without this module it has none.
        sys.modules["openvino_telemetry"] = None
    generates = job["api"] == "llm"
    if generates:
        import llm_start
    with clock.phase("import"):
        import openvino as ov

        if generates:
            llm_start.import_genai()
    with clock.harness():
        record["openvino_version"] = ov.get_version()
        record["bytecode"] = os.path.exists(ov.__spec__.cached or "")

    config = properties_of(job, clock, record)
    if generates:
        start_llm(llm_start, job, clock, record, config)
        return

    with clock.phase("create_core"):
        core = ov.Core()
        if job["cache_dir"] is not None and job["api"] != "import":
            set_cache_dir(job, core, config)
    compiled = load(job, core, clock, config)
    with clock.harness():
        note_held(record, clock, "load")
    if job["after_load"]:
        with clock.harness("after_load"):
            import after_load

            after_load.overwrite(**job["after_load"])
    with clock.phase("create_infer_request"):
        request = compiled.create_infer_request()
    with clock.harness("inputs"):
        import asking
        import tensors

        inputs = tensors.make_inputs(compiled, job["seed"], job["inputs"])
        record["zero_inputs"] = tensors.integers_of_zero(compiled, job["inputs"])
        asking.set_inputs(request, inputs)
    with clock.phase("first_inference"):
        request.infer()
    note_first_result(job, clock, record)
    record["inputs_digest"] = tensors.digest_inputs(inputs)
    answers = asking.answers_of(request, inputs)
    record["outputs"] = [answer.record() for answer in answers]
    note_properties(job, record, core, compiled)
    if job["outputs_file"]:
        asking.save_answers(job["outputs_file"], answers)
    if job["larger"]:
        note_larger(job, clock, record, compiled, request, answers)


def note_larger(job: dict, clock: Clock, record: dict, compiled, request, answers: list) -> None:
    """Ask the model at a larger shape, after everything is counted, and record what it says."""
    import asking

    clock.begin("larger_shape")
    try:
        more = asking.ask_larger(job, compiled, request, answers[0].shapes)
    except (RuntimeError, ValueError) as err:
        record["larger_refused"] = one_text(err)
        return
    record["outputs"] += [answer.record() for answer in more]
    if job["outputs_file"]:
        asking.save_answers(job["outputs_file"], [*answers, *more])


def start_llm(llm_start, job: dict, clock: Clock, record: dict, config: dict) -> None:
    """Go through the start of a pipeline that generates text, filling `record`."""
    prompt, answers, loaded = llm_start.start(
        job,
        clock,
        config,
        lambda moment: note_held(record, clock, moment),
        lambda: note_first_result(job, clock, record),
    )
    import asking
    import tensors

    record["inputs_digest"] = tensors.digest_inputs([prompt])
    answers = [asking.Answer(["token_ids"], [each], [prompt.shape]) for each in answers]
    record["outputs"] = [answer.record() for answer in answers]
    record["loaded_from_cache"] = loaded
    record["proof"] = {"loaded": loaded, "by": "mapped"}
    if job["outputs_file"]:
        asking.save_answers(job["outputs_file"], answers)


def note_first_result(job: dict, clock: Clock, record: dict) -> None:
    """Record what is counted until the first result.

    From here on nothing is timed: what is asked and hashed now belongs to no phase.
    """
    record["first_inference_total_ns"] = time.perf_counter_ns() - job["spawned_ns"]
    record["cpu_ns"] = time.process_time_ns()
    record["disk_read_bytes"] = memory_module.disk_read_bytes()
    record["page_faults"] = memory_module.page_faults()
    record["harness_ns"] = clock.harness_ns
    clock.begin("outputs")
    note_held(record, clock, "first_inference", exact=True)


def note_held(record: dict, clock: Clock, moment: str, *, exact: bool = False) -> None:
    """Record what the process holds in memory at this moment."""
    anon, file_backed = clock.memory.held_bytes(exact=exact)
    if anon is not None:
        record["rss_anon_bytes"][moment] = anon
        record["rss_file_bytes"][moment] = file_backed


def one_text(err: BaseException) -> str:
    """Return what an error says, as it can be reported: a file name in it may be no UTF-8."""
    return str(err)[:TEXT_LIMIT].encode(errors="replace").decode()


def note_properties(job: dict, record: dict, core, compiled) -> None:
    """Record what the compiled model and its device say of themselves."""
    device = job["device"]
    record["loaded_from_cache"] = ask(lambda: bool(compiled.get_property("LOADED_FROM_CACHE")))
    record["proof"] = (
        {"loaded": job["kind"] == "warm", "by": "file"}  # it returned from import_model
        if job["api"] == "import"
        else {"loaded": record["loaded_from_cache"], "by": "flag"}
    )
    record["execution_devices"] = ask(
        lambda: [str(name) for name in compiled.get_property("EXECUTION_DEVICES")]
    )
    record["runtime_requirements"] = ask(lambda: str(compiled.get_property("RUNTIME_REQUIREMENTS")))
    record["compatibility_check"] = (
        ask(lambda: compatibility(core, device, record["runtime_requirements"])) or NOT_READABLE
    )
    record["export_import"] = ask(
        lambda: "EXPORT_IMPORT" in core.get_property(device, "OPTIMIZATION_CAPABILITIES")
    )


def compatibility(core, device: str, requirements: str | None) -> str:
    """Return whether the device says that it meets the requirements of what it compiled."""
    given = {"RUNTIME_REQUIREMENTS": requirements or ""}
    answer = core.get_property(device, "COMPATIBILITY_CHECK", given)
    return str(getattr(answer, "name", answer))


def ask(question):
    """Return the answer to a property query, or None where the device does not know it."""
    try:
        return question()
    except (RuntimeError, TypeError):  # unknown, or of a type that Python cannot have
        return None


def main() -> None:
    """Read the job, start, and report; an exception of the start is part of the report."""
    job = json.load(sys.stdin)
    record = {"rss_anon_bytes": {}, "rss_file_bytes": {}, "telemetry": job["telemetry"]}
    clock = Clock(job["spawned_ns"], record, job["partial_fd"])
    # Everything since the first line was the harness's own: its imports, the job, the clock.
    clock.harness_ns += time.perf_counter_ns() - FIRST_LINE_NS
    try:
        start(job, clock, record)
    except BaseException as err:  # a codec may even call sys.exit
        import traceback

        traceback.print_exc()
        unavailable = type(err).__name__ == "UnavailableError"
        record["error"] = {
            "phase": clock.current,
            "type": type(err).__name__,
            "message": one_text(err),
            "unavailable": unavailable,
        }
    json.dump(clock.report(), RESULT)
    RESULT.write("\n")
    RESULT.close()


if __name__ == "__main__":
    main()
