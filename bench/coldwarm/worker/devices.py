"""Say which devices OpenVINO has here, as one JSON object on standard output.

Run by path in a process of its own, with the Python of the runtime in question (3.10 or newer).
Standard library and openvino only.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys

PLUGINS = ("CPU", "GPU", "NPU")
VIRTUAL = ("AUTO", "HETERO", "MULTI", "BATCH")
LIBRARIES = ("openvino", "tbb")
"""What the names of its libraries hold, all of which are where the loaded ones are."""

DIGEST_BYTES = 8
PIECE_BYTES = 1 << 20


def main() -> int:
    """Answer on a private copy of standard output; whatever the runtime prints goes to stderr."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(answer_to, "w", encoding="utf-8") as stream:
        answer = {}
        try:
            answer["version"] = import_openvino()
            # A plugin may end this process: what is known goes first.
            print(json.dumps(answer), file=stream, flush=True)
            answer.update(ask_openvino())
        except Exception as err:
            answer["error"] = f"{type(err).__name__}: {err}"
        json.dump(answer, stream)
    return 0


def import_openvino():
    """Return the version of OpenVINO."""
    # Its telemetry would start a thread and reach for the network.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino.get_version()


def ask_openvino():
    """Return devices, virtual devices, and the plugins that have no device."""
    import openvino

    core = openvino.Core()
    names = [str(name) for name in core.available_devices]
    present = {name.partition(".")[0] for name in names}
    return {
        "devices": [describe(core, name) for name in names],
        "virtual": [describe(core, name) for name in VIRTUAL],
        "absent": {plugin: why_absent(core, plugin) for plugin in PLUGINS if plugin not in present},
        "libraries_digest": libraries_digest(),
    }


def describe(core, name):
    """Return a device's properties; those that cannot be read are in `errors` instead."""
    errors = {}

    def read(key):
        try:
            return core.get_property(name, key)
        except Exception as err:
            errors[key] = str(err)
            return None

    plugin = name.partition(".")[0]
    full_name = read("FULL_DEVICE_NAME")
    capabilities = read("OPTIMIZATION_CAPABILITIES")
    driver = read(f"{plugin}_DRIVER_VERSION") if plugin in ("GPU", "NPU") else None
    return {
        "name": name,
        "full_name": None if full_name is None else str(full_name),
        "driver_version": None if driver is None else str(driver),
        "capabilities": None if capabilities is None else [str(item) for item in capabilities],
        "errors": errors,
    }


def why_absent(core, plugin):
    """Return what a plugin without a device says when it is asked for its devices."""
    try:
        core.get_property(plugin, "AVAILABLE_DEVICES")
    except Exception as err:
        return str(err)
    return ""


def libraries_digest():
    """Return a digest of OpenVINO's libraries, which tells builds of one version apart.

    None where the system does not say what a process has loaded, or they cannot be read.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
            loaded = {line.rstrip("\n")[line.find("/") :] for line in maps if "/" in line}
        folders = {os.path.dirname(file) for file in loaded if is_library(file)}
        files = [entry.path for folder in folders for entry in os.scandir(folder)]
        for file in sorted(filter(is_library, files), key=os.path.basename):
            digest.update(os.fsencode(os.path.basename(file)))
            with open(file, "rb") as stream:
                while piece := stream.read(PIECE_BYTES):
                    digest.update(piece)
    except OSError:
        return None
    return digest.hexdigest() if folders else None


def is_library(file):
    """Return whether a file is a library of OpenVINO's, its Python module included."""
    name = os.path.basename(file)
    return ".so" in name and any(part in name for part in LIBRARIES)


if __name__ == "__main__":
    sys.exit(main())
