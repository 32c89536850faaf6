"""The systems with made-up images, for tests to look at and to spoil."""

from dataclasses import replace

from settings import avadot, guardian
from settings.cluster import Cluster
from settings.images import Image
from settings.nodes import NodeGroup
from settings.workloads import Resources

_PROGRAMS = (
    "backend",
    "tarot",
    "custom-chat",
    "blind-date",
    "concierge",
    "fact-worker",
    "a2f-grpc-server",
    "model-store",
)
_ANALYZERS = ("audio-analyzer", "video-analyzer")

IMAGES = {
    program: Image(repository=f"avadot/{program}", tag="1.0.0", digest=f"sha256:{number:064x}")
    for number, program in enumerate(_PROGRAMS)
}

PROD = avadot.prod(IMAGES)
DEV = avadot.dev(IMAGES)
CPU_NODES, GPU_NODES = PROD.cluster.node_groups
SERVICES = {service.name: service for service in PROD.services}

GUARDIAN_IMAGES = {
    program: Image(repository=f"guardian/{program}", tag="1.0.0", digest=f"sha256:{number:064x}")
    for number, program in enumerate(_ANALYZERS, start=len(_PROGRAMS))
}
GUARDIAN = guardian.prod(GUARDIAN_IMAGES)
GUARDIAN_DEV = guardian.dev(GUARDIAN_IMAGES)
GENERAL, ML_SPOT = GUARDIAN.cluster.node_groups


def cluster_of(*groups: NodeGroup) -> Cluster:
    """Return production's cluster with other machines."""
    return replace(PROD.cluster, node_groups=groups)


def pod_of(cpu_milli: int, memory_mib: int) -> Resources:
    """Return requests, with limits that equal them."""
    return Resources(
        cpu_milli=cpu_milli,
        memory_mib=memory_mib,
        cpu_limit_milli=cpu_milli,
        memory_limit_mib=memory_mib,
    )
