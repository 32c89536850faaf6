"""Fixtures of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.model_store.tests.emulated import Emulator
from containers.music_api.tests import balancer as balancers
from containers.music_api.tests import kubernetes as clusters
from containers.music_api.tests.balancer import Balancer
from containers.music_api.tests.cloud import Cloud
from containers.music_api.tests.kubernetes import Kubernetes
from containers.music_api.tests.program import Program, assembled


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def cloud(emulator: Emulator) -> Cloud:
    return Cloud(emulator)


@pytest.fixture
def kubernetes(tmp_path: Path) -> Iterator[Kubernetes]:
    with clusters.serve(tmp_path) as running:
        yield running


@pytest.fixture
def balancer() -> Iterator[Balancer]:
    with balancers.serve() as running:
        yield running


@pytest.fixture
def program(cloud: Cloud, kubernetes: Kubernetes, balancer: Balancer) -> Iterator[Program]:
    with assembled(cloud, kubernetes, balancer) as running:
        yield running
