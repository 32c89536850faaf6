"""RDS instances: the emulator's own handler, and the master password that RDS keeps itself.

Behind one of PostgreSQL stands a real server; those of other engines are records.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import get_region
from ministack.services import rds

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.patches import Patch, private
from rehearsal.cloud.patches.cloudformation import Properties, is_true, operation
from rehearsal.cloud.postgres import Databases, IsToken, NewDatabase
from rehearsal.cloud.resources.database_login import may_connect

_INSTANCES = private(rds, "_instances")
POSTGRES = "postgres"
_TYPE = "AWS::RDS::DBInstance"
_ATTRIBUTE = "MasterUserSecret.SecretArn"
_PASSWORD_BYTES = 24
_Operation = Callable[..., tuple[str, Any]]


def patches(databases: Databases) -> list[Patch]:
    """Give an instance with a managed password its secret, and keep a protected one from deletion.

    Turning the management on later is not offered: an instance has it from the start or never.
    """
    secret, protection = "a managed password has no secret", "DeletionProtection is ignored"

    def create(original: _Operation) -> _Operation:
        return _patch_create(original, databases)

    def delete(original: Callable[..., None]) -> Callable[..., None]:
        return _patch_delete(original, databases)

    return [
        operation(_TYPE, "create", "c81a8d083eb0", create, corrects=secret),
        operation(_TYPE, "update", "a0d94f23a979", _patch_update, corrects=secret),
        operation(_TYPE, "delete", "86c436bd67ad", delete, corrects=protection),
    ]


def _patch_create(original: _Operation, databases: Databases) -> _Operation:
    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        name, attributes = original(logical_id, properties, stack)
        instance = _INSTANCES[name]
        if is_true(properties.get("ManageMasterUserPassword", False)):
            instance["MasterUserSecret"] = _create_secret(instance)
        if instance["Engine"] == POSTGRES:
            attributes = attributes | _start(databases, name)
        return name, attributes | _secret_of(name)

    return create


def _patch_update(original: _Operation) -> _Operation:
    def update(name: str, *arguments: Any, **options: Any) -> tuple[str, Any]:  # noqa: ANN401
        successor, attributes = original(name, *arguments, **options)
        return successor, attributes | _secret_of(successor)

    return update


def _patch_delete(original: Callable[..., None], databases: Databases) -> Callable[..., None]:
    def delete(name: str, properties: Properties) -> None:
        if is_true(properties.get("DeletionProtection", False)):
            message = (
                f"Cannot delete protected DB Instance {name}, please disable deletion protection"
            )
            raise RuntimeError(message)
        for arn in _secret_of(name).values():
            own_client("secretsmanager").delete_secret(
                SecretId=arn, ForceDeleteWithoutRecovery=True
            )
        databases.stop(name)
        original(name, properties)

    return delete


def _start(databases: Databases, name: str) -> dict[str, str]:
    """Start the server, and let the record name its address."""
    instance, region = _INSTANCES[name], get_region()
    address = databases.start(
        name,
        NewDatabase(
            name=instance["DBName"],
            master=instance["MasterUsername"],
            password=instance["_MasterUserPassword"],
            port=instance["Endpoint"]["Port"],
        ),
        token_check(instance, region),
    )
    instance["Endpoint"]["Address"] = address
    return {"Endpoint.Address": address}


def token_check(instance: Mapping[str, Any], region: str) -> IsToken:
    """Return what judges the IAM tokens of an instance's clients."""
    return lambda user, password: may_connect(instance, region, user, password)


def _create_secret(instance: dict[str, Any]) -> dict[str, str]:
    instance["_MasterUserPassword"] = secrets.token_urlsafe(_PASSWORD_BYTES)
    content = {
        "username": instance["MasterUsername"],
        "password": instance["_MasterUserPassword"],
    }
    secret = own_client("secretsmanager").create_secret(
        Name=f"rds!{instance['DbiResourceId'].lower()}", SecretString=json.dumps(content)
    )
    return {"SecretArn": secret["ARN"], "SecretStatus": "active"}


def _secret_of(name: str) -> dict[str, str]:
    secret = _INSTANCES.get(name, {}).get("MasterUserSecret")
    return {_ATTRIBUTE: secret["SecretArn"]} if secret else {}
