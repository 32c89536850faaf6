"""A real Kubernetes control plane on this machine, with played nodes."""

import base64
import os
import pickle
import shutil
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from lightkube import Client

from rehearsal.cluster import components, etcd
from rehearsal.cluster.client import client_of
from rehearsal.cluster.components import Endpoints, Layout
from rehearsal.cluster.ports import free_ports, is_free
from rehearsal.cluster.processes import Processes, ProcessRecord
from rehearsal.cluster.waiting import answers
from rehearsal.toolchain import DEFAULT_KUBERNETES, Toolchain


class ClusterError(RuntimeError):
    """The control plane cannot do what was asked; the message is one sentence for the user."""


_SECONDS_TO_START = 60.0
_LESS_COLLECTION = {"GOGC": "200"}
"""Saves a third of the API server's processor time for half as much memory again (1.1 GB)."""


class ControlPlane:
    """etcd, API server, controller manager, scheduler, kwok and our agent, in one directory.

    The directory is all there is to know: another process that makes a `ControlPlane` of the same
    directory can use it and stop it.
    """

    def __init__(
        self, directory: Path, toolchain: Toolchain, port: int, version: str = DEFAULT_KUBERNETES
    ) -> None:
        self._layout = Layout(directory=directory.resolve())
        self._toolchain = toolchain
        self._port = port
        self._version = version
        self._processes = Processes(self._layout.directory)
        self._client: Client | None = None
        self._etcd_port = 0
        self._data_plane_port = 0
        self._api_server: list[str] = []
        """Its arguments, which are those of every version."""

    @property
    def kubeconfig(self) -> Path:
        return self._layout.kubeconfig

    @property
    def ca_certificate(self) -> bytes:
        """The certificate, in PEM, that the API server's is signed with."""
        return self._layout.certificates.authority.certificate.read_bytes()

    def client(self) -> Client:
        """Return a client with all rights: always the same one, open until `stop`."""
        if self._client is None:
            self._client = client_of(self.kubeconfig)
        return self._client

    def kubectl(self, *arguments: str, standard_input: str | None = None) -> str:
        """Run kubectl as administrator and return what it prints."""
        ended = subprocess.run(
            [self._toolchain.bin / "kubectl", f"--kubeconfig={self.kubeconfig}", *arguments],
            input=standard_input,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            message = f"kubectl {' '.join(arguments)}: {ended.stderr.strip()}"
            raise ClusterError(message)
        return ended.stdout

    def start(self, token_webhook: Path | None = None, *, saved: bool = False) -> None:
        """Start everything and return once the API server is ready, in about three seconds.

        The agent asks the AWS endpoint in AWS_ENDPOINT_URL which images exist. `saved` is true
        where the directory holds what `save` has written: the cluster then is that one.
        """
        if not is_free(self._port):
            message = f"port {self._port} of 127.0.0.1 is taken: stop its owner or choose another"
            raise ClusterError(message)
        if not saved:
            self._layout.certificates.write()
        self._write_kubeconfig()
        try:
            self._start(token_webhook, saved=saved)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop whatever runs, also what a crashed process has left; the files stay."""
        if self._client is not None:
            self._client.close()
            self._client = None
        # What charts have brought goes first, and the last one of it before the others.
        names = [process.name for process in reversed(self._processes.running())]
        beside = (name for name in names if name not in components.STOP_ORDER)
        self._processes.stop((*beside, *components.STOP_ORDER))

    def change_version(self, version: str) -> None:
        """Run the programs of another version over the same etcd; nodes and pods go on.

        The API is away for some seconds; that of EKS, which has several servers, is not. If the
        new programs do not start, the old ones run again, and `ClusterError` says why.
        """
        if not (self._toolchain.kubernetes(version) / components.API_SERVER).exists():
            message = f"Kubernetes {version} is not built: `make up` builds what the settings name"
            raise ClusterError(message)
        before = self._version
        try:
            self._restart_as(version)
        except ClusterError:
            self._restart_as(before)
            raise

    def save(self, directory: Path) -> None:
        """Write what the cluster is: its keys, and all that etcd holds but events.

        It takes no pause: etcd reads as of one moment.
        """
        shutil.copytree(self._layout.certificates.directory, directory / "pki")
        pairs = etcd.read(self._etcd_port)
        Layout(directory=directory).objects.write_bytes(pickle.dumps(pairs))

    @property
    def layout(self) -> Layout:
        return self._layout

    @property
    def toolchain(self) -> Toolchain:
        """The programs it is made of, and those of charts."""
        return self._toolchain

    @property
    def data_plane_port(self) -> int:
        """Where the data plane listens, once there is one; programs are told of it before."""
        if not self._data_plane_port:
            (self._data_plane_port,) = free_ports(1)
        return self._data_plane_port

    def start_module_beside(self, name: str, module: str, *arguments: str) -> ProcessRecord:
        """Start a module of ours that stands for pods; it ends with the control plane."""
        return self._processes.start_module(name, module, *arguments)

    def start_beside(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> ProcessRecord:
        """Start a program that a chart has brought; it ends with the control plane."""
        command = [str(self._toolchain.bin / name), *arguments]
        return self._processes.start(name, command, environment={**os.environ, **environment})

    def stop_beside(self, *names: str) -> None:
        """Stop programs of a chart, in this order."""
        self._processes.stop_only(names)

    def log(self, name: str) -> Path:
        """Return the file that takes what a program writes."""
        return self._processes.log(name)

    def last_words(self, name: str) -> str:
        """Return what a program wrote last, and where the rest stands."""
        log = self.log(name)
        lines = log.read_text(errors="replace").splitlines()
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")
        return f"{last} (whole log: {log})"

    def _start(self, token_webhook: Path | None, *, saved: bool) -> None:
        layout, endpoints = self._layout, Endpoints.around(self._port)
        self._etcd_port = endpoints.etcd
        database = self._run(components.ETCD, components.etcd(layout, endpoints))
        if saved:
            self._await(f"http://127.0.0.1:{endpoints.etcd}/health", database)
            etcd.write(endpoints.etcd, pickle.loads(layout.objects.read_bytes()))  # noqa: S301 - ours
        self._api_server = components.api_server(layout, endpoints, token_webhook)
        self._start_kubernetes(database)
        self._run(components.NODES, components.nodes(layout))
        self._processes.start_module(components.AGENT, *components.agent(layout))

    def _start_kubernetes(self, *needed: ProcessRecord) -> None:
        api_server = self._run(components.API_SERVER, self._api_server)
        self._await_api_server(*needed, api_server)
        self._run(components.CONTROLLER_MANAGER, components.controller_manager(self._layout))
        self._run(components.SCHEDULER, components.scheduler(self._layout))

    def _restart_as(self, version: str) -> None:
        self._processes.stop_only(components.KUBERNETES)
        self._version = version
        self._start_kubernetes()

    def _run(self, name: str, arguments: list[str]) -> ProcessRecord:
        versioned = name in components.KUBERNETES
        tools = self._toolchain
        directory = tools.kubernetes(self._version) if versioned else tools.bin
        command = [str(directory / name), *arguments]
        return self._processes.start(name, command, environment={**os.environ, **_LESS_COLLECTION})

    def _await_api_server(self, *needed: ProcessRecord) -> None:
        context = ssl.create_default_context(cadata=self.ca_certificate.decode())
        admin = self._layout.certificates.admin
        context.load_cert_chain(admin.certificate, admin.key)
        self._await(f"https://127.0.0.1:{self._port}/readyz", *needed, context=context)

    def _await(
        self, url: str, *needed: ProcessRecord, context: ssl.SSLContext | None = None
    ) -> None:
        """Wait for the last of the processes, which needs the others."""
        deadline = time.monotonic() + _SECONDS_TO_START
        while not answers(url, context):
            for process in needed:
                if not process.is_alive:
                    raise self._failure(process.name, "ended while starting")
            if time.monotonic() > deadline:
                wait = f"was not ready after {_SECONDS_TO_START:.0f} s"
                raise self._failure(needed[-1].name, wait)
            time.sleep(0.05)

    def _failure(self, name: str, what: str) -> ClusterError:
        return ClusterError(f"{name} {what}: {self.last_words(name)}")

    def _write_kubeconfig(self) -> None:
        pki = self._layout.certificates
        name = "rehearsal"
        server = {
            "server": f"https://127.0.0.1:{self._port}",
            "certificate-authority-data": _base64(pki.authority.certificate),
        }
        user = {
            "client-certificate-data": _base64(pki.admin.certificate),
            "client-key-data": _base64(pki.admin.key),
        }
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": server}],
            "users": [{"name": name, "user": user}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
        self.kubeconfig.touch(mode=0o600)
        self.kubeconfig.write_text(yaml.safe_dump(content))


def _base64(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()
