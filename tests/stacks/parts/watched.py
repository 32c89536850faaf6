"""Clusters with Prometheus and the exporter of GPU metrics, which no system has to have."""

from dataclasses import replace

from plan.model.kubernetes import HelmRelease, helm_releases
from settings.nodes import NodeGroup
from settings.system import System
from stacks.parts.controllers.dcgm_exporter import DcgmExporter
from stacks.parts.controllers.kube_prometheus_stack import KubePrometheusStack
from tests.stacks.avadot.cases import PROD as WITH_GPUS
from tests.stacks.guardian.cases import PROD as WITHOUT_DISKS
from tests.stacks.synths import Synth

__all__ = ["DCGM", "STACK", "WITHOUT_DISKS", "WITH_GPUS", "release", "watched"]

STACK, DCGM = KubePrometheusStack.NAME, DcgmExporter.NAME
_MORE_MACHINES = 3


def watched(system: System, *names: str) -> System:
    """Return an environment with these charts, and machines for them."""
    cluster = system.cluster
    groups = tuple(
        _larger(group) if group in cluster.common_groups else group for group in cluster.node_groups
    )
    add_ons = (*cluster.add_ons, *names)
    return replace(system, cluster=replace(cluster, node_groups=groups, add_ons=add_ons))


def _larger(group: NodeGroup) -> NodeGroup:
    return replace(
        group,
        minimum=group.minimum + _MORE_MACHINES,
        maximum=group.maximum + _MORE_MACHINES,
        desired=group.desired and group.desired + _MORE_MACHINES,
    )


def release(synth: Synth, system: System, chart: str) -> HelmRelease:
    (found,) = (
        one
        for one in helm_releases(synth.assembly)
        if one.chart == chart and one.stack == f"{system.name}Cluster"
    )
    return found
