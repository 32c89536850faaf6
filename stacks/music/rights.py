"""What pods may do in the bucket of runs.

A role is a step's, not a run's: it names `runs/*`. Pod Identity tells IAM the name of the pod, and
that begins with the run's id, but no condition compares the beginning of a tag with a part of a key
(docs/music/README.md). What keeps a step from others' runs is that it may not list: their ids are
80 random bits, and a step knows its own.
"""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from stacks.parts.exceptions import accept, as_nag_spells

_READ = ("s3:GetObject",)
_WRITE = ("s3:PutObject", "s3:AbortMultipartUpload")
_DELETE = ("s3:DeleteObject",)


def grant_objects(
    role: iam.Role,
    bucket_arn: str,
    *,
    read: Sequence[str] = (),
    written: Sequence[str] = (),
    deleted: Sequence[str] = (),
) -> None:
    """Let a role read, write and delete objects whose keys are like these."""
    for actions, keys in ((_READ, read), (_WRITE, written), (_DELETE, deleted)):
        if keys:
            role.add_to_policy(
                iam.PolicyStatement(
                    actions=list(actions), resources=[f"{bucket_arn}/{key}" for key in keys]
                )
            )
    stack = cdk.Stack.of(role)
    accept(
        role,
        "IAM5",
        *(
            f"Resource::{as_nag_spells(stack, f'{bucket_arn}/{key}')}"
            for key in dict.fromkeys((*read, *written, *deleted))
        ),
        reason="a run's id is not known before there is a run",
    )


def grant_lists(role: iam.Role, bucket_arn: str, *, prefixes: Sequence[str]) -> None:
    """Let a role list what is below some prefixes."""
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["s3:ListBucket"],
            resources=[bucket_arn],
            conditions={"StringLike": {"s3:prefix": [f"{prefix}*" for prefix in prefixes]}},
        )
    )
