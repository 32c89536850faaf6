"""Fixtures: pods with a GPU, and the store that they share."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from containers.model_store.tests.engine.pod import ONE, Pod
from containers.model_store.tests.s3.server import Server

StartPod = Callable[..., Pod]


@pytest.fixture
def start_pod(tmp_path: Path, server: Server) -> StartPod:
    """Give a function that starts a new pod, each with a volume of its own."""
    started: list[Pod] = []

    def start(files: Mapping[str, bytes] = ONE) -> Pod:
        pod = Pod.start(tmp_path / f"pod-{len(started)}", server.url, files)
        started.append(pod)
        return pod

    return start


@pytest.fixture
def pod(start_pod: StartPod) -> Pod:
    return start_pod()
