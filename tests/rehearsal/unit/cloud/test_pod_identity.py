"""Which pods get which IAM role."""

# ruff: noqa: SLF001 - the emulator's stores are set up from within

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lightkube.models.authentication_v1 import TokenReviewSpec, TokenReviewStatus, UserInfo
from lightkube.resources.authentication_v1 import TokenReview
from ministack.core.iam_evaluator import resolve_credential
from ministack.services import eks, iam

from rehearsal.cloud.pod_identity import give_role
from rehearsal.cloud.routes import ServiceError

CLUSTER_ARN = "arn:aws:eks:us-east-1:000000000000:cluster/blue"
TOKEN = "token of a2f"
ROLE = "arn:aws:iam::000000000000:role/audio2face"
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
    "Condition": {"ArnEquals": {"aws:SourceArn": CLUSTER_ARN}},
}


class FakePlane:
    def client(self) -> "FakePlane":
        return self

    def create(self, request: TokenReview) -> TokenReview:
        spec = request.spec
        known = spec == TokenReviewSpec(token=TOKEN, audiences=["pods.eks.amazonaws.com"])
        user = UserInfo(username="system:serviceaccount:blue-prod:a2f") if known else UserInfo()
        return TokenReview(spec=spec, status=TokenReviewStatus(authenticated=known, user=user))


def ask(token: str = TOKEN, cluster: str = "blue") -> Any:
    planes: dict[str, Any] = {"blue": FakePlane()}
    return give_role(cluster, token, planes.__getitem__)


def trust(**changes: Any) -> None:
    document = {"Version": "2012-10-17", "Statement": [{**TRUST, **changes}]}
    iam._roles["audio2face"] = {
        "RoleName": "audio2face",
        "RoleId": "AROA",
        "Arn": ROLE,
        "AssumeRolePolicyDocument": json.dumps(document),
    }


@pytest.fixture(autouse=True)
def association() -> Iterator[None]:
    trust()
    eks._pod_identity_associations["blue\x00a-1"] = {
        "clusterName": "blue",
        "namespace": "blue-prod",
        "serviceAccount": "a2f",
        "roleArn": ROLE,
        "associationArn": CLUSTER_ARN.replace("cluster/", "podidentityassociation/") + "/a-1",
        "associationId": "a-1",
    }
    yield
    eks._pod_identity_associations.clear()
    iam._roles.clear()


def test_a_pod_gets_a_session_of_its_role() -> None:
    """The credentials resolve to the role, for the emulator's IAM to evaluate."""
    credentials = ask()["credentials"]

    found = resolve_credential(credentials["accessKeyId"], "000000000000")
    assert found.principal_arn == ("arn:aws:sts::000000000000:assumed-role/audio2face/eks-blue-a2f")


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": {"Service": "ec2.amazonaws.com"}},
        {"Action": "sts:AssumeRole"},
        {"Condition": {"ArnEquals": {"aws:SourceArn": CLUSTER_ARN + "-of-others"}}},
    ],
    ids=["other service", "no session tags", "other cluster"],
)
def test_a_role_must_trust_the_pods_of_the_cluster(changes: dict[str, Any]) -> None:
    """Pod Identity needs both actions, its own service, and here this very cluster."""
    trust(**changes)

    with pytest.raises(ServiceError, match="does not have permissions to assume"):
        ask()


def test_a_forged_token_is_refused() -> None:
    """The cluster's API server has the last word."""
    with pytest.raises(ServiceError, match="token included in the request is invalid"):
        ask(token="made up")


def test_a_service_account_without_association_gets_nothing() -> None:
    """No association, no role."""
    eks._pod_identity_associations.clear()

    with pytest.raises(ServiceError, match="No association for service account blue-prod/a2f"):
        ask()


def test_an_unknown_cluster_is_named() -> None:
    """A pod of a cluster that does not run gets nothing."""
    with pytest.raises(ServiceError, match="No cluster found for name: other"):
        ask(cluster="other")
