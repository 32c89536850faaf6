"""Accepted findings of cdk-nag, each with its reason.

cdk-nag 3 takes no rule as a whole for rules with several findings: each finding is named.
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

LAMBDA_BASICS = (
    "service-role/AWSLambdaBasicExecutionRole",
    "service-role/AWSLambdaVPCAccessExecutionRole",
)
"""What AWS gives a function so that it can write logs and stand in a VPC."""


def accept(scope: IConstruct, rule: str, *findings: str, reason: str) -> None:
    """Accept a rule of AwsSolutions, or single findings of it, on a construct and below it."""
    names = [f"{rule}[{finding}]" for finding in findings] or [rule]
    cdk.Validations.of(scope).acknowledge(
        *(
            cdk.Acknowledgment(id=f"AwsSolutions::AwsSolutions-{name}", reason=reason)
            for name in names
        )
    )


def accept_managed_policies(scope: IConstruct, *names: str, reason: str) -> None:
    """Accept policies that AWS maintains."""
    accept(
        scope,
        "IAM4",
        *(f"Policy::arn:<AWS::Partition>:iam::aws:policy/{name}" for name in names),
        reason=reason,
    )


def accept_any_version_of(scope: IConstruct, *functions: lambda_.IFunction, reason: str) -> None:
    """Accept that a role may call every version of some functions."""
    stack = cdk.Stack.of(scope)
    for function in functions:
        logical_id = stack.get_logical_id(_resource(function))
        accept(scope, "IAM5", f"Resource::<{logical_id}.Arn>:*", reason=reason)


def as_nag_spells(stack: cdk.Stack, arn: str) -> str:
    """Return an ARN with its references written the way cdk-nag names them in a finding."""
    return _spelled(stack.resolve(arn))


def wildcards(stack: cdk.Stack, statements: Sequence[iam.PolicyStatement]) -> list[str]:
    """Name every wildcard of some statements as cdk-nag does."""
    named = [f"Action::{action}" for statement in statements for action in statement.actions]
    named += [
        f"Resource::{as_nag_spells(stack, resource)}"
        for statement in statements
        for resource in statement.resources
    ]
    return sorted({name for name in named if "*" in name})


def _spelled(value: object) -> str:
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return str(name)
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_spelled(part) for part in parts)
    message = f"cdk-nag's spelling of {value!r} is not known"
    raise TypeError(message)


def _resource(function: IConstruct) -> cdk.CfnResource:
    resource = function.node.default_child
    if not isinstance(resource, cdk.CfnResource):
        message = f"{function.node.path} has no resource of its own"
        raise TypeError(message)
    return resource
