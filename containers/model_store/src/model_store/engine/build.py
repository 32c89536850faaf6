"""Building an engine here: until it is good, the GPU proves too small, or the time is up."""

from model_store.engine.machine import Machine
from model_store.engine.network import Network
from model_store.engine.process import Watch
from model_store.engine.recipe import Arguments
from model_store.engine.shelf import Place
from model_store.engine.sidecar import Sidecar
from model_store.engine.trtexec import Fault
from model_store.failure import ExitCode, Failure
from model_store.progress import say

_ERRORS_SAID = 10


def build(network: Network, place: Place, machine: Machine, *, limit_s: float) -> None:
    """Build the network's engine and keep it; raise `Failure`, and then nothing is left of it.

    The limit holds for all attempts together. What was measured on the GPU stays for the next.
    """
    say(f"[entrypoint] Building TRT from ONNX: {network.model}")
    # In full precision, an engine is about as large as what it is built from.
    place.prepare(network.onnx_bytes)
    place.log.unlink(missing_ok=True)
    watch = Watch(doing=f"building {network.model}", log=place.log, limit_s=limit_s)
    try:
        arguments = _attempt(network, place, machine, watch)
        key = machine.key(network)
        place.keep(Sidecar.of(place.unfinished, key, built_with=arguments))
    except BaseException:
        place.discard()
        raise
    say(f"{network.model}: built in {watch.elapsed_s:.0f} s")


def _attempt(network: Network, place: Place, machine: Machine, watch: Watch) -> Arguments:
    """Build into the unfinished engine; return the arguments that it succeeded with."""
    for arguments in network.recipe.attempts(machine.gpu.memory_mib):
        fault = machine.trtexec.build(
            network.onnx, place.unfinished, arguments=arguments, timings=place.timings, watch=watch
        )
        if fault is None:
            return arguments
        place.discard()
        _show(fault)
        if not fault.out_of_memory:
            raise _failure(network, watch, fault.reason)
        say(f"{network.model}: the GPU's memory did not suffice for {' '.join(arguments)}")
    gpu = machine.gpu
    needs = f"it needs more than the {gpu.memory_mib} MiB of this {gpu.name}, so take {gpu.larger}"
    raise _failure(network, watch, needs)


def _show(fault: Fault) -> None:
    """Repeat the errors where people look for them, in the log of the pod."""
    for line in fault.errors[-_ERRORS_SAID:]:
        say(f"[TRT] {line}")


def _failure(network: Network, watch: Watch, reason: str) -> Failure:
    sentence = f"the engine of {network.model} could not be built: {reason}"
    return Failure(ExitCode.NO_ENGINE, f"{sentence}; trtexec's log is {watch.log}")
