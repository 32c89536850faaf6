"""The templates of the deployed stacks, from CloudFormation."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from plan.changes.real_versions import with_real_versions
from plan.model.assembly import Assembly, Stack, assemble
from plan.model.failure import PlanError
from plan.model.sources import StackSource

_WITHOUT_RESOURCES = {"REVIEW_IN_PROGRESS", "DELETE_COMPLETE"}
"""Statuses of a stack."""


def deployed_assembly(planned: Assembly) -> Assembly:
    """Return the deployed form of the stacks of an assembly; raise `PlanError` without access.

    A stack that is not deployed is left out.
    """
    session = boto3.Session()
    return assemble(source for stack in planned.stacks for source in _deployed(stack, session))


def _deployed(stack: Stack, session: boto3.Session) -> Iterator[StackSource]:
    try:
        client = session.client("cloudformation", region_name=stack.region or None)
        (described,) = client.describe_stacks(StackName=stack.name)["Stacks"]
        if described["StackStatus"] in _WITHOUT_RESOURCES:
            return
        response = client.get_template(StackName=stack.name, TemplateStage="Original")
    except NoCredentialsError as error:
        message = (
            "AWS credentials are missing; reading the deployed stacks needs them: set AWS_PROFILE, "
            "or log in"
        )
        raise PlanError(message) from error
    except NoRegionError as error:
        message = (
            f"stack {stack.name} has no region: set AWS_DEFAULT_REGION to where it is deployed"
        )
        raise PlanError(message) from error
    except ClientError as error:
        if "does not exist" in str(error):
            return
        message = f"CloudFormation refuses to describe stack {stack.name}: {error}"
        raise PlanError(message) from error
    except BotoCoreError as error:
        message = f"CloudFormation cannot be reached for stack {stack.name}: {error}"
        raise PlanError(message) from error
    yield StackSource(
        name=stack.name,
        region=stack.region,
        depends_on=stack.depends_on,
        is_protected=described.get("EnableTerminationProtection", False),
        template=with_real_versions(
            _template(stack.name, response["TemplateBody"]),
            stack,
            partial(session.client, region_name=stack.region or None),
        ),
    )


def _template(stack: str, body: object) -> Mapping[str, Any]:
    try:
        template = json.loads(body) if isinstance(body, str) else body
    except ValueError:
        template = None
    if not isinstance(template, dict):
        message = f"the deployed template of stack {stack} is not JSON, so the CDK did not write it"
        raise PlanError(message)
    return template
