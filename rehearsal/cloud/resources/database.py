"""RDS instances: the emulator's own handler, and the master password that RDS keeps itself.

Behind one of PostgreSQL stands a real server; those of other engines are records.
"""

# ruff: noqa: SLF001 - the emulator offers no public joints

import json
import secrets
from typing import Any

from ministack.core.responses import get_region
from ministack.services import rds
from ministack.services.cloudformation import provisioners

from rehearsal.cloud.postgres import Database, Databases
from rehearsal.cloud.resources.database_login import may_connect
from rehearsal.cloud.resources.handler import Properties, aws, is_true, run_beside

_POSTGRES = "postgres"
_TYPE = "AWS::RDS::DBInstance"
_ATTRIBUTE = "MasterUserSecret.SecretArn"
_PASSWORD_BYTES = 24


def register_databases(databases: Databases) -> None:
    """Give an instance with a managed password its secret, and keep a protected one from deletion.

    Turning the management on later is not offered: an instance has it from the start or never.
    """
    handler = provisioners._RESOURCE_HANDLERS[_TYPE]
    made, changed, removed = handler["create"], handler["update"], handler["delete"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        name, attributes = made(logical_id, properties, stack)
        if is_true(properties.get("ManageMasterUserPassword", False)):
            rds._instances[name]["MasterUserSecret"] = _create_secret(rds._instances[name])
        if rds._instances[name]["Engine"] == _POSTGRES:
            attributes = attributes | _start(databases, name)
        return name, attributes | _secret_of(name)

    def update(name: str, *arguments: Any, **options: Any) -> tuple[str, Any]:  # noqa: ANN401
        successor, attributes = changed(name, *arguments, **options)
        return successor, attributes | _secret_of(successor)

    def delete(name: str, properties: Properties) -> None:
        if is_true(properties.get("DeletionProtection", False)):
            message = (
                f"Cannot delete protected DB Instance {name}, please disable deletion protection"
            )
            raise RuntimeError(message)
        for arn in _secret_of(name).values():
            aws("secretsmanager").delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
        databases.stop(name)
        removed(name, properties)

    handler |= {"create": create, "update": update, "delete": delete}
    run_beside(_TYPE)


def _start(databases: Databases, name: str) -> dict[str, str]:
    """Start the server, and let the record name its address."""
    instance, region = rds._instances[name], get_region()
    address = databases.start(
        name,
        Database(
            name=instance["DBName"],
            master=instance["MasterUsername"],
            password=instance["_MasterUserPassword"],
            port=instance["Endpoint"]["Port"],
        ),
        lambda user, password: may_connect(instance, region, user, password),
    )
    instance["Endpoint"]["Address"] = address
    return {"Endpoint.Address": address}


def _create_secret(instance: dict[str, Any]) -> dict[str, str]:
    instance["_MasterUserPassword"] = secrets.token_urlsafe(_PASSWORD_BYTES)
    content = {
        "username": instance["MasterUsername"],
        "password": instance["_MasterUserPassword"],
    }
    secret = aws("secretsmanager").create_secret(
        Name=f"rds!{instance['DbiResourceId'].lower()}", SecretString=json.dumps(content)
    )
    return {"SecretArn": secret["ARN"], "SecretStatus": "active"}


def _secret_of(name: str) -> dict[str, str]:
    secret = rds._instances.get(name, {}).get("MasterUserSecret")
    return {_ATTRIBUTE: secret["SecretArn"]} if secret else {}
