"""Mistakes in the cluster and its node groups."""

from dataclasses import replace

from catalog.reader import read
from tests.settings.examples import CPU_NODES, GPU_NODES, PROD
from tests.settings.mistakes import NAME_RULE, Mistake

_KNOWN_TYPES = (
    "t3.medium, t3.large, t3.xlarge, c5.xlarge, c5.2xlarge, c5a.xlarge, "
    "c6i.xlarge, c7i.xlarge, g4dn.xlarge, g4dn.2xlarge, g5.xlarge, g6.xlarge"
)
_WORLD_RULE = "do not open the API to the world; the widest range is a /8"
_PRIVATE_RULE = "EKS refuses private addresses; give the public ones from which the clients come"
_SIZE_RULE = "minimum must be from 0 to maximum, and maximum at least 1"

CLUSTER = (
    Mistake(
        "cluster name with a capital",
        lambda: replace(PROD.cluster, name="Avadot"),
        f"cluster name is 'Avadot': {NAME_RULE}",
    ),
    Mistake(
        "Kubernetes version that EKS never had",
        lambda: replace(PROD.cluster, kubernetes="1.99"),
        "cluster avadot-cluster: Kubernetes version '1.99' is not in the catalog; "
        "known are 1.29, 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37",
    ),
    Mistake(
        "Kubernetes version without a kubectl",
        lambda: replace(PROD.cluster, kubernetes="1.33"),
        "cluster avadot-cluster: Kubernetes version '1.33' has no kubectl layer "
        "within one minor version; installed are layers for 1.29, 1.36",
    ),
    Mistake(
        "node group given twice",
        lambda: replace(PROD.cluster, node_groups=(CPU_NODES, GPU_NODES, CPU_NODES)),
        "node group name is 'avadot-nodes': each must be given once",
    ),
    Mistake(
        "only machines with GPUs",
        lambda: replace(PROD.cluster, node_groups=(GPU_NODES,)),
        "cluster node_groups is ['avadot-node-gpu']: "
        "one must be without GPUs and for no workload alone, for the cluster's own pods",
    ),
    Mistake(
        "only machines kept for one workload",
        lambda: replace(PROD.cluster, node_groups=(replace(CPU_NODES, workload="ml"),)),
        "cluster node_groups is ['avadot-nodes']: "
        "one must be without GPUs and for no workload alone, for the cluster's own pods",
    ),
    Mistake(
        "two groups kept for the same workload",
        lambda: replace(
            PROD.cluster,
            node_groups=(
                CPU_NODES,
                replace(CPU_NODES, name="some", workload="ml"),
                replace(CPU_NODES, name="more", workload="ml"),
            ),
        ),
        "node group workload is 'ml': each must be given once",
    ),
    Mistake(
        "add-on that nobody knows",
        lambda: replace(PROD.cluster, add_ons=("istio",)),
        "cluster avadot-cluster: add-on 'istio' is not in the catalog; "
        f"known are {', '.join(read('addons.json')['add_ons'])}",
    ),
    Mistake(
        "add-on given twice",
        lambda: replace(PROD.cluster, add_ons=("coredns", "coredns")),
        "cluster add_ons is 'coredns': each must be given once",
    ),
    Mistake(
        "API open to the world",
        lambda: replace(PROD.cluster, api_cidrs=("203.0.113.0/24", "0.0.0.0/0")),
        f"cluster api_cidrs is '0.0.0.0/0': {_WORLD_RULE}",
    ),
    Mistake(
        "API open to the world by halves",
        lambda: replace(PROD.cluster, api_cidrs=("0.0.0.0/1", "128.0.0.0/1")),
        f"cluster api_cidrs is '0.0.0.0/1': {_WORLD_RULE}",
    ),
    Mistake(
        "API open to one range too wide",
        lambda: replace(PROD.cluster, api_cidrs=("202.0.0.0/7",)),
        f"cluster api_cidrs is '202.0.0.0/7': {_WORLD_RULE}",
    ),
    Mistake(
        "API open to private addresses",
        lambda: replace(PROD.cluster, api_cidrs=("192.168.1.0/24",)),
        f"cluster api_cidrs is '192.168.1.0/24': {_PRIVATE_RULE}",
    ),
    Mistake(
        "API open to private addresses among others",
        lambda: replace(PROD.cluster, api_cidrs=("172.0.0.0/8",)),
        f"cluster api_cidrs is '172.0.0.0/8': {_PRIVATE_RULE}",
    ),
    Mistake(
        "API open to an address without its length",
        lambda: replace(PROD.cluster, api_cidrs=("203.0.113.7",)),
        "cluster api_cidrs is '203.0.113.7': write the network itself, 203.0.113.7/32",
    ),
    Mistake(
        "API open to a network by the address of a machine in it",
        lambda: replace(PROD.cluster, api_cidrs=("203.0.113.7/24",)),
        "cluster api_cidrs is '203.0.113.7/24': write the network itself, 203.0.113.0/24",
    ),
    Mistake(
        "API open to one range twice",
        lambda: replace(PROD.cluster, api_cidrs=("203.0.113.0/24", "203.0.113.0/24")),
        "cluster api_cidrs is '203.0.113.0/24': each must be given once",
    ),
    Mistake(
        "API open to something that is no address range",
        lambda: replace(PROD.cluster, api_cidrs=("office",)),
        "cluster api_cidrs is 'office': write an IPv4 network like 203.0.113.0/24",
    ),
)

NODES = (
    Mistake(
        "node group name with an underscore",
        lambda: replace(CPU_NODES, name="avadot_nodes"),
        f"node group name is 'avadot_nodes': {NAME_RULE}",
    ),
    Mistake(
        "instance type that is not known",
        lambda: replace(CPU_NODES, instance_types=("t3.lrage",)),
        "node group avadot-nodes: instance type 't3.lrage' is not in the catalog; "
        f"known are {_KNOWN_TYPES}",
    ),
    Mistake(
        "instance type that EC2 retired",
        lambda: replace(GPU_NODES, instance_types=("p3.2xlarge",)),
        "node group avadot-node-gpu: instance type 'p3.2xlarge' is retired: "
        "EC2 stopped describing it in May 2026; use g5 or g6",
    ),
    Mistake(
        "node group without an instance type",
        lambda: replace(CPU_NODES, instance_types=()),
        "node group avadot-nodes instance_types is (): name at least one",
    ),
    Mistake(
        "instance type given twice",
        lambda: replace(CPU_NODES, instance_types=("t3.large", "t3.large")),
        "node group avadot-nodes instance_types is 't3.large': each must be given once",
    ),
    Mistake(
        "machines with and without GPUs in one group",
        lambda: replace(GPU_NODES, instance_types=("g4dn.xlarge", "t3.xlarge")),
        "node group avadot-node-gpu instance_types is ('g4dn.xlarge', 't3.xlarge'): "
        "all must have as many GPUs, since they get one image and the pods cannot choose",
    ),
    Mistake(
        "more nodes to begin with than at most",
        lambda: replace(CPU_NODES, desired=3),
        "node group avadot-nodes desired is 3: must be from its minimum 2 to its maximum 2",
    ),
    Mistake(
        "node group for a workload that no label can hold",
        lambda: replace(CPU_NODES, workload="Machine learning"),
        f"node group avadot-nodes workload is 'Machine learning': {NAME_RULE}",
    ),
    Mistake(
        "more nodes at least than at most",
        lambda: replace(GPU_NODES, minimum=3),
        f"node group avadot-node-gpu size is (3, 2): {_SIZE_RULE}",
    ),
    Mistake(
        "fewer nodes than none",
        lambda: replace(GPU_NODES, minimum=-1),
        f"node group avadot-node-gpu size is (-1, 2): {_SIZE_RULE}",
    ),
    Mistake(
        "node group that can never have a node",
        lambda: replace(GPU_NODES, minimum=0, maximum=0),
        f"node group avadot-node-gpu size is (0, 0): {_SIZE_RULE}",
    ),
    Mistake(
        "disk smaller than the EKS image",
        lambda: replace(CPU_NODES, disk_gib=19),
        "node group avadot-nodes disk_gib is 19: an EKS image needs at least 20 GiB",
    ),
)
