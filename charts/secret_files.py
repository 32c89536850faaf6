"""How workloads get their credentials: as files, never as environment values.

A file changes when a secret is rotated; an environment variable stays, and leaks into logs.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lightkube.models.core_v1 import (
    CSIVolumeSource,
    KeyToPath,
    SecretVolumeSource,
    Volume,
    VolumeMount,
)
from lightkube.models.meta_v1 import ObjectMeta

from charts.context import KubernetesSecret, SecretsStore

_VOLUME = "credentials"


def mount(system: str) -> VolumeMount:
    """Mount the files of a system's workload."""
    return VolumeMount(name=_VOLUME, mountPath=_directory(system), readOnly=True)


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A file with one value, and the variable that tells a program where it lies."""

    variable: str
    file: str
    source: str
    """The secret's name in `SecretsStore.arns`."""
    field: str | None = None
    """The value's key, where the secret is a JSON document."""

    def path(self, system: str) -> str:
        """Return where programs of a system find the file."""
        return f"{_directory(system)}/{self.file}"


def volume(
    name: str, credentials: Sequence[Credential], secrets: SecretsStore | KubernetesSecret
) -> Volume:
    """Bring the files to the pods of a workload; `name` is that of its `SecretProviderClass`."""
    match secrets:
        case SecretsStore():
            return Volume(
                name=_VOLUME,
                csi=CSIVolumeSource(
                    driver="secrets-store.csi.k8s.io",
                    readOnly=True,
                    volumeAttributes={"secretProviderClass": name},
                ),
            )
        case KubernetesSecret():
            return Volume(
                name=_VOLUME,
                secret=SecretVolumeSource(
                    secretName=secrets.name,
                    items=[KeyToPath(key=c.file, path=c.file) for c in credentials],
                ),
            )


@dataclass(frozen=True, kw_only=True)
class SecretProviderClass:
    """Which values of AWS Secrets Manager become which files."""

    metadata: ObjectMeta
    store: SecretsStore
    credentials: tuple[Credential, ...]
    secret: str | None = None
    """A Secret of Kubernetes that gets the same values by the files' names, for who reads no file.
    It is there while a pod has mounted the files, and only if the driver is told so."""

    def to_dict(self) -> dict[str, Any]:
        """Return the object as the Secrets Store driver reads it."""
        return {
            "apiVersion": "secrets-store.csi.x-k8s.io/v1",
            "kind": "SecretProviderClass",
            "metadata": self.metadata.to_dict(),
            "spec": {
                "provider": "aws",
                "parameters": {
                    "region": self.store.region,
                    "usePodIdentity": "true",
                    # The provider reads YAML out of this string, and JSON is YAML.
                    "objects": json.dumps(self._objects()),
                },
                **({"secretObjects": [self._copied(self.secret)]} if self.secret else {}),
            },
        }

    def _copied(self, secret: str) -> dict[str, Any]:
        return {
            "secretName": secret,
            "type": "Opaque",
            "labels": dict(self.metadata.labels or {}),
            "data": [{"objectName": one.file, "key": one.file} for one in self.credentials],
        }

    def _objects(self) -> list[dict[str, Any]]:
        """Name each secret once, with the fields wanted of it."""
        wanted: dict[str, list[Credential]] = {}
        for credential in self.credentials:
            wanted.setdefault(credential.source, []).append(credential)
        return [
            {"objectName": self.store.arns[source], **_files(source, credentials)}
            for source, credentials in wanted.items()
        ]


def _files(source: str, credentials: Sequence[Credential]) -> dict[str, Any]:
    fields = [
        {"path": credential.field, "objectAlias": credential.file}
        for credential in credentials
        if credential.field is not None
    ]
    if fields:
        return {"objectAlias": source, "jmesPath": fields}
    (credential,) = credentials
    return {"objectAlias": credential.file}


def _directory(system: str) -> str:
    return f"/run/secrets/{system}"
