"""The job `engine`: gives each model an engine for this GPU, so that the server can start."""

import argparse
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from model_store.engine.build import build, fetch
from model_store.engine.local_cache import CachedEngine
from model_store.engine.machine import Machine
from model_store.engine.network import ModelNetwork, networks
from model_store.failure import ExitCode, Failure
from model_store.progress import say
from model_store.volume import ModelVolume

_NEVER = "SKIP_TRT_BUILD"
_ALWAYS = "FORCE_TRT_REBUILD"
_OFF = ("", "0", "false")


BUILD_LIMIT_S = 20 * 60
"""As long as NVIDIA's NIM operator gives a server that builds its engines."""

_NO_STORE = {
    ExitCode.NOT_FOUND,
    ExitCode.NOT_PERMITTED,
    ExitCode.DAMAGED,
    ExitCode.REPLACED,
    ExitCode.UNAVAILABLE,
}
"""Failures of the shared store; a build does not need it."""


class BuildMode(Enum):
    """When an engine is built here.

    `ALWAYS` replaces the engine on this volume only. In the shared store the first engine of a key
    stays, since pods may be fetching it: to give all pods a new one, remove its directory there.
    """

    WHEN_NEEDED = "neither the volume nor the shared store has one"
    NEVER = _NEVER
    ALWAYS = _ALWAYS

    @classmethod
    def wanted(cls, environment: Mapping[str, str]) -> "BuildMode":
        """Read the switches; raise `Failure` if both are on."""
        on = [
            switch
            for switch in (cls.NEVER, cls.ALWAYS)
            if environment.get(switch.value, "").lower() not in _OFF
        ]
        match on:
            case []:
                return cls.WHEN_NEEDED
            case [switch]:
                return switch
        raise Failure(ExitCode.ARGUMENTS, f"{_NEVER} and {_ALWAYS} are both set: unset one of them")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_locations(parser)
    parser.add_argument(
        "--limit",
        type=int,
        default=BUILD_LIMIT_S,
        metavar="SECONDS",
        help="that the build of one engine may take (default: %(default)s)",
    )


def add_locations(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--models", type=Path, required=True, help="the directory of `pull`")
    parser.add_argument(
        "--store", metavar="s3://BUCKET/PREFIX/", required=True, help="the engines that pods share"
    )


def run(args: argparse.Namespace) -> None:
    """Link an engine for every model of the version in use; raise `Failure`."""
    began = time.monotonic()
    when = BuildMode.wanted(os.environ)
    volume = ModelVolume(args.models)
    with volume.locked() as lock:
        job = _Job(
            volume=volume,
            store=args.store,
            machine=Machine.here(),
            when=when,
            limit_s=args.limit,
            lock=lock,
        )
        done = [f"{network.model} {job.provide(network)}" for network in networks(volume)]
    say(f"engines ready in {time.monotonic() - began:.1f} s: {', '.join(done)}")


@dataclass(frozen=True, kw_only=True)
class _Job:
    volume: ModelVolume
    store: str
    machine: Machine
    when: BuildMode
    limit_s: float
    lock: int

    def provide(self, network: ModelNetwork) -> str:
        """Link the model's engine; return its origin."""
        cached = CachedEngine(volume=self.volume, key=self.machine.key(network).name)
        origin = "" if self.when is BuildMode.ALWAYS else self._find(network, cached)
        if not origin:
            build(network, cached, self.machine, limit_s=self.limit_s)
        network.use(cached, architecture=self.machine.gpu.architecture)
        if not origin:
            say(f"[entrypoint] TRT engine created: {network.engine}")
        return origin or "built here"

    def _find(self, network: ModelNetwork, cached: CachedEngine) -> str:
        """Return the origin of an existing engine; empty if one has to be built."""
        if cached.find():
            return "found on the volume"
        trouble = ""
        try:
            if fetch(network, cached, self.machine, store=self.store, lock=self.lock):
                return "fetched from the shared store"
        except Failure as failure:
            if failure.code not in _NO_STORE:
                raise
            trouble = failure.sentence
        if self.when is BuildMode.NEVER:
            sentence = (
                f"{BuildMode.NEVER.value} is set, but there is no engine of {network.model} for "
                f"this {self.machine.gpu.name} on the volume or in {self.store}"
            )
            raise Failure(ExitCode.NO_ENGINE, f"{sentence} ({trouble or 'build it once'})")
        if trouble:
            say(f"warning: {network.model} is built here for lack of a shared engine: {trouble}")
        return ""
