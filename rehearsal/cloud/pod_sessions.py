"""Which IAM role a pod may take.

The token is judged by the cluster's own API server, the role by its own trust policy.
"""

# ruff: noqa: SLF001 - the emulator offers no public joints

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lightkube.models.authentication_v1 import TokenReviewSpec
from lightkube.resources.authentication_v1 import TokenReview
from ministack.core.iam_evaluator import EvalContext, evaluate_trust_policy
from ministack.services import eks, iam, sts

from rehearsal.cloud.doors import RefusedError
from rehearsal.cluster import ControlPlane
from rehearsal.cluster.pod_identity import AUDIENCE

"""Who takes the role, and whom the token must be meant for."""
_USER = re.compile(r"system:serviceaccount:([^:]+):([^:]+)")
_LIFETIME_SECONDS = 6 * 3600
_LONGEST_SESSION_NAME = 64
_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND = 400, 403, 404


@dataclass(frozen=True, kw_only=True)
class Pod:
    """Whom a service account's token belongs to."""

    cluster: str
    namespace: str
    service_account: str

    @property
    def tags(self) -> dict[str, str]:
        """The session tags by which a policy can tell pods apart."""
        return {
            "eks-cluster-name": self.cluster,
            "kubernetes-namespace": self.namespace,
            "kubernetes-service-account": self.service_account,
        }


def give_role(
    cluster: str, token: str, plane_of: Callable[[str], ControlPlane]
) -> Mapping[str, Any]:
    """Return credentials of the role associated with the token's service account.

    Raises `RefusedError` as the real call does: unknown cluster, invalid token, no association,
    or a role whose trust policy does not admit this cluster's pods.
    """
    try:
        plane = plane_of(cluster)
    except KeyError:
        message = f"No cluster found for name: {cluster}."
        raise RefusedError(_NOT_FOUND, "ResourceNotFoundException", message) from None
    pod = _whose(cluster, token, plane)
    association = _association(pod)
    account, role = _role(association, pod)
    return _session(pod, association, account, role)


def _whose(cluster: str, token: str, plane: ControlPlane) -> Pod:
    question = TokenReview(spec=TokenReviewSpec(token=token, audiences=[AUDIENCE]))
    status = plane.client().create(question).status
    user = _USER.fullmatch(status.user.username or "") if status and status.user else None
    if user is None or not status or not status.authenticated:
        message = "The token included in the request is invalid."
        raise RefusedError(_BAD_REQUEST, "InvalidTokenException", message)
    return Pod(cluster=cluster, namespace=user[1], service_account=user[2])


def _association(pod: Pod) -> Mapping[str, str]:
    for association in eks._pod_identity_associations.to_dict().values():
        found = Pod(
            cluster=association["clusterName"],
            namespace=association["namespace"],
            service_account=association["serviceAccount"],
        )
        if found == pod:
            return association  # type: ignore[no-any-return] # the emulator has no types
    message = f"No association for service account {pod.namespace}/{pod.service_account}."
    raise RefusedError(_NOT_FOUND, "ResourceNotFoundException", message)


def _role(association: Mapping[str, str], pod: Pod) -> tuple[str, Mapping[str, Any]]:
    """Return account and record of the role if it trusts this pod's cluster."""
    arn = association["roleArn"]
    account = arn.split(":")[4]
    role = iam._roles.get_scoped(account, None, arn.rpartition("/")[2])
    clusters = association["associationArn"].partition("podidentityassociation/")[0]
    if role is None or not _trusts(role, account, f"{clusters}cluster/{pod.cluster}", pod.tags):
        message = f"EKS does not have permissions to assume the role {arn}."
        raise RefusedError(_FORBIDDEN, "AccessDeniedException", message)
    return account, role


def _trusts(role: Mapping[str, Any], account: str, cluster_arn: str, tags: dict[str, str]) -> bool:
    document = role["AssumeRolePolicyDocument"]
    policy = json.loads(document) if isinstance(document, str) else document
    # The emulator takes an account's root for any service, so the service is compared here.
    named = [one for one in policy["Statement"] if _names_service(one.get("Principal", {}))]
    root = f"arn:aws:iam::{account}:root"
    return all(
        evaluate_trust_policy(
            {"Statement": named},
            root,
            EvalContext(
                principal_arn=root,
                principal_type="Service",
                principal_account=account,
                action=action,
                resource_arn="*",
                region="",
                service_context={"aws:sourcearn": cluster_arn, "aws:sourceaccount": account},
                request_tags=tags,
                tag_keys=list(tags),
            ),
        )
        for action in ("sts:AssumeRole", "sts:TagSession")
    )


def _names_service(principal: str | Mapping[str, Any]) -> bool:
    services = principal.get("Service", ()) if isinstance(principal, Mapping) else ()
    return AUDIENCE in ([services] if isinstance(services, str) else services)


def _session(
    pod: Pod, association: Mapping[str, str], account: str, role: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Open a session that the emulator's IAM evaluates, and describe it as the real call does."""
    name = f"eks-{pod.cluster}-{pod.service_account}"[:_LONGEST_SESSION_NAME]
    user = {
        "arn": f"arn:aws:sts::{account}:assumed-role/{role['RoleName']}/{name}",
        "assumeRoleId": f"{role['RoleId']}:{name}",
    }
    credentials = {
        "accessKeyId": f"ASIA{secrets.token_hex(8).upper()}",
        "secretAccessKey": secrets.token_urlsafe(30),
        "sessionToken": secrets.token_urlsafe(60),
        "expiration": int(time.time()) + _LIFETIME_SECONDS,
    }
    sts.register_session(
        credentials["accessKeyId"],
        {
            "Arn": user["arn"],
            "UserId": user["assumeRoleId"],
            "SecretAccessKey": credentials["secretAccessKey"],
            "SessionToken": credentials["sessionToken"],
            "Expiration": credentials["expiration"],
            "AccountId": account,
            "PrincipalType": "AssumedRole",
            "SessionTags": [{"Key": key, "Value": value} for key, value in pod.tags.items()],
        },
    )
    return {
        "credentials": credentials,
        "assumedRoleUser": user,
        "audience": AUDIENCE,
        "podIdentityAssociation": {
            key: association[key] for key in ("associationArn", "associationId")
        },
        "subject": {"namespace": pod.namespace, "serviceAccount": pod.service_account},
    }
