"""Fixtures of the listener's tests; those of the models wait for the libraries that run them."""

from importlib.util import find_spec

from containers.step.tests.fixtures import bucket, emulator, tools

__all__ = ["bucket", "emulator", "tools"]

collect_ignore = [] if find_spec("faster_whisper") else ["models"]
