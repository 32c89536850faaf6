"""The job `share`: lets other pods have the engines that were built here."""

import argparse

from model_store.engine.local_cache import CachedEngine
from model_store.engine.network import networks
from model_store.engine.provide import add_locations
from model_store.engine.shared_store import EngineStore
from model_store.failure import ExitCode, Failure
from model_store.progress import ByteProgress, say
from model_store.volume import ModelVolume


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_locations(parser)


def run(args: argparse.Namespace) -> None:
    """Upload the engines that the store does not have.

    What stands in the way is only said: this pod has its engines, and can serve.
    """
    try:
        _share(ModelVolume(args.models), args.store)
    except Failure as failure:
        say(f"warning: other pods have to build their engines: {failure.sentence}")


def _share(volume: ModelVolume, url: str) -> None:
    store = EngineStore.at(url)
    for network in networks(volume):
        cached = CachedEngine(volume=volume, key=network.engine.resolve().parent.name)
        if store.find(cached.key):
            say(f"{network.model}: the shared store has an engine for it")
            continue
        # Not before: it reads the whole engine, which `engine` has just done.
        sidecar = cached.find()
        if sidecar is None:
            raise Failure(ExitCode.NO_ENGINE, f"there is no good engine at {network.engine}")
        progress = ByteProgress("uploaded", sidecar.file.size)
        if store.put(sidecar, cached.engine, sent=progress.add):
            say(f"{network.model}: shared as {store.url(sidecar)}, {progress.rate}")
        else:
            say(f"{network.model}: another pod was first to share this engine")
