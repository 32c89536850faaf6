"""Bringing an engine that another pod has built."""

from model_store.engine.machine import Machine
from model_store.engine.network import Network
from model_store.engine.process import Watch
from model_store.engine.shelf import Place
from model_store.engine.store import Store
from model_store.failure import ExitCode, Failure

_LOAD_LIMIT_S = 300
"""An engine loads in seconds; on a slow volume it is read at 128 MiB/s first."""


def fetch(network: Network, place: Place, machine: Machine, *, store: str, lock: int) -> bool:
    """Fetch the network's engine, load it and keep it; False if the store has none.

    Raises `Failure`, and then nothing is left of it.
    """
    shared = Store.at(store)
    sidecar = shared.find(place.key)
    if sidecar is None:
        return False
    place.prepare(sidecar.file.size)
    watch = Watch(doing=f"loading {network.model}", log=place.log, limit_s=_LOAD_LIMIT_S)
    try:
        shared.fetch(sidecar, place.unfinished, lock=lock)
        fault = machine.trtexec.load(place.unfinished, watch)
        if fault is None:
            place.keep(sidecar)
    except BaseException:
        place.discard()
        raise
    if fault:
        place.discard()
        sentence = f"{shared.url(sidecar)} does not load on this {machine.gpu.name}, so remove it"
        raise Failure(ExitCode.DAMAGED, f"{sentence} with its engine.json: {fault.reason}")
    return True
