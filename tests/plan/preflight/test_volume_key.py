"""Whether nodes can start with the key that the account encrypts volumes with."""

import pytest

from plan.preflight.verdicts import Missing, Ready
from plan.preflight.volume_key import volume_keys
from tests.plan.assemblies import REGION
from tests.plan.preflight.played_aws import NUMBER, PlayedAws, cluster, network, node_group

_KEY = f"arn:aws:kms:{REGION}:{NUMBER}:key/own"
_ROLE = (
    f"arn:aws:iam::{NUMBER}:role/aws-service-role/autoscaling.amazonaws.com/"
    "AWSServiceRoleForAutoScaling"
)
(_CHECK,) = volume_keys(cluster(network(), node_group("cpu", "m7g.large", maximum=2)))


def test_the_key_of_aws_is_ready(aws: PlayedAws) -> None:
    """Everybody in the account may use it."""
    aws.answers("ec2", "get_ebs_default_kms_key_id", {"KmsKeyId": "alias/aws/ebs"})

    assert _CHECK.ask(aws.account) == Ready("alias/aws/ebs")


@pytest.mark.parametrize(
    ("policy", "grantees"),
    [(f'{{"Principal": {{"AWS": "{_ROLE}"}}}}', None), ("{}", [_ROLE])],
    ids=["by its policy", "by a grant"],
)
def test_an_own_key_that_auto_scaling_may_use_is_ready(
    aws: PlayedAws, policy: str, grantees: list[str] | None
) -> None:
    """Either way will do."""
    _has_own_key(aws, policy, grantees)

    assert _CHECK.ask(aws.account) == Ready(_KEY)


def test_an_own_key_without_a_grant_is_missing(aws: PlayedAws) -> None:
    """The nodes' machines would end as soon as they start; the grant is given as a command."""
    _has_own_key(aws, "{}", [])

    verdict = _CHECK.ask(aws.account)

    assert isinstance(verdict, Missing)
    assert f"--key-id {_KEY} --grantee-principal {_ROLE} --operations Encrypt" in verdict.remedy


def _has_own_key(aws: PlayedAws, policy: str, grantees: list[str] | None) -> None:
    aws.answers("ec2", "get_ebs_default_kms_key_id", {"KmsKeyId": _KEY})
    aws.answers("kms", "get_key_policy", {"Policy": policy})
    if grantees is not None:
        grants = [{"GranteePrincipal": grantee} for grantee in grantees]
        aws.answers("kms", "list_grants", {"Grants": grants})
