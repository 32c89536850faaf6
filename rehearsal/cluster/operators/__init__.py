"""The programs of Helm charts, beside a control plane."""

from collections.abc import Mapping

from rehearsal.cluster.operators.argo_rollouts import ArgoRollouts
from rehearsal.cluster.operators.argo_workflows import ArgoWorkflows
from rehearsal.cluster.operators.karpenter import Karpenter, KarpenterDefinitions
from rehearsal.cluster.operators.keda import Keda
from rehearsal.cluster.operators.monitoring import DcgmExporter, KubePrometheusStack
from rehearsal.cluster.operators.release import IdentityOf, Operator, Release

OPERATORS: Mapping[str, Operator] = {
    "argo-rollouts": ArgoRollouts(),
    "argo-workflows": ArgoWorkflows(),
    "dcgm-exporter": DcgmExporter(),
    "karpenter": Karpenter(),
    "karpenter-crd": KarpenterDefinitions(),
    "keda": Keda(),
    "kube-prometheus-stack": KubePrometheusStack(),
}
"""By the charts that bring them; what is built for each stands in `rehearsal.toolchain.charts`."""

__all__ = ["OPERATORS", "IdentityOf", "Operator", "Release"]
