"""Controllers that come as Helm charts, since EKS offers no add-on for them."""

from collections.abc import Mapping

from stacks.parts.controllers.argo_rollouts import ArgoRollouts
from stacks.parts.controllers.argo_workflows import ArgoWorkflows
from stacks.parts.controllers.controller import Controller, ControllerProps
from stacks.parts.controllers.dcgm_exporter import DcgmExporter
from stacks.parts.controllers.karpenter import Karpenter
from stacks.parts.controllers.keda import Keda
from stacks.parts.controllers.kube_prometheus_stack import KubePrometheusStack
from stacks.parts.controllers.load_balancer import LoadBalancerController

CONTROLLERS: Mapping[str, type[Controller]] = {
    controller.NAME: controller
    for controller in (
        LoadBalancerController,
        Karpenter,
        Keda,
        ArgoRollouts,
        ArgoWorkflows,
        KubePrometheusStack,
        DcgmExporter,
    )
}
"""By the names that `cluster.add_ons` gives them."""

__all__ = ["CONTROLLERS", "Controller", "ControllerProps"]
