"""Gives the emulator's EKS real control planes instead of the containers it would start.

The emulator runs each cluster as k3s in Docker. What it asks of the Docker client is little;
the classes here answer that with processes of this machine.
"""

import io
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ministack.services import eks

from rehearsal.cloud.patches import private
from rehearsal.cluster import ControlPlane
from rehearsal.toolchain import Toolchain

_CLUSTERS = private(eks, "_clusters")
_CA_FILE = "/var/lib/rancher/k3s/server/tls/server-ca.crt"
_TOKEN_WEBHOOK = Path("etc/rancher/k3s/eks-auth-webhook.yaml")


class ExecResult(NamedTuple):
    """Result of a command in a container."""

    exit_code: int
    output: bytes


class Container:
    """One control plane, behind the part of Docker's container that the emulator uses."""

    def __init__(self, plane: ControlPlane, directory: Path, name: str) -> None:
        self.id = name
        self.plane = plane
        self.failure = ""
        self._directory = directory

    def put_archive(self, _path: str, archive: bytes) -> None:
        """Keep the configuration files of the API server that EKS hands over."""
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(self._directory, filter="data")

    def start(self, *, saved: bool = False) -> None:
        """Start the control plane; the reason of a failure is kept in `failure`."""
        try:
            self.plane.start(self._directory / _TOKEN_WEBHOOK, saved=saved)
        except RuntimeError as error:
            self.failure = str(error)
            raise

    def save(self, directory: Path) -> None:
        (directory / _TOKEN_WEBHOOK).parent.mkdir(parents=True)
        shutil.copy(self._directory / _TOKEN_WEBHOOK, directory / _TOKEN_WEBHOOK)
        self.plane.save(directory)

    def exec_run(self, command: str | Sequence[str]) -> ExecResult:
        """Answer the one command that is asked for: the certificate of the CA."""
        if command != f"cat {_CA_FILE}":
            message = f"the rehearsal's EKS does not know the command {command!r}"
            raise NotImplementedError(message)
        return ExecResult(exit_code=0, output=self.plane.ca_certificate)

    def stop(self, **_options: Any) -> None:  # noqa: ANN401 - Docker's options have no effect
        self.plane.stop()

    def remove(self, **_options: Any) -> None:  # noqa: ANN401
        """Keep the logs."""


class ControlPlanes:
    """All control planes of an emulator, instead of its Docker client."""

    def __init__(self, directory: Path, toolchain: Toolchain) -> None:
        self._directory = directory
        self._toolchain = toolchain
        self._by_cluster: dict[str, Container] = {}

    @property
    def containers(self) -> "ControlPlanes":
        """Docker's collection of containers."""
        return self

    def create(
        self,
        *,
        labels: Mapping[str, str],
        ports: Mapping[str, int],
        **_options: Any,  # noqa: ANN401
    ) -> Container:
        """Prepare the control plane of a new cluster."""
        cluster = labels["cluster_name"]
        directory = self._directory / cluster
        # An earlier cluster of this name would live on in its database.
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        (port,) = ports.values()
        record = _CLUSTERS.get_scoped(labels["account_id"], labels["region"], cluster)
        return self._add(cluster, port, record["version"])

    def _add(self, cluster: str, port: int, version: str) -> Container:
        directory = self._directory / cluster
        plane = ControlPlane(directory, self._toolchain, port, version)
        self._by_cluster[cluster] = Container(plane, directory, cluster)
        return self._by_cluster[cluster]

    def save(self, directory: Path) -> None:
        """Write each control plane to a directory of its cluster's name."""
        for cluster, container in self._by_cluster.items():
            container.save(directory / cluster)

    def restore(self, cluster: str, port: int, version: str) -> None:
        """Start a control plane whose saved files lie in its directory."""
        self._add(cluster, port, version).start(saved=True)

    def get(self, container_id: str) -> Container:
        """Return the container of that id, which is the name of its cluster."""
        return self._by_cluster[container_id]

    def list(self, **_filters: Any) -> list[Container]:  # noqa: ANN401
        """Return nothing to be reclaimed: `stop_all` ends what runs."""
        return []

    def failure(self, cluster: str) -> str:
        """Return why a control plane did not start, in one sentence; empty if it did."""
        return self._by_cluster[cluster].failure

    def of(self, cluster: str) -> ControlPlane:
        return self._by_cluster[cluster].plane

    def stop_all(self) -> None:
        for container in self._by_cluster.values():
            container.stop()
