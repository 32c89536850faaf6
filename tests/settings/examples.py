"""A made-up system, as small as can be, for tests to look at and to spoil."""

from dataclasses import dataclass, field, replace

from settings.cluster import Cluster, Network
from settings.images import Image
from settings.node_pools import Capacity, NodePool
from settings.nodes import NodeGroup
from settings.system import System
from settings.workloads import Placement, Resources, Rollout, Workload, WorkloadKind


def image_of(repository: str, number: int, *, tag: str = "1.0.0") -> Image:
    """Make up an image, whose digest is a number."""
    return Image(repository=repository, tag=tag, digest=f"sha256:{number:064x}")


IMAGE = image_of("example/program", 0)
CPU_NODES = NodeGroup(
    name="cpu-nodes", instance_types=("t3.large",), minimum=2, maximum=2, disk_gib=40
)
GPU_NODES = NodeGroup(
    name="gpu-nodes", instance_types=("g4dn.xlarge",), minimum=2, maximum=2, disk_gib=100
)
POOL = NodePool(
    name="pool",
    instance_types=("t3.large",),
    maximum=2,
    capacity=Capacity.ON_DEMAND,
    idle_seconds=60,
    disk_gib=40,
)


def cluster_of(
    *groups: NodeGroup, pools: tuple[NodePool, ...] = (), add_ons: tuple[str, ...] = ()
) -> Cluster:
    """Make up a cluster of these machines; some add-ons it must have, others may be added."""
    return Cluster(
        name="example",
        kubernetes="1.36",
        node_groups=groups,
        node_pools=pools,
        add_ons=(
            *("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns"),
            *(("karpenter",) if pools else ()),
            *add_ons,
        ),
        device_plugin=IMAGE if any(kind.has_gpus for kind in (*groups, *pools)) else None,
    )


def pod_of(cpu_milli: int, memory_mib: int) -> Resources:
    """Return requests, with limits that equal them."""
    return Resources(
        cpu_milli=cpu_milli,
        memory_mib=memory_mib,
        cpu_limit_milli=cpu_milli,
        memory_limit_mib=memory_mib,
    )


@dataclass(frozen=True, kw_only=True)
class ExampleWorkload:
    """A workload that is nothing but what every workload is."""

    name: str
    resources: Resources
    most: int
    rollout: Rollout
    kind: WorkloadKind = WorkloadKind.DEPLOYMENT
    image: Image = IMAGE
    gpus: int = 0
    gpu_memory_mib: int = 0
    placement: Placement = field(default_factory=Placement)
    fewest: int = 1
    termination_grace: int = 30


@dataclass(frozen=True, kw_only=True)
class Example(System):
    """A system of any workloads; those in `elsewhere` have a namespace of their own."""

    programs: tuple[Workload, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def workloads(self) -> tuple[Workload, ...]:
        return self.programs

    def namespace_of(self, workload: Workload) -> str:
        return workload.name if workload.name in self.elsewhere else self.namespace


WORKLOAD = ExampleWorkload(
    name="program",
    resources=pod_of(100, 100),
    most=1,
    rollout=Rollout(ready_within=30, limit=600),
)
EXAMPLE = Example(
    environment="Prod",
    region="eu-west-1",
    namespace="example-prod",
    retained=True,
    monthly_budget_usd=1000,
    network=Network(cidr="10.0.0.0/16", zones=("eu-west-1a", "eu-west-1b"), nat_gateways=1),
    cluster=cluster_of(CPU_NODES),
    programs=(WORKLOAD, replace(WORKLOAD, name="other")),
)
