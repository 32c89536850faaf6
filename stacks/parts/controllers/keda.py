"""KEDA: starts pods when messages wait, and ends the last one when none does."""

from typing import ClassVar

from constructs import Construct

from stacks.parts.controllers.controller import Controller, ControllerProps, Shown

_OPERATOR = "keda-operator"


class Keda(Controller):
    """KEDA, on machines that are always there.

    The role of its operator begins with no rights: whoever owns a queue grants the one that is
    needed to count its messages.
    """

    NAME: ClassVar[str] = "keda"
    SHOWN: ClassVar[Shown | None] = Shown(namespace=NAME, pods=_OPERATOR, port="metrics")

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        size = {"requests": self.requests(), "limits": {"cpu": "1", "memory": "1000Mi"}}
        self.install(
            props=props,
            service_account=_OPERATOR,
            namespace=self.NAME,
            values={
                "operator": {"name": _OPERATOR},
                "serviceAccount": {"operator": {"create": True, "name": _OPERATOR}},
                "prometheus": {"operator": {"enabled": props.is_watched}},
                "nodeSelector": {"node-group": props.node_group},
                "resources": {"operator": size, "metricServer": size, "webhooks": size},
            },
        )
