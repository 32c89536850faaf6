"""Argo Workflows: runs the steps of a piece of work in pods, in their order."""

from typing import ClassVar

from constructs import Construct

from charts.pod import requirements
from settings.cluster import STEP_EXECUTOR_RESOURCES
from stacks.parts.controllers.controller import Controller, ControllerProps, Shown

_CONTROLLER = "v4.0.5"
"""The controller that the rehearsal runs, and what stands beside its steps; the chart's own may be
another patch of it."""
_NAMESPACE = "argo"
_UNPRIVILEGED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
}


class ArgoWorkflows(Controller):
    """The controller of Workflows, on machines that are always there, without rights in AWS.

    It runs what a WorkflowTemplate of a release says and nothing that somebody makes up: whoever
    may create a Workflow may not choose its pods. There is no server and no archive: what is left
    of a run is what its steps have written. Its definitions stay when it goes, and with them all
    Workflows.
    """

    NAME: ClassVar[str] = "argo-workflows"
    SHOWN: ClassVar[Shown | None] = Shown(
        namespace=_NAMESPACE, pods=f"{NAME}-workflow-controller", port="metrics"
    )

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        self.install(
            props=props,
            namespace=_NAMESPACE,
            values={
                "images": {"tag": _CONTROLLER, "pullPolicy": "IfNotPresent"},
                "crds": {"install": True, "keep": True},
                "createAggregateRoles": False,
                "server": {"enabled": False},
                # Each step has an account of its own, which the release brings.
                "workflow": {"serviceAccount": {"create": False}, "rbac": {"create": False}},
                "controller": {
                    # Another pod would only wait; without a controller steps go on, and the next
                    # one begins when it is back.
                    "replicas": 1,
                    "serviceAccount": {"create": True, "name": self.NAME},
                    "clusterWorkflowTemplates": {"enabled": False},
                    "workflowRestrictions": {"templateReferencing": "Strict"},
                    "metricsConfig": {"enabled": props.is_watched, "secure": False},
                    "nodeSelector": {"node-group": props.node_group},
                    "resources": {"requests": self.requests(), "limits": {"memory": "512Mi"}},
                },
                "executor": {
                    "resources": requirements(STEP_EXECUTOR_RESOURCES).to_dict(),
                    "securityContext": _UNPRIVILEGED,
                },
            },
        )
