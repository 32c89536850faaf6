"""Our own exporters: their real programs, with what the pod gives them."""

import base64
import json
import os
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import yaml
from lightkube import Client
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.authentication_v1 import TokenRequestSpec
from lightkube.models.core_v1 import Container, EnvVar, Volume, VolumeMount
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Pod, Secret, ServiceAccountToken

from rehearsal.cluster.components import AUDIENCE
from rehearsal.cluster.data_plane.programs import Command
from rehearsal.cluster.data_plane.proxy import HOST
from rehearsal.cluster.data_plane.site import Site
from rehearsal.cluster.definitions import SECRET_PROVIDER_CLASS as CLASS
from rehearsal.cluster.objects import name_of, namespace_of, spec_of, uid_of

_CONTAINERS = Path(__file__).parents[3] / "containers"
_SHARED = "exporter"
_SecretProviderClass: Any = create_namespaced_resource(
    CLASS.group, CLASS.version, CLASS.kind, CLASS.plural
)
_TOKEN_SECONDS = 24 * 3600


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
        self._client = client
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
        mounts = {mount.mountPath: home / mount.name for mount in container.volumeMounts or []}
        files = dict(self._mounted(pod, container, home))
        given = dict(known.files) | dict(self._variables(pod, container))
        sources = (_CONTAINERS / name / "src" for name in (_SHARED, known.module))
        kubeconfig = self._kubeconfig(pod)
        files[home / "kubeconfig"] = kubeconfig
        return Command(
            line=[sys.executable, "-m", known.module],
            environment={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(map(str, sources)),
                "SSL_CERT_FILE": os.environ.get("SSL_CERT_FILE", ""),
                "HTTP_PROXY": self._site.proxy,
                "KUBECONFIG": str(home / "kubeconfig"),
                **{name: _moved(value, mounts) for name, value in given.items()},
                "HOST": HOST,
                "PORT": str(port),
            },
            files=files,
            reload=None,
        )

    def _variables(self, pod: Pod, container: Container) -> Iterator[tuple[str, str]]:
        for variable in container.env or []:
            yield variable.name, self._value(pod, variable)

    def _value(self, pod: Pod, variable: EnvVar) -> str:
        source, namespace = variable.valueFrom, namespace_of(pod)
        if source is None:
            return variable.value or ""
        if reference := source.configMapKeyRef:
            found = self._client.get(ConfigMap, reference.name or "", namespace=namespace)
            return str((found.data or {})[reference.key])
        if secret := source.secretKeyRef:
            stored = self._client.get(Secret, secret.name or "", namespace=namespace)
            return base64.b64decode((stored.data or {})[secret.key]).decode()
        message = f"{name_of(pod)}: the source of variable {variable.name} is not known here"
        raise NotImplementedError(message)

    def _mounted(self, pod: Pod, container: Container, home: Path) -> Iterator[tuple[Path, bytes]]:
        volumes = {volume.name: volume for volume in spec_of(pod).volumes or []}
        for mount in container.volumeMounts or []:
            for file, content in self._content(pod, volumes[mount.name], mount).items():
                yield home / mount.name / file, content

    def _content(self, pod: Pod, volume: Volume, mount: VolumeMount) -> dict[str, bytes]:
        namespace = namespace_of(pod)
        if volume.configMap:
            found = self._client.get(ConfigMap, volume.configMap.name or "", namespace=namespace)
            return {file: text.encode() for file, text in (found.data or {}).items()}
        if volume.secret:
            stored = self._client.get(Secret, volume.secret.secretName or "", namespace=namespace)
            return {file: base64.b64decode(text) for file, text in (stored.data or {}).items()}
        if volume.csi:
            attributes = volume.csi.volumeAttributes or {}
            return self._from_secrets_manager(pod, attributes["secretProviderClass"])
        if volume.emptyDir or volume.projected:  # the account's, instead of which is `_kubeconfig`
            return {}
        message = f"{name_of(pod)}: volume {mount.name} is of a kind that is not known here"
        raise NotImplementedError(message)

    def _from_secrets_manager(self, pod: Pod, name: str) -> dict[str, bytes]:
        """Read secrets as the Secrets Store driver does: with the IAM role of the pod."""
        found = self._client.get(_SecretProviderClass, name, namespace=namespace_of(pod))
        parameters = found["spec"]["parameters"]
        client = self._secrets_manager(pod, parameters["region"])
        files: dict[str, bytes] = {}
        for one in yaml.safe_load(parameters["objects"]):
            secret = client.get_secret_value(SecretId=one["objectName"])["SecretString"]
            files[one.get("objectAlias", one["objectName"])] = secret.encode()
            for part in one.get("jmesPath", []):
                files[part["objectAlias"]] = str(json.loads(secret)[part["path"]]).encode()
        return files

    def _secrets_manager(self, pod: Pod, region: str) -> Any:  # noqa: ANN401 - boto3 has no types
        request = urllib.request.Request(  # noqa: S310 - of this machine
            self._site.credentials, headers={"Authorization": self._token(pod, AUDIENCE)}
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request) as answer:
            given = json.load(answer)
        return boto3.client(
            "secretsmanager",
            region_name=region,
            endpoint_url=os.environ["AWS_ENDPOINT_URL"],
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["Token"],
        )

    def _kubeconfig(self, pod: Pod) -> bytes:
        """Return what a program in the pod finds where its service account is mounted."""
        content = yaml.safe_load(Path(self._site.kubeconfig).read_text())
        content["users"][0]["user"] = {"token": self._token(pod)}
        return yaml.safe_dump(content).encode()

    def _token(self, pod: Pod, *audiences: str) -> str:
        spec = TokenRequestSpec(audiences=list(audiences), expirationSeconds=_TOKEN_SECONDS)
        account = spec_of(pod).serviceAccountName or "default"
        given = self._client.create(
            # The client asks the object for its namespace.
            ServiceAccountToken(metadata=ObjectMeta(), spec=spec),
            account,
            namespace=namespace_of(pod),
        )
        return (given.status.token if given.status else None) or ""


def _container(pod: Pod) -> Container | None:
    return next((one for one in spec_of(pod).containers if _image(one) in _KNOWN), None)


def _image(container: Container) -> str:
    return (container.image or "").partition("@")[0].rpartition("/")[2].partition(":")[0]


def _moved(value: str, mounts: Mapping[str, Path]) -> str:
    """Return where a file of a volume is on this machine."""
    for path, directory in mounts.items():
        if value.startswith(f"{path}/"):
            return f"{directory}{value.removeprefix(path)}"
    return value
