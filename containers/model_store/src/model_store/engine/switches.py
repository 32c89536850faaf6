"""The two environment variables by which people tell the job when to build."""

from collections.abc import Mapping
from enum import Enum

from model_store.failure import ExitCode, Failure

_NEVER = "SKIP_TRT_BUILD"
_ALWAYS = "FORCE_TRT_REBUILD"
_OFF = ("", "0", "false")


class Build(Enum):
    """When an engine is built here.

    `ALWAYS` replaces the engine on this volume only. In the shared store the first engine of a key
    stays, since pods may be fetching it: to give all pods a new one, remove its directory there.
    """

    WHEN_NEEDED = "neither the volume nor the shared store has one"
    NEVER = _NEVER
    ALWAYS = _ALWAYS

    @classmethod
    def wanted(cls, environment: Mapping[str, str]) -> "Build":
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
