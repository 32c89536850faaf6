"""Argo Rollouts: replaces a version by the next one, or takes it back."""

from typing import ClassVar

from constructs import Construct

from stacks.parts.controllers.controller import Controller, ControllerProps, Shown

_CONTROLLER = "v1.10.1"
"""The controller that the rehearsal runs; the chart's own may be older."""


class ArgoRollouts(Controller):
    """The controller of Rollouts, on machines that are always there, without rights in AWS.

    Its definitions stay when it goes: with them the pods of all Rollouts would go.
    """

    NAME: ClassVar[str] = "argo-rollouts"
    SHOWN: ClassVar[Shown | None] = Shown(namespace=NAME, pods=NAME, port="metrics")

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        self.install(
            props=props,
            namespace=self.NAME,
            values={
                "keepCRDs": True,
                "dashboard": {"enabled": False},
                "serviceAccount": {"create": True, "name": self.NAME},
                "controller": {
                    "image": {"tag": _CONTROLLER},
                    # Another pod would only wait; without a controller no version is replaced.
                    "replicas": 1,
                    "metrics": {"enabled": props.is_watched},
                    "nodeSelector": {"node-group": props.node_group},
                    "resources": {"requests": self.requests(), "limits": {"memory": "512Mi"}},
                },
            },
        )
