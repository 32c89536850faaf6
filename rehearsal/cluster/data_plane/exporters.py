"""Our own servers that run here: exporters, and what a note says; with what the pod gives them."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lightkube import Client
from lightkube.models.core_v1 import Container
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.components import AUDIENCE
from rehearsal.cluster.data_plane.programs import Command
from rehearsal.cluster.data_plane.proxy import HOST
from rehearsal.cluster.data_plane.site import Site
from rehearsal.cluster.objects import name_of, spec_of, uid_of
from rehearsal.cluster.played_programs import PlayedProgram
from rehearsal.cluster.provisions import Provisions, mounts_of, moved

_CONTAINERS = Path(__file__).parents[3] / "containers"
_SHARED = "exporter"


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A program that runs for the image of a name."""

    module: str
    files: Mapping[str, str] = field(default_factory=dict)
    """The variables of files that it looks for at places of its own, and those places."""
    program: PlayedProgram | None = None
    """What a note beside its source says of it."""

    @property
    def folders(self) -> Sequence[Path]:
        if self.program is not None:
            return self.program.folders
        return [_CONTAINERS / name / "src" for name in (_SHARED, self.module)]


_KNOWN = {
    "queue-exporter": _Known(module="queue_exporter"),
    "cost-exporter": _Known(
        module="cost_exporter",
        files={"PRICES_FILE": "/config/prices.json", "BUDGETS_FILE": "/config/budgets.json"},
    ),
}
"""By the last part of the image's repository."""


class Exporters:
    """The servers' programs: their pod's environment, files, account and role are theirs."""

    def __init__(self, site: Site, client: Client) -> None:
        self._site = site
        self._provisions = Provisions(
            client=client, kubeconfig=Path(site.kubeconfig), credentials=site.credentials
        )
        self._commands: dict[str, Command] = {}

    def port_of(self, pod: Pod) -> int | None:
        container = _container(pod)
        ports = (container.ports or []) if container else []
        return ports[0].containerPort if ports else None

    def command(self, pod: Pod, port: int) -> Command:
        """Prepare what the kubelet would, once for each pod."""
        if uid_of(pod) not in self._commands:
            self._commands[uid_of(pod)] = self._prepare(pod, port)
        return self._commands[uid_of(pod)]

    def _prepare(self, pod: Pod, port: int) -> Command:
        container = _container(pod)
        known = _known(_image(container)) if container else None
        if container is None or known is None:
            message = f"{name_of(pod)} is no server of ours"
            raise LookupError(message)
        home = Path(self._site.directory) / uid_of(pod)
        mounts = mounts_of(container, home)
        files = self._provisions.files(pod, container, home)
        given = dict(known.files) | self._provisions.variables(pod, container)
        files[home / "kubeconfig"] = self._provisions.kubeconfig_of(pod)
        return Command(
            line=[sys.executable, "-m", known.module],
            environment={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(map(str, known.folders)),
                "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", ""),
                "HTTP_PROXY": self._site.proxy,
                "KUBECONFIG": str(home / "kubeconfig"),
                **(self._role(pod, known.program, home, files) if known.program else {}),
                **{name: moved(value, mounts) for name, value in given.items()},
                "HOST": HOST,
                "PORT": str(port),
            },
            files=files,
            reload=None,
        )

    def _role(
        self, pod: Pod, program: PlayedProgram, home: Path, files: dict[Path, bytes]
    ) -> Mapping[str, str]:
        """Give a program the IAM role of its pod, and the emulator to act in."""
        files[home / "token"] = self._provisions.token(pod, AUDIENCE).encode()
        return {
            "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"],
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": self._site.credentials,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(home / "token"),
            # Credentials and the API server are at addresses of this machine.
            "NO_PROXY": HOST,
            **program.environment,
        }


def _container(pod: Pod) -> Container | None:
    return next((one for one in spec_of(pod).containers if _known(_image(one))), None)


@cache
def _known(name: str) -> _Known | None:
    if name in _KNOWN:
        return _KNOWN[name]
    program = PlayedProgram.of_image(name)
    return _Known(module=program.serves, program=program) if program and program.serves else None


def _image(container: Container) -> str:
    return (container.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
