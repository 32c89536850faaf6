"""Secrets: CloudFormation knows them by their ARN, as policies and pods name them."""

from collections.abc import Callable
from typing import Any

from ministack.services import secretsmanager

from rehearsal.cloud.patches import private
from rehearsal.cloud.patches.cloudformation import Properties, operation

_TYPE = "AWS::SecretsManager::Secret"
_resolve = private(secretsmanager, "_resolve")


def _create(original: Callable[..., tuple[str, Any]]) -> Callable[..., tuple[str, Any]]:
    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        _, attributes = original(logical_id, properties, stack)
        return attributes["Arn"], attributes

    return create


def _update(original: Callable[..., tuple[str, Any]]) -> Callable[..., tuple[str, Any]]:
    def update(arn: str, old: Properties, new: Properties, *more: str) -> tuple[str, Any]:
        _, attributes = original(_name_of(arn), old, new, *more)
        return attributes["Arn"], attributes

    return update


def _delete(original: Callable[..., None]) -> Callable[..., None]:
    def delete(arn: str, properties: Properties) -> None:
        original(_name_of(arn), properties)

    return delete


def _name_of(arn: str) -> str:
    name, _ = _resolve(arn)
    return name or arn


PATCHES = tuple(
    operation(_TYPE, name, fingerprint, patch, corrects="Ref of a secret is its name")
    for name, fingerprint, patch in (
        ("create", "0bae0110fce2", _create),
        ("update", "e87220a5ff35", _update),
        ("delete", "4ff615ac8289", _delete),
    )
)
