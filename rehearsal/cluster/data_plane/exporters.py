"""Our own exporters: their real programs, with what the pod gives them."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lightkube import Client
from lightkube.models.core_v1 import Container
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.data_plane.programs import Command
from rehearsal.cluster.data_plane.proxy import HOST
from rehearsal.cluster.data_plane.site import Site
from rehearsal.cluster.objects import name_of, spec_of, uid_of
from rehearsal.cluster.provisions import Provisions, mounts_of, moved

_CONTAINERS = Path(__file__).parents[3] / "containers"
_SHARED = "exporter"


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A program that runs for the image of a name."""

    module: str
    files: Mapping[str, str] = field(default_factory=dict)
    """The variables of files that it looks for at places of its own, and those places."""


_KNOWN = {
    "queue-exporter": _Known(module="queue_exporter"),
    "cost-exporter": _Known(
        module="cost_exporter",
        files={"PRICES_FILE": "/config/prices.json", "BUDGETS_FILE": "/config/budgets.json"},
    ),
}
"""By the last part of the image's repository."""


class Exporters:
    """The exporters' programs: their pod's environment, files, account and role are theirs."""

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
        if container is None:
            message = f"{name_of(pod)} is no exporter of ours"
            raise LookupError(message)
        known, home = _KNOWN[_image(container)], Path(self._site.directory) / uid_of(pod)
        mounts = mounts_of(container, home)
        files = self._provisions.files(pod, container, home)
        given = dict(known.files) | self._provisions.variables(pod, container)
        sources = (_CONTAINERS / name / "src" for name in (_SHARED, known.module))
        files[home / "kubeconfig"] = self._provisions.kubeconfig_of(pod)
        return Command(
            line=[sys.executable, "-m", known.module],
            environment={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(map(str, sources)),
                "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", ""),
                "HTTP_PROXY": self._site.proxy,
                "KUBECONFIG": str(home / "kubeconfig"),
                **{name: moved(value, mounts) for name, value in given.items()},
                "HOST": HOST,
                "PORT": str(port),
            },
            files=files,
            reload=None,
        )


def _container(pod: Pod) -> Container | None:
    return next((one for one in spec_of(pod).containers if _image(one) in _KNOWN), None)


def _image(container: Container) -> str:
    return (container.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]
