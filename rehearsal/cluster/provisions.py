"""What a kubelet gives the program of a container: variables, files, and tokens of the account."""

import base64
import json
import os
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml
from lightkube import Client
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.authentication_v1 import TokenRequestSpec
from lightkube.models.core_v1 import Container, EnvVar, ObjectFieldSelector, Volume, VolumeMount
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Pod, Secret, ServiceAccountToken

from rehearsal.cluster.components import AUDIENCE
from rehearsal.cluster.definitions import SECRET_PROVIDER_CLASS as CLASS
from rehearsal.cluster.objects import name_of, namespace_of, spec_of

_SecretProviderClass: Any = create_namespaced_resource(
    CLASS.group, CLASS.version, CLASS.kind, CLASS.plural
)
_TOKEN_SECONDS = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Provisions:
    """What programs of pods get on this machine; their volumes are folders of a `home`."""

    client: Client
    kubeconfig: Path
    """Of an administrator; a pod gets one with its own account instead."""
    credentials: str
    """Where a pod's token gives credentials of the pod's IAM role."""

    def variables(self, pod: Pod, container: Container) -> dict[str, str]:
        """Return the variables of a container, also those that come from other objects."""
        return {one.name: self._value(pod, one) for one in container.env or []}

    def files(self, pod: Pod, container: Container, home: Path) -> dict[Path, bytes]:
        """Return what lies in the volumes that a container mounts."""
        volumes = {volume.name: volume for volume in spec_of(pod).volumes or []}
        return {
            home / mount.name / file: content
            for mount in container.volumeMounts or []
            for file, content in self._content(pod, volumes[mount.name], mount).items()
        }

    def kubeconfig_of(self, pod: Pod) -> bytes:
        """Return what a program in the pod finds where its service account is mounted."""
        content = yaml.safe_load(self.kubeconfig.read_text())
        content["users"][0]["user"] = {"token": self.token(pod)}
        return yaml.safe_dump(content).encode()

    def token(self, pod: Pod, *audiences: str) -> str:
        spec = TokenRequestSpec(audiences=list(audiences), expirationSeconds=_TOKEN_SECONDS)
        account = spec_of(pod).serviceAccountName or "default"
        given = self.client.create(
            # The client asks the object for its namespace.
            ServiceAccountToken(metadata=ObjectMeta(), spec=spec),
            account,
            namespace=namespace_of(pod),
        )
        return (given.status.token if given.status else None) or ""

    def _value(self, pod: Pod, variable: EnvVar) -> str:
        source, namespace = variable.valueFrom, namespace_of(pod)
        if source is None:
            return variable.value or ""
        if field := source.fieldRef:
            return _field(pod, field)
        if reference := source.configMapKeyRef:
            found = self.client.get(ConfigMap, reference.name or "", namespace=namespace)
            return str((found.data or {})[reference.key])
        if secret := source.secretKeyRef:
            stored = self.client.get(Secret, secret.name or "", namespace=namespace)
            return base64.b64decode((stored.data or {})[secret.key]).decode()
        message = f"{name_of(pod)}: the source of variable {variable.name} is not known here"
        raise NotImplementedError(message)

    def _content(self, pod: Pod, volume: Volume, mount: VolumeMount) -> Mapping[str, bytes]:
        namespace = namespace_of(pod)
        if volume.configMap:
            found = self.client.get(ConfigMap, volume.configMap.name or "", namespace=namespace)
            return {file: text.encode() for file, text in (found.data or {}).items()}
        if volume.secret:
            stored = self.client.get(Secret, volume.secret.secretName or "", namespace=namespace)
            return {file: base64.b64decode(text) for file, text in (stored.data or {}).items()}
        if volume.csi:
            attributes = volume.csi.volumeAttributes or {}
            return dict(self._from_secrets_manager(pod, attributes["secretProviderClass"]))
        if _is_empty(volume):
            return {}
        message = f"{name_of(pod)}: volume {mount.name} is of a kind that is not known here"
        raise NotImplementedError(message)

    def _from_secrets_manager(self, pod: Pod, name: str) -> Iterator[tuple[str, bytes]]:
        """Read secrets as the Secrets Store driver does: with the IAM role of the pod."""
        found = self.client.get(_SecretProviderClass, name, namespace=namespace_of(pod))
        parameters = found["spec"]["parameters"]
        client = self._secrets_manager(pod, parameters["region"])
        for one in yaml.safe_load(parameters["objects"]):
            secret = client.get_secret_value(SecretId=one["objectName"])["SecretString"]
            yield one.get("objectAlias", one["objectName"]), secret.encode()
            for part in one.get("jmesPath", []):
                yield part["objectAlias"], _part(secret, part["path"]).encode()

    def _secrets_manager(self, pod: Pod, region: str) -> Any:  # noqa: ANN401 - boto3 has no types
        request = urllib.request.Request(  # noqa: S310 - of this machine
            self.credentials, headers={"Authorization": self.token(pod, AUDIENCE)}
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


def _part(secret: str, name: str) -> str:
    """Return a part of a secret; until a person has put that in, its name stands for it."""
    try:
        return str(json.loads(secret)[name])
    except (ValueError, LookupError, TypeError):
        return name


def mounts_of(container: Container, home: Path) -> dict[str, Path]:
    """Return the folders of this machine that stand for the places where volumes are mounted."""
    return {mount.mountPath: home / mount.name for mount in container.volumeMounts or []}


def moved(value: str, mounts: Mapping[str, Path]) -> str:
    """Return where a file of a volume is on this machine; other values stay."""
    for path, directory in mounts.items():
        if value == path or value.startswith(f"{path}/"):
            return f"{directory}{value.removeprefix(path)}"
    return value


def _is_empty(volume: Volume) -> bool:
    """Whether it has nothing in it here: a projected one is the account's token."""
    return bool(
        volume.emptyDir
        or volume.projected
        or volume.hostPath
        or volume.persistentVolumeClaim
        or volume.ephemeral
    )


def _field(pod: Pod, field: ObjectFieldSelector) -> str:
    """Return a field of a pod by its path, as `metadata.name` or `spec.nodeName`."""
    part, _, rest = field.fieldPath.partition(".")
    known: Mapping[str, Any] = pod.to_dict().get(part, {})
    name, _, key = rest.partition("[")
    found = known.get(name, "")
    return str(found.get(key.strip("]'\""), "") if key else found)
