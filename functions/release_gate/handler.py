"""What CloudFormation calls: the two handlers of the custom resource."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError

from .freeing import blocking_pods
from .gate import judge_release
from .identity import cluster_token
from .kube import ApiError, Namespace
from .look import Look, look_at
from .objects import name_of, one_line
from .patience import ACCESS_SETTLES
from .release import Release
from .verdict import Complete, Failed, Verdict, Waiting

# CloudFormation cuts reasons; what matters stands first.
REASON_LENGTH = 700


class ReleaseFailed(Exception):  # noqa: N818 - CloudFormation shows the name to the user
    """The release cannot become complete; its message is the reason that CloudFormation shows."""


def on_event(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Begin a release; its clock starts here."""
    if event["RequestType"] == "Delete":
        return {"PhysicalResourceId": event["PhysicalResourceId"]}
    release = Release.from_properties(event["ResourceProperties"])
    return {
        # Stable, so that no update of the release is a replacement with a deletion behind it.
        "PhysicalResourceId": event.get("PhysicalResourceId", release.name),
        "Data": {"StartedAt": datetime.now(UTC).isoformat()},
    }


def is_complete(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Look once: complete, not yet, or `ReleaseFailed` with the reason in one line."""
    if event["RequestType"] == "Delete":
        return {"IsComplete": True}
    release = Release.from_properties(event["ResourceProperties"])
    now = datetime.now(UTC)
    elapsed = (now - datetime.fromisoformat(event["Data"]["StartedAt"])).total_seconds()
    verdict = _verdict(release, now, elapsed)
    _log(type(verdict).__name__, elapsed=round(elapsed), detail=vars(verdict))
    match verdict:
        case Failed(reason):
            raise ReleaseFailed(one_line(reason, REASON_LENGTH))
        case Waiting():
            return {"IsComplete": False}
        case Complete():
            return {"IsComplete": True, "Data": {"ReadyAfterSeconds": str(round(elapsed))}}


def _verdict(release: Release, now: datetime, elapsed: float) -> Verdict:
    try:
        token = cluster_token(release.cluster, os.environ["AWS_REGION"])
        with Namespace(
            release.namespace,
            endpoint=release.endpoint,
            certificate_authority=release.certificate_authority,
            token=token,
        ) as namespace:
            look = look_at(namespace, now)
            _free(release, namespace, look)
    except ApiError as error:
        return _unreadable(release, error, elapsed)
    except BotoCoreError as error:
        return _unreadable(release, ApiError("cluster token", str(error)), elapsed)
    return judge_release(release, look, elapsed=elapsed)


def _free(release: Release, namespace: Namespace, look: Look) -> None:
    for pod in blocking_pods(release, look):
        # A pod that has become ready since it was read has changed, and stays.
        deleted = namespace.delete_pod_unchanged(pod)
        _log("Free", pod=name_of(pod), uid=pod["metadata"]["uid"], deleted=deleted)


def _unreadable(release: Release, error: ApiError, elapsed: float) -> Verdict:
    refused = error.status in {401, 403}
    patience = min(ACCESS_SETTLES, release.limit) if refused else release.limit
    if elapsed < patience:
        return Waiting(str(error))
    return Failed(f"{release.cluster}: the cluster could not be read for {patience} s: {error}")


def _log(decision: str, **facts: object) -> None:
    # Lambda makes one log entry of each line; JSON lets CloudWatch Logs Insights search it.
    sys.stdout.write(json.dumps({"decision": decision, **facts}) + "\n")
