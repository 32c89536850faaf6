"""IAM: by which action and resource a request is judged, and that it came over TLS."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from ministack import app
from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region

from rehearsal.cloud.patches import Patch
from rehearsal.cloud.patches.stepfunctions import state_machine_of

_BEDROCK = "bedrock-runtime"


def patch_action(action_of: Callable[..., str]) -> Callable[..., str]:
    """Judge `converse` as `bedrock:InvokeModel`, as Bedrock does."""

    def action(service: str, *request: Any, **more: Any) -> str:  # noqa: ANN401
        return (
            "bedrock:InvokeModel" if service == _BEDROCK else action_of(service, *request, **more)
        )

    return action


def patch_resource(resource_of: Callable[..., str]) -> Callable[..., str]:
    """Name the inference profile of a model, and the state machine of a task token."""

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
        return resource_of(service, method, path, headers, body, *more)

    return resource


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
        corrects="inference profiles and task tokens are judged without their resource",
        upstream="iam_actions.extract_resource_arn: the profile's ARN, the token's state machine",
        replacement=patch_resource,
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
