"""Builds an engine here, or fetches one that another pod has built."""

from model_store.engine.local_cache import CachedEngine
from model_store.engine.machine import Machine
from model_store.engine.network import ModelNetwork
from model_store.engine.process import Watch
from model_store.engine.recipe import Arguments
from model_store.engine.shared_store import EngineStore
from model_store.engine.sidecar import Sidecar
from model_store.engine.trtexec import Fault
from model_store.failure import ExitCode, Failure
from model_store.progress import say

_ERRORS_SAID = 10


_LOAD_LIMIT_S = 300
"""An engine loads in seconds; on a slow volume it is read at 128 MiB/s first."""


def build(network: ModelNetwork, cached: CachedEngine, machine: Machine, *, limit_s: float) -> None:
    """Build the network's engine and keep it; raise `Failure`, and then nothing is left of it.

    The limit holds for all attempts together. What was measured on the GPU stays for the next.
    """
    say(f"[entrypoint] Building TRT from ONNX: {network.model}")
    # In full precision, an engine is about as large as what it is built from.
    cached.prepare(network.size)
    cached.log.unlink(missing_ok=True)
    watch = Watch(doing=f"building {network.model}", log=cached.log, limit_s=limit_s)
    try:
        arguments = _attempt(network, cached, machine, watch)
        key = machine.key(network)
        cached.keep(Sidecar.of(cached.unfinished, key, built_with=arguments))
    except BaseException:
        cached.discard()
        raise
    say(f"{network.model}: built in {watch.elapsed_s:.0f} s")


def _attempt(
    network: ModelNetwork, cached: CachedEngine, machine: Machine, watch: Watch
) -> Arguments:
    """Build into the unfinished engine; return the arguments that it succeeded with."""
    for arguments in network.recipe.attempts(machine.gpu.memory_mib):
        fault = machine.trtexec.build(
            network.onnx,
            cached.unfinished,
            arguments=arguments,
            timings=cached.timings,
            watch=watch,
        )
        if fault is None:
            return arguments
        cached.discard()
        _show(fault)
        if not fault.out_of_memory:
            raise _failure(network, watch, fault.reason)
        say(f"{network.model}: the GPU's memory did not suffice for {' '.join(arguments)}")
    gpu = machine.gpu
    needs = f"it needs more than the {gpu.memory_mib} MiB of this {gpu.name}, so take {gpu.larger}"
    raise _failure(network, watch, needs)


def _show(fault: Fault) -> None:
    """Repeat the errors in the log of the pod."""
    for line in fault.errors[-_ERRORS_SAID:]:
        say(f"[TRT] {line}")


def _failure(network: ModelNetwork, watch: Watch, reason: str) -> Failure:
    sentence = f"the engine of {network.model} could not be built: {reason}"
    return Failure(ExitCode.NO_ENGINE, f"{sentence}; trtexec's log is {watch.log}")


def fetch(
    network: ModelNetwork, cached: CachedEngine, machine: Machine, *, store: str, lock: int
) -> bool:
    """Fetch the network's engine, load it and keep it; False if the store has none.

    Raises `Failure`, and then nothing is left of it.
    """
    shared = EngineStore.at(store)
    sidecar = shared.find(cached.key)
    if sidecar is None:
        return False
    cached.prepare(sidecar.file.size)
    watch = Watch(doing=f"loading {network.model}", log=cached.log, limit_s=_LOAD_LIMIT_S)
    try:
        shared.fetch(sidecar, cached.unfinished, lock=lock)
        fault = machine.trtexec.load(cached.unfinished, watch)
        if fault is None:
            cached.keep(sidecar)
    except BaseException:
        cached.discard()
        raise
    if fault:
        cached.discard()
        sentence = f"{shared.url(sidecar)} does not load on this {machine.gpu.name}, so remove it"
        raise Failure(ExitCode.DAMAGED, f"{sentence} with its engine.json: {fault.reason}")
    return True
