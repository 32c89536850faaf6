"""The two handlers of the custom resource: onEvent and isComplete of CDK's provider framework."""

import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError

from .kube import ApiError, KubeClient, Snapshot, cluster_token, read_snapshot
from .objects import name_of, one_line
from .release import GatedRelease
from .rollout import judge_release
from .timeouts import ACCESS_ENTRY_DELAY
from .unblock import blocking_pods
from .verdict import Complete, Failed, Verdict, Waiting

# CloudFormation cuts reasons at the end.
REASON_LENGTH = 700


class ReleaseFailed(Exception):  # noqa: N818 - CloudFormation shows the name to the user
    """The release cannot become complete; its message is the reason that CloudFormation shows."""


def on_event(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Start a release; its timeouts count from here."""
    if event["RequestType"] == "Delete":
        return {"PhysicalResourceId": event["PhysicalResourceId"]}
    release = GatedRelease.from_properties(event["ResourceProperties"])
    return {
        # Stable, so that no update of the release is a replacement with a deletion behind it.
        "PhysicalResourceId": event.get("PhysicalResourceId", release.name),
        "Data": {"StartedAt": datetime.now(UTC).isoformat()},
    }


def is_complete(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Read the cluster once: complete, not yet, or raise `ReleaseFailed` with the reason."""
    if event["RequestType"] == "Delete":
        return {"IsComplete": True}
    release = GatedRelease.from_properties(event["ResourceProperties"])
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


def _verdict(release: GatedRelease, now: datetime, elapsed: float) -> Verdict:
    try:
        token = cluster_token(release.cluster, os.environ["AWS_REGION"])
        with KubeClient(
            endpoint=release.endpoint,
            certificate_authority=release.certificate_authority,
            token=token,
        ) as client:
            snapshots = {
                namespace: _unblock(release, namespace, client, now)
                for namespace in release.namespaces
            }
    except ApiError as error:
        return _unreadable(release, error, elapsed)
    except BotoCoreError as error:
        return _unreadable(release, ApiError("cluster token", str(error)), elapsed)
    return judge_release(release, snapshots, elapsed=elapsed)


def _unblock(release: GatedRelease, namespace: str, client: KubeClient, now: datetime) -> Snapshot:
    """Delete the pods that block a StatefulSet; return the namespace as it was before."""
    rollouts = release.has_rollouts(namespace)
    snapshot = read_snapshot(client, namespace, now, rollouts=rollouts)
    for pod in blocking_pods(release, snapshot):
        # A pod that has become ready since it was read has changed, and stays.
        deleted = client.delete_pod_unchanged(pod)
        _log("Unblock", pod=name_of(pod), uid=pod["metadata"]["uid"], deleted=deleted)
    return snapshot


def _unreadable(release: GatedRelease, error: ApiError, elapsed: float) -> Verdict:
    forbidden = error.status in {401, 403}
    timeout = min(ACCESS_ENTRY_DELAY, release.limit) if forbidden else release.limit
    if elapsed < timeout:
        return Waiting(str(error))
    return Failed(f"{release.cluster}: the cluster could not be read for {timeout} s: {error}")


def _log(decision: str, **facts: object) -> None:
    # One line of JSON is one log event, which CloudWatch Logs Insights can search.
    sys.stdout.write(json.dumps({"decision": decision, **facts}) + "\n")
