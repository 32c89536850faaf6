"""EKS Pod Identity: how a pod takes its IAM role, which the emulator lacks.

`eks-auth:AssumeRoleForPodIdentity` is what the agent on a node calls with the token of a pod's
service account. The agent itself answers on a link-local address of the node; here it is another
path of the emulator's port, one for each cluster, and its answer is the agent's. The token is
judged by the cluster's own API server, the role by its own trust policy.
"""

import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lightkube.models.authentication_v1 import TokenReviewSpec
from lightkube.resources.authentication_v1 import TokenReview
from ministack.core.iam_evaluator import EvalContext, evaluate_trust_policy
from ministack.services import eks, iam, sts

from rehearsal.cloud.patches import private
from rehearsal.cloud.routes import Route, RouteRequest, ServiceError
from rehearsal.cluster import ControlPlane
from rehearsal.cluster.components import AUDIENCE

_USER = re.compile(r"system:serviceaccount:([^:]+):([^:]+)")
_ASSOCIATIONS = private(eks, "_pod_identity_associations")
_ROLES = private(iam, "_roles")
_LIFETIME_SECONDS = 6 * 3600
_LONGEST_SESSION_NAME = 64
_BAD_REQUEST, _FORBIDDEN, _NOT_FOUND = 400, 403, 404


@dataclass(frozen=True, kw_only=True)
class PodIdentity:
    """The service account that a token belongs to."""

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

    Raises `ServiceError` as the real call does: unknown cluster, invalid token, no association,
    or a role whose trust policy does not admit this cluster's pods.
    """
    try:
        plane = plane_of(cluster)
    except KeyError:
        message = f"No cluster found for name: {cluster}."
        raise ServiceError(_NOT_FOUND, "ResourceNotFoundException", message) from None
    pod = _identity_of(cluster, token, plane)
    association = _association(pod)
    account, role = _role(association, pod)
    return _session(pod, association, account, role)


def _identity_of(cluster: str, token: str, plane: ControlPlane) -> PodIdentity:
    request = TokenReview(spec=TokenReviewSpec(token=token, audiences=[AUDIENCE]))
    status = plane.client().create(request).status
    user = _USER.fullmatch(status.user.username or "") if status and status.user else None
    if user is None or not status or not status.authenticated:
        message = "The token included in the request is invalid."
        raise ServiceError(_BAD_REQUEST, "InvalidTokenException", message)
    return PodIdentity(cluster=cluster, namespace=user[1], service_account=user[2])


def _association(pod: PodIdentity) -> Mapping[str, str]:
    for association in _ASSOCIATIONS.to_dict().values():
        found = PodIdentity(
            cluster=association["clusterName"],
            namespace=association["namespace"],
            service_account=association["serviceAccount"],
        )
        if found == pod:
            return association  # type: ignore[no-any-return] # the emulator has no types
    message = f"No association for service account {pod.namespace}/{pod.service_account}."
    raise ServiceError(_NOT_FOUND, "ResourceNotFoundException", message)


def _role(association: Mapping[str, str], pod: PodIdentity) -> tuple[str, Mapping[str, Any]]:
    """Return account and record of the role if it trusts this pod's cluster."""
    arn = association["roleArn"]
    account = arn.split(":")[4]
    role = _ROLES.get_scoped(account, None, arn.rpartition("/")[2])
    clusters = association["associationArn"].partition("podidentityassociation/")[0]
    if role is None or not _trusts(role, account, f"{clusters}cluster/{pod.cluster}", pod.tags):
        message = f"EKS does not have permissions to assume the role {arn}."
        raise ServiceError(_FORBIDDEN, "AccessDeniedException", message)
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
    pod: PodIdentity, association: Mapping[str, str], account: str, role: Mapping[str, Any]
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


_CALL = re.compile(r"/clusters/([^/]+)/assume-role-for-pod-identity")
_AGENT = re.compile(r"/rehearsal/pod-identity-agent/([^/]+)/v1/credentials")


def pod_identity(plane_of: Callable[[str], ControlPlane]) -> tuple[Route, Route]:
    """Open the one call of EKS Auth, and the agent that pods ask."""

    def assume(request: RouteRequest) -> Mapping[str, Any]:
        return give_role(request.path[1], json.loads(request.body)["token"], plane_of)

    def credentials(request: RouteRequest) -> Mapping[str, Any]:
        session = give_role(request.path[1], request.authorization, plane_of)
        given = session["credentials"]
        return {
            "AccessKeyId": given["accessKeyId"],
            "SecretAccessKey": given["secretAccessKey"],
            "Token": given["sessionToken"],
            "AccountId": session["assumedRoleUser"]["arn"].split(":")[4],
            "Expiration": datetime.fromtimestamp(given["expiration"], UTC).isoformat(),
        }

    return Route(path=_CALL, answer=assume), Route(path=_AGENT, answer=credentials)
