"""Roles in the emulator, and clients that have taken one on."""

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.cloud.clients import aws_client
from rehearsal.cloud.emulator import Emulator

REGION = "ap-northeast-2"


def role(cloud: Emulator, name: str, allowed: Mapping[str, Any], *, service: str = "states") -> str:
    """Make a role for a service and the account, which may do one thing; gives its ARN."""
    trust = {
        "Effect": "Allow",
        "Principal": {
            "Service": f"{service}.amazonaws.com",
            "AWS": "arn:aws:iam::000000000000:root",
        },
        "Action": "sts:AssumeRole",
    }
    iam = cloud.client("iam", REGION)
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))
    policy = _document({"Effect": "Allow", **allowed})
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
    arn: str = made["Role"]["Arn"]
    return arn


def acting_as(cloud: Emulator, arn: str, service: str) -> Any:
    sts = cloud.client("sts", REGION)
    given = sts.assume_role(RoleArn=arn, RoleSessionName="worker")["Credentials"]
    return aws_client(
        service,
        REGION,
        endpoint_url=cloud.endpoint,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def _document(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
