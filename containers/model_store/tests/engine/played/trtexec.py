#!/usr/bin/env -S python3 -I -S
"""Plays trtexec 10.13, with its wrong exit codes; $PLAYED/trtexec tells how a build goes.

It adds a line with its arguments to $PLAYED/trtexec.calls.
"""

# Tests start it often, so it imports next to nothing.
import os
import sys
import time

_PLAYED = os.environ["PLAYED"]
_BEGIN = b"PLAYED ENGINE "
_END = b" END"
_OUT_OF_MEMORY = (
    "Error[1]: [defaultAllocator.cpp::allocate::31] Error Code 1: Cuda Runtime (out of memory)",
    "Error[10]: IBuilder::buildSerializedNetworkToStream: Error Code 10: Internal Error",
)


def main(arguments: list[str]) -> int:
    """Build or load as told; return the exit code."""
    told = dict(line.split("=", 1) for line in _read(f"{_PLAYED}/trtexec").decode().splitlines())
    _write(f"{_PLAYED}/trtexec.calls", "\t".join(arguments).encode() + b"\n", os.O_APPEND)
    banner = f"[TensorRT v{told['version']}] [b{told['build']}]"
    _say(f"&&&& RUNNING TensorRT.trtexec {banner} # trtexec {' '.join(arguments)}")
    options = dict(argument.lstrip("-").partition("=")[::2] for argument in arguments)
    if "help" in options:
        return 0
    code = _load(options, told) if "loadEngine" in options else _build(options, told)
    _say(f"&&&& {'FAILED' if code else 'PASSED'} TensorRT.trtexec {banner} # trtexec")
    return code


def _load(options: dict[str, str], told: dict[str, str]) -> int:
    content = _read(options["loadEngine"])
    if told["loads"] == "True" and content.startswith(_BEGIN) and content.endswith(_END):
        _log("I", "Engine deserialized in 0.01 sec.")
    else:
        _log("E", "Error[1]: IRuntime::deserializeCudaEngine: Error Code 1: Serialization")
        _log("E", "Engine deserialization failed")
    return 0


def _build(options: dict[str, str], told: dict[str, str]) -> int:
    engine = options["saveEngine"]
    whole = _BEGIN + _read(options["onnx"]) + os.urandom(int(told["size"])) + _END
    match told["build_ends"]:
        case "well":
            _write(engine, whole)
            _write(options["timingCacheFile"], b"timings")
        case "badly":
            _log("W", "[TRT] Skipping tactic 0x0 due to: Out of memory")
            _log("E", "Error[4]: ModelImporter.cpp:1122: UNSUPPORTED_NODE: no parser for Foo")
            _log("E", "Engine set up failed")
            return 1
        case "without memory" if _needs(options) > float(told["memory"]):
            for line in _OUT_OF_MEMORY:
                _log("E", line)
            _write(engine, b"")
        case "without memory":
            _write(engine, whole)
        case "short":
            _write(engine, whole[: len(whole) // 2])
        case "with nothing":
            _log("W", "nothing was written")
        case "never":
            _write(engine, whole[: len(whole) // 2])
            _hang()
        case "killed":
            _write(engine, whole[: len(whole) // 2])
            os.kill(os.getpid(), 9)
    return 0


def _needs(options: dict[str, str]) -> float:
    """Return the memory that a build takes: its batch, or half of one if the workspace is less."""
    batch = int(options["maxShapes"].partition("window:")[2].partition("x")[0])
    return batch / 2 if "workspace:" in options["memPoolSize"] else batch


def _hang() -> None:
    """Work for ever, in two processes."""
    child = os.fork()
    if child:
        _write(f"{_PLAYED}/hanging.new", f"{os.getpid()} {child}".encode())
        os.rename(f"{_PLAYED}/hanging.new", f"{_PLAYED}/hanging")  # noqa: PTH104 - as below
    while True:
        _log("I", "Timing Runner: {ForeignNode[noise...output]}")
        time.sleep(0.05)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - pathlib takes long to import
        return file.read()


def _write(path: str, content: bytes, how: int = os.O_TRUNC) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _log(severity: str, line: str) -> None:
    stream = sys.stderr if severity in "EW" else sys.stdout
    stream.write(f"[11/21/2026-16:00:00] [{severity}] {line}\n")
    stream.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
