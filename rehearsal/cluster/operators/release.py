"""One chart in one cluster: what its programs need to run beside the control plane."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import yaml

from rehearsal.cluster.components import AUDIENCE
from rehearsal.cluster.control_plane import ClusterError, ControlPlane
from rehearsal.cluster.processes import ProcessRecord
from rehearsal.cluster.waiting import in_time
from rehearsal.toolchain import CHARTS

_SECONDS_TO_START = 90.0
_SECONDS_BETWEEN_LOOKS = 0.2
_HOURS_OF_A_TOKEN = 24 * 365
"""A rehearsal may be left running; the programs read their token once."""
_SYSTEM = "kube-system"
_KUSTOMIZATION = "kustomization.yaml"
"""Names the other files of its folder, and is no object."""
_OF_NO_NAMESPACE = (
    "APIService",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "MutatingWebhookConfiguration",
    "Namespace",
    "PriorityClass",
    "ValidatingWebhookConfiguration",
)

IdentityOf = Callable[[str], Mapping[str, str]]
"""Which variables give a process the IAM role of a pod, by the file with the pod's token."""
Manifest = Mapping[str, Any]
WITHOUT_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
"""What the emulator's own process may do in AWS, a program may not."""


class Operator(Protocol):
    """What runs here of a chart, in place of its pods."""

    @property
    def rehearsed(self) -> str:
        """What that is, in words for the report."""

    def install(self, release: "Release") -> None:
        """Install it, or renew what an earlier release has left; return when all of it serves."""

    def remove(self, release: "Release") -> None:
        """Uninstall it with what helm would uninstall."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A chart that is installed into a namespace of a cluster."""

    plane: ControlPlane
    chart: str
    namespace: str
    values: Mapping[str, Any]
    identity_of: IdentityOf

    @property
    def directory(self) -> Path:
        """The files of its programs, gone after `stop`."""
        return self.plane.layout.directory / self.chart

    @cached_property
    def _shipped(self) -> Path:
        shipped = self.plane.toolchain.shipped(self.chart)
        if not shipped.exists():
            message = (
                f"the programs of chart {self.chart} are not built: `make up` builds them for an "
                "assembly that installs it"
            )
            raise ClusterError(message)
        return shipped

    def shipped_folder(self, folder: str) -> Path:
        """Return where one of the module's folders lies."""
        return self._shipped / folder

    def shipped(self, folder: str) -> str:
        """Return the objects of one of the module's folders, as the text that kubectl takes."""
        files = sorted((self._shipped / folder).glob("*.yaml"))
        return "\n---\n".join(file.read_text() for file in files if file.name != _KUSTOMIZATION)

    def read(self, folder: str) -> list[Manifest]:
        """Return the objects of a folder, those of its own namespace in that of the release."""
        documents = yaml.load_all(self.shipped(folder), Loader=yaml.CSafeLoader)
        return [_moved(one, self.namespace) for one in documents if one]

    def apply(self, objects: str | Iterable[Manifest]) -> None:
        """Apply objects by the server, since definitions are too large for an annotation.

        kubectl does not validate: it would first fetch the schemas of all kinds, which take the
        server seconds to put together after each new definition.
        """
        options = ("--server-side", "--force-conflicts", "--validate=false", "--filename", "-")
        self.plane.kubectl("apply", *options, standard_input=_text(objects))

    def define(self, definitions: str) -> None:
        """Apply definitions of resources, and wait until their kinds are known."""
        self.apply(definitions)
        arguments = ("wait", "--for=condition=Established", "--timeout=120s", "--filename", "-")
        self.plane.kubectl(*arguments, standard_input=definitions)

    def delete(self, objects: str | Iterable[Manifest]) -> None:
        """Delete objects as helm does: it does not wait for what a finalizer holds back."""
        arguments = ("delete", "--wait=false", "--ignore-not-found", "--filename", "-")
        self.plane.kubectl(*arguments, standard_input=_text(objects))

    def make_namespace(self) -> None:
        self.apply(
            [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}}]
        )

    def kubeconfig(self, account: str) -> Path:
        """Return a file by which a program has the rights of a service account, and no other."""
        content = yaml.safe_load(self.plane.kubeconfig.read_text())
        token = self._token(account, f"--duration={_HOURS_OF_A_TOKEN}h")
        content["users"][0]["user"] = {"token": token}
        return self._keep(f"{account}.kubeconfig", yaml.safe_dump(content))

    def identity(self, account: str) -> Mapping[str, str]:
        """Return the variables by which a program has the IAM role of a service account."""
        token = self._token(account, "--duration=24h", f"--audience={AUDIENCE}")
        return self.identity_of(str(self._keep(f"{account}.token", token)))

    def _token(self, account: str, *options: str) -> str:
        namespace = ("--namespace", self.namespace)
        return self.plane.kubectl("create", "token", account, *namespace, *options).strip()

    def _keep(self, name: str, secret: str) -> Path:
        self.directory.mkdir(parents=True, exist_ok=True)
        file = self.directory / name
        file.touch(mode=0o600)
        file.write_text(secret)
        return file

    def start(
        self, program: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> ProcessRecord:
        """Start a program beside the control plane, with which it ends."""
        given = {
            **WITHOUT_KEYS,
            # The names of Services lead there; Go's programs ask no proxy for this machine.
            "HTTP_PROXY": f"http://127.0.0.1:{self.plane.data_plane_port}",
            **environment,
        }
        return self.plane.start_beside(program, arguments, given)

    def await_serving(self, program: ProcessRecord, serves: Callable[[], bool]) -> None:
        """Return once a program serves; raise `ClusterError` with its last words if it does not."""
        in_time(
            lambda: serves() or not program.is_alive,
            _SECONDS_TO_START,
            look_every=_SECONDS_BETWEEN_LOOKS,
        )
        if not program.is_alive or not serves():
            message = f"{program.name} does not serve: {self.plane.last_words(program.name)}"
            raise ClusterError(message)

    def stop(self) -> None:
        """Stop the chart's programs, the last one first, and remove their files."""
        names = [program.name for program in CHARTS[self.chart].programs]
        self.plane.stop_beside(*reversed(names))
        shutil.rmtree(self.directory, ignore_errors=True)


def _text(objects: str | Iterable[Manifest]) -> str:
    if isinstance(objects, str):
        return objects
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})


def _moved(manifest: Manifest, namespace: str) -> Manifest:
    """Return an object that is in the release's namespace, as are the accounts it names.

    What is of `kube-system`, as a binding to a role of the API server is, stays there.
    """
    moved = dict(manifest)
    own = manifest["metadata"].get("namespace")
    if manifest["kind"] not in _OF_NO_NAMESPACE and own != _SYSTEM:
        moved["metadata"] = {**manifest["metadata"], "namespace": namespace}
    if subjects := manifest.get("subjects"):
        moved["subjects"] = [
            one if one.get("namespace") == _SYSTEM else {**one, "namespace": namespace}
            for one in subjects
        ]
    return moved
