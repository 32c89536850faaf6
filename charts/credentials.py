"""How services get their credentials: as files, never as environment values.

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

from charts.surroundings import KubernetesSecret, SecretsStore
from settings.workloads import CpuService

DIRECTORY = "/run/secrets/avadot"
MOUNT = VolumeMount(name="credentials", mountPath=DIRECTORY, readOnly=True)


@dataclass(frozen=True, kw_only=True)
class Credential:
    """A file with one value, and the variable that tells a program where it lies."""

    variable: str
    file: str
    source: str
    """The secret's name in `SecretsStore.arns`."""
    field: str | None = None
    """The value's key, where the secret is a JSON document."""

    @property
    def path(self) -> str:
        """Where programs find the file."""
        return f"{DIRECTORY}/{self.file}"


MYSQL_USERNAME = Credential(
    variable="MYSQL_USER_FILE", file="mysql-username", source="mysql", field="username"
)
MYSQL_PASSWORD = Credential(
    variable="MYSQL_PASSWORD_FILE", file="mysql-password", source="mysql", field="password"
)
VALKEY_TOKEN = Credential(variable="REDIS_PASSWORD_FILE", file="valkey-token", source="valkey")


def provider_key(provider: str) -> Credential:
    """Name the credential for an outside service."""
    return Credential(
        variable=f"{provider.upper()}_API_KEY_FILE", file=f"{provider}-api-key", source=provider
    )


def credentials_of(service: CpuService) -> tuple[Credential, ...]:
    """List what a service may know: the data stores' credentials, and its own providers' keys."""
    return (
        MYSQL_USERNAME,
        MYSQL_PASSWORD,
        VALKEY_TOKEN,
        *(provider_key(provider) for provider in service.provider_secrets),
    )


def volume(
    name: str, credentials: Sequence[Credential], secrets: SecretsStore | KubernetesSecret
) -> Volume:
    """Bring the files to the pods of a workload; `name` is that of its `SecretProviderClass`."""
    match secrets:
        case SecretsStore():
            return Volume(
                name=MOUNT.name,
                csi=CSIVolumeSource(
                    driver="secrets-store.csi.k8s.io",
                    readOnly=True,
                    volumeAttributes={"secretProviderClass": name},
                ),
            )
        case KubernetesSecret():
            return Volume(
                name=MOUNT.name,
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
            },
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
