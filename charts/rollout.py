"""Rollouts of Argo: a new version starts beside the old one, and takes its place if it is good."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lightkube.models.core_v1 import PodTemplateSpec, Service

from charts.analysis import API_VERSION, VERSION, AnalysisTemplate
from charts.ingress import service
from charts.objects import Identity
from settings.checks import require
from settings.workloads import Rollout

VERSION_LABEL = "rollouts-pod-template-hash"
"""The label by which the controller tells the pods of a version."""
_OLD_VERSIONS = 3
_SECONDS_UNTIL_SCALED_DOWN = 30
"""Of the version that is not wanted any more: until then every node knows of the switch."""


@dataclass(frozen=True, kw_only=True)
class BlueGreen:
    """A workload whose versions are released blue-green.

    Its template stands in it: with one referred to in a Deployment, each release that applies that
    Deployment would start its pods, too. The whole new version is started for its preview:
    `previewReplicaCount` hangs for ever after an abort behind the switch (argo-rollouts 1.10.1).
    """

    identity: Identity
    pods: PodTemplateSpec
    rollout: Rollout
    replicas: int | None
    """Nothing where an autoscaler owns the number; written here, each release would reset it."""
    fewest: int
    """Where this is 0 there may be no pod to measure: a version is then taken as it is."""
    before: AnalysisTemplate
    """What is measured before the new version gets requests."""
    after: AnalysisTemplate
    """What is measured while it gets them, and the old version could still take them back."""

    def __post_init__(self) -> None:
        seconds = max(self.before.seconds, self.after.seconds)
        require(
            seconds < self.rollout.limit,
            f"{self.identity.name} analysis",
            f"{seconds} s",
            f"must be shorter than the rollout limit ({self.rollout.limit} s), at which the "
            "controller aborts what makes no progress",
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the object as Argo's controller reads it."""
        replicas = {} if self.replicas is None else {"replicas": self.replicas}
        return {
            "apiVersion": API_VERSION,
            "kind": "Rollout",
            "metadata": self.identity.metadata().to_dict(),
            "spec": {
                **replicas,
                "revisionHistoryLimit": _OLD_VERSIONS,
                # Back to the version before, as CloudFormation goes if another workload fails: it
                # was found good, and must not depend on who measures, who may be what failed.
                "rollbackWindow": {"revisions": 1},
                "progressDeadlineSeconds": self.rollout.limit,
                "progressDeadlineAbort": True,
                "selector": self.identity.pods.to_dict(),
                "template": _told_apart(self.pods.to_dict()),
                "strategy": {"blueGreen": self._strategy()},
            },
        }

    def _strategy(self) -> dict[str, Any]:
        strategy: dict[str, Any] = {
            "activeService": self.identity.name,
            "previewService": _preview_name(self.identity),
            "autoPromotionEnabled": True,
            "scaleDownDelaySeconds": _SECONDS_UNTIL_SCALED_DOWN,
            "abortScaleDownDelaySeconds": _SECONDS_UNTIL_SCALED_DOWN,
        }
        if self.fewest:
            strategy["prePromotionAnalysis"] = _analysis(self.before)
            strategy["postPromotionAnalysis"] = _analysis(self.after)
        return strategy


def active_service(identity: Identity, *, name: str, port: int) -> Service:
    """Give the version that serves the workload's own address; the controller points it there."""
    return service(identity, name=name, port=port)


def preview_service(identity: Identity, *, name: str, port: int) -> Service:
    """Give the newest version an address of its own, by which it is looked at before it serves."""
    made = service(identity, name=name, port=port)
    made.metadata = identity.metadata(_preview_name(identity))
    return made


def preview_url(identity: Identity, *, port: int, path: str) -> str:
    """Return where the controller asks the newest version."""
    return f"http://{_preview_name(identity)}.{identity.namespace}.svc:{port}{path}"


def _preview_name(identity: Identity) -> str:
    return f"{identity.name}-preview"


def _analysis(template: AnalysisTemplate) -> dict[str, Any]:
    version = {"name": VERSION, "valueFrom": {"podTemplateHashValue": "Latest"}}
    return {"templates": [{"templateName": template.name}], "args": [version]}


def _told_apart(template: dict[str, Any]) -> dict[str, Any]:
    """Let pods be spread version by version: a Rollout's carry another label for it."""
    pod: dict[str, Any] = template["spec"]
    if constraints := pod.get("topologySpreadConstraints"):
        pod["topologySpreadConstraints"] = [_by_version(one) for one in constraints]
    return template


def _by_version(constraint: Mapping[str, Any]) -> Mapping[str, Any]:
    keys = constraint.get("matchLabelKeys", [])
    renamed = [VERSION_LABEL if key == "pod-template-hash" else key for key in keys]
    return {**constraint, "matchLabelKeys": renamed} if keys else constraint
