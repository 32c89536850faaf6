"""RDS instances: the emulator's own handler, and the master password that RDS keeps itself."""

# ruff: noqa: SLF001 - the emulator offers no public joints

import json
import secrets
from collections.abc import Mapping
from typing import Any

from ministack.services import rds
from ministack.services.cloudformation import provisioners

from rehearsal.cloud.resources.handler import Properties, aws, is_true, run_beside

_TYPE = "AWS::RDS::DBInstance"
_ATTRIBUTE = "MasterUserSecret.SecretArn"
_PASSWORD_BYTES = 24


def register_databases() -> None:
    """Give an instance with a managed password its secret, and keep a protected one from deletion.

    Turning the management on later is not offered: an instance has it from the start or never.
    """
    handler = provisioners._RESOURCE_HANDLERS[_TYPE]
    made, changed, removed = handler["create"], handler["update"], handler["delete"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        name, attributes = made(logical_id, properties, stack)
        if is_true(properties.get("ManageMasterUserPassword", False)):
            rds._instances[name]["MasterUserSecret"] = _create_secret(rds._instances[name])
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
        removed(name, properties)

    handler |= {"create": create, "update": update, "delete": delete}
    run_beside(_TYPE)


def _create_secret(instance: Mapping[str, Any]) -> dict[str, str]:
    content = {
        "username": instance["MasterUsername"],
        "password": secrets.token_urlsafe(_PASSWORD_BYTES),
    }
    secret = aws("secretsmanager").create_secret(
        Name=f"rds!{instance['DbiResourceId'].lower()}", SecretString=json.dumps(content)
    )
    return {"SecretArn": secret["ARN"], "SecretStatus": "active"}


def _secret_of(name: str) -> dict[str, str]:
    secret = rds._instances.get(name, {}).get("MasterUserSecret")
    return {_ATTRIBUTE: secret["SecretArn"]} if secret else {}
