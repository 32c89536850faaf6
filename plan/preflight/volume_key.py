"""Whether nodes can start where an account encrypts its volumes with a key of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from plan.model.assembly import Assembly
from plan.model.nodes import NODE_GROUP
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Verdict

_OF_AWS = "alias/aws/ebs"
_AUTO_SCALING = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
_OPERATIONS = (
    "Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext "
    "DescribeKey CreateGrant"
)


@dataclass(frozen=True, kw_only=True)
class VolumeKey:
    """The key that EBS takes where a template names none (terraform-aws-eks#3401)."""

    region: str

    @property
    def title(self) -> str:
        return f"key of the nodes' volumes, {self.region}"

    def ask(self, account: Account) -> Verdict:
        """Ask for the account's default key, and whether Auto Scaling may use it."""
        key = account.client("ec2", self.region).get_ebs_default_kms_key_id()["KmsKeyId"]
        if key.endswith(_OF_AWS) or self._may_be_used(account, key):
            return Ready(key)
        grantee = f"arn:aws:iam::{account.number}:{_AUTO_SCALING}"
        return Missing(
            f"{key} is the account's own, and Auto Scaling may not use it: no node starts",
            f"aws kms create-grant --region {self.region} --key-id {key} "
            f"--grantee-principal {grantee} --operations {_OPERATIONS}",
        )

    def _may_be_used(self, account: Account, key: str) -> bool:
        kms = account.client("kms", self.region)
        policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        if _AUTO_SCALING in policy:
            return True
        pages = kms.get_paginator("list_grants").paginate(KeyId=key)
        return any(
            _AUTO_SCALING in grant["GranteePrincipal"] for page in pages for grant in page["Grants"]
        )


def volume_keys(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each region with node groups."""
    for region in sorted(
        {deployment_region(chosen.stack(one.stack)) for one in chosen.of_type(NODE_GROUP)}
    ):
        yield VolumeKey(region=region)
