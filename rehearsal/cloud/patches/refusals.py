"""What AWS refuses, mostly of updates, and the emulator lets through."""

import json
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from typing import Any

from ministack.services import cloudformation, ec2
from ministack.services.cloudformation import custom_resource, handlers, provisioners, stacks

from rehearsal.cloud.patches import Patch, private
from rehearsal.cloud.patches.cloudformation import Properties, operation

_EXPORTS = private(cloudformation, "_exports")
_STACKS = private(cloudformation, "_stacks")
_SUBNETS = private(ec2, "_subnets")
_imported_by = private(handlers, "_imported_export_names")
_LONGEST_RESPONSE_BYTES = 4096
_TOO_LONG = {"Status": "FAILED", "Reason": "Response object is too long."}


def patch_exports(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what another stack imports: neither its value may change, nor may it go."""

    def resolving(*given: Any) -> Any:  # noqa: ANN401
        outputs, exports = resolve(*given)
        stack_id = given[-1]
        for name, export in list(_EXPORTS.items()):
            new = exports.get(name)
            if export["StackId"] != stack_id or new == export:
                continue
            if users := _importing(name):
                verb = "update" if new else "delete"
                message = f"Cannot {verb} export {name} as it is in use by {', '.join(users)}."
                raise ValueError(message)
            if new is None:
                _EXPORTS.pop(name)
        return outputs, exports

    return resolving


def _importing(export: str) -> list[str]:
    return [
        name
        for name, stack in _STACKS.items()
        if not stack["StackStatus"].startswith("DELETE_") and export in _imported_by(stack, name)
    ]


def patch_response(deliver: Callable[..., bool]) -> Callable[..., bool]:
    """Refuse an answer that is longer than CloudFormation reads, whatever it says."""

    def delivering(token: str, response: Mapping[str, Any]) -> bool:
        size = len(json.dumps(response, separators=(",", ":"), ensure_ascii=False).encode())
        return deliver(token, response if size <= _LONGEST_RESPONSE_BYTES else _TOO_LONG)

    return delivering


def patch_subnet(create: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a range that overlaps that of another subnet of the VPC."""

    def creating(logical_id: str, properties: Properties, *more: Any) -> Any:  # noqa: ANN401
        wanted = ip_network(properties["CidrBlock"])
        for subnet in _SUBNETS.values():
            taken = ip_network(subnet["CidrBlock"])
            if subnet["VpcId"] == properties["VpcId"] and wanted.overlaps(taken):
                message = f"The CIDR '{wanted}' conflicts with another subnet"
                raise ValueError(message)
        return create(logical_id, properties, *more)

    return creating


_SUBNET = "AWS::EC2::Subnet"
_OVERLAP = "subnets of a VPC may overlap"

PATCHES = (
    Patch(
        module=stacks,
        attribute="_resolve_stack_outputs",
        fingerprint="353ef6908a4f",
        corrects="an export that another stack imports may change or go",
        upstream="stacks._deploy_stack_async: refuse it, and forget exports that went",
        replacement=patch_exports,
    ),
    Patch(
        module=custom_resource,
        attribute="deliver_response",
        fingerprint="4f864c27b849",
        corrects="a custom resource may answer more than 4096 bytes",
        upstream="custom_resource.deliver_response: refuse the answer",
        replacement=patch_response,
    ),
    operation(_SUBNET, "create", "626e1b1e5d2a", patch_subnet, corrects=_OVERLAP),
    # Its update replaces a subnet by this function, past the table of operations.
    Patch(
        module=provisioners,
        attribute="_ec2_subnet_create",
        fingerprint="626e1b1e5d2a",
        corrects=_OVERLAP,
        upstream="provisioners._ec2_subnet_create: refuse it",
        replacement=patch_subnet,
    ),
)
