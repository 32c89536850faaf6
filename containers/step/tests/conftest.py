"""Fixtures of the library's tests."""

from containers.step.tests.fixtures import bucket, emulator, tools

__all__ = ["bucket", "emulator", "tools"]
