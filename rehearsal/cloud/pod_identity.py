"""EKS Pod Identity: how a pod takes its IAM role, which the emulator lacks.

`eks-auth:AssumeRoleForPodIdentity` is what the agent on a node calls with the token of a pod's
service account. The agent itself answers on a link-local address of the node; here it is another
path of the emulator's port, one for each cluster, and its answer is the agent's.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from rehearsal.cloud.doors import Door, Question
from rehearsal.cloud.pod_sessions import give_role
from rehearsal.cluster import ControlPlane

_CALL = re.compile(r"/clusters/([^/]+)/assume-role-for-pod-identity")
_AGENT = re.compile(r"/rehearsal/pod-identity-agent/([^/]+)/v1/credentials")


def pod_identity(plane_of: Callable[[str], ControlPlane]) -> tuple[Door, Door]:
    """Open the one call of EKS Auth, and the agent that pods ask."""

    def assume(question: Question) -> Mapping[str, Any]:
        return give_role(question.path[1], json.loads(question.body)["token"], plane_of)

    def credentials(question: Question) -> Mapping[str, Any]:
        session = give_role(question.path[1], question.authorization, plane_of)
        given = session["credentials"]
        return {
            "AccessKeyId": given["accessKeyId"],
            "SecretAccessKey": given["secretAccessKey"],
            "Token": given["sessionToken"],
            "AccountId": session["assumedRoleUser"]["arn"].split(":")[4],
            "Expiration": datetime.fromtimestamp(given["expiration"], UTC).isoformat(),
        }

    return Door(path=_CALL, answer=assume), Door(path=_AGENT, answer=credentials)


def environment_of_pod(endpoint: str, cluster: str, token_file: str) -> dict[str, str]:
    """Return what EKS puts into the environment of a pod with an association."""
    return {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": (
            f"{endpoint}/rehearsal/pod-identity-agent/{cluster}/v1/credentials"
        ),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token_file,
    }
