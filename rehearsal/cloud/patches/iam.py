"""IAM: by which action and resource a request is judged, and that it came over TLS."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from ministack import app
from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region

from rehearsal.cloud.patches import Patch
from rehearsal.cloud.patches.ec2 import given, template_id
from rehearsal.cloud.patches.stepfunctions import state_machine_of

_BEDROCK = "bedrock-runtime"
_PUBLIC = "parameter/aws/service/"
_MADE_BY = {
    "CreateFleet": "fleet/new",
    "CreateLaunchTemplate": "launch-template/new",
    "RunInstances": "instance/new",
}


def patch_action(action_of: Callable[..., str]) -> Callable[..., str]:
    """Judge `converse` as `bedrock:InvokeModel`, as Bedrock does."""

    def action(service: str, *request: Any, **more: Any) -> str:  # noqa: ANN401
        return (
            "bedrock:InvokeModel" if service == _BEDROCK else action_of(service, *request, **more)
        )

    return action


def patch_resource(resource_of: Callable[..., str]) -> Callable[..., str]:
    """Name what a request is about where the emulator knows nothing or another name of it.

    The inference profile of a model, the state machine of a task token, a public parameter, which
    is of no account, and what EC2 makes, tags or ends.
    """

    def resource(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        *more: Any,  # noqa: ANN401
    ) -> str:
        if service == _BEDROCK:
            profile = unquote(path.split("/")[2])
            return f"arn:aws:bedrock:{get_region()}:{get_account_id()}:inference-profile/{profile}"
        if service == "states" and (machine := state_machine_of(body)):
            return machine
        if service == "ec2" and (found := _of_ec2(more[0])):
            return f"arn:aws:ec2:{get_region()}:{get_account_id()}:{found}"
        if service == "iam" and (profile := given(more[0], "InstanceProfileName")):
            return f"arn:aws:iam::{get_account_id()}:instance-profile/{profile}"
        named = resource_of(service, method, path, headers, body, *more)
        return named.replace(f":{get_account_id()}:{_PUBLIC}", f"::{_PUBLIC}")

    return resource


def _of_ec2(parameters: Mapping[str, Any]) -> str:
    """Return what an action of EC2 makes, tags or deletes; empty where the emulator knows it."""
    action = given(parameters, "Action")
    match action:
        case "CreateTags":
            return f"instance/{given(parameters, 'ResourceId.1')}"
        case "DeleteLaunchTemplate":
            named = template_id(given(parameters, "LaunchTemplateName"))
            return f"launch-template/{named or given(parameters, 'LaunchTemplateId')}"
    return _MADE_BY.get(action, "")


def patch_tagging(operations_of: Callable[[str], frozenset[str]]) -> Callable[..., frozenset[str]]:
    """Read the tags that something of EC2 is made with."""

    def operations(service: str) -> frozenset[str]:
        more = _MADE_BY.keys() if service == "ec2" else ()
        return operations_of(service) | frozenset(more)

    return operations


def patch_transport(pin: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    """Say that requests came over TLS, which policies insist on; these never leave the machine."""
    return lambda address, _secure: pin(address, True)  # noqa: FBT003


PATCHES = (
    Patch(
        module=iam_actions,
        attribute="extract_iam_action",
        fingerprint="ec476b92d969",
        corrects="the right to call a language model is not asked for",
        upstream="iam_actions.extract_iam_action: bedrock-runtime's converse is InvokeModel",
        replacement=patch_action,
    ),
    Patch(
        module=iam_actions,
        attribute="extract_resource_arn",
        fingerprint="82f51700695c",
        corrects="inference profiles, task tokens and machines are judged without their resource",
        upstream="iam_actions.extract_resource_arn: the profile, the state machine, what EC2 makes",
        replacement=patch_resource,
    ),
    Patch(
        module=iam_actions,
        attribute="_tag_operations",
        fingerprint="00a7236c679a",
        corrects="aws:RequestTag is never there of what EC2 makes with its tags",
        upstream="iam_actions._tag_operations: EC2's operations with a TagSpecification",
        replacement=patch_tagging,
    ),
    Patch(
        module=app,
        attribute="pin_request_origin",
        fingerprint="de819c1bd9ac",
        corrects="aws:SecureTransport is false of every request to an emulator without TLS",
        upstream="app: a variable by which requests of 127.0.0.1 pass for TLS",
        replacement=patch_transport,
    ),
)
