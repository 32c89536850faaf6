"""Our own servers that run here, as notes beside their source say; with what their pods have."""

import os
import sys
from functools import cache
from pathlib import Path
from string import Template

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


class Servers:
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
        program = _server_of(container.image) if container else None
        if container is None or program is None:
            message = f"{name_of(pod)} is no server of ours"
            raise LookupError(message)
        home = Path(self._site.directory) / uid_of(pod)
        files = self._provisions.files(pod, container, home)
        files[home / "kubeconfig"] = self._provisions.kubeconfig_of(pod)
        files[home / "token"] = self._provisions.token(pod, AUDIENCE).encode()
        mounts = mounts_of(container, home)
        addresses = {"LOAD_BALANCER": self._site.load_balancer}
        given = {
            **{k: Template(v).substitute(addresses) for k, v in program.environment.items()},
            **self._provisions.variables(pod, container),
        }
        return Command(
            line=[sys.executable, "-m", program.serves],
            environment={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(map(str, program.folders)),
                "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", ""),
                "HTTP_PROXY": self._site.proxy,
                # Credentials and AWS are at addresses of this machine.
                "NO_PROXY": HOST,
                "KUBECONFIG": str(home / "kubeconfig"),
                "AWS_ENDPOINT_URL": os.environ.get("AWS_ENDPOINT_URL", ""),
                "AWS_EC2_METADATA_DISABLED": "true",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": self._site.credentials,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(home / "token"),
                # Files of this machine are in no volume, even where they lie at a path of one.
                **program.variables,
                **{name: moved(value, mounts) for name, value in given.items()},
                "HOST": HOST,
                "PORT": str(port),
            },
            files=files,
            reload=None,
        )


def _container(pod: Pod) -> Container | None:
    return next((one for one in spec_of(pod).containers if _server_of(one.image)), None)


@cache
def _server_of(image: str | None) -> PlayedProgram | None:
    program = PlayedProgram.of_image(image or "")
    return program if program and program.serves else None
