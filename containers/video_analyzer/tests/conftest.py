"""Fixtures of the video analyser's tests."""

from containers.analyzer.tests.fixtures import cloud, emulator, scratch

__all__ = ["cloud", "emulator", "scratch"]
