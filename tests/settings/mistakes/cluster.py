"""The cluster and its node groups."""

from dataclasses import replace

from catalog.reader import read
from settings.node_pools import Capacity
from settings.nodes import TimeSlicing
from tests.settings.examples import CPU_NODES, GPU_NODES, IMAGE, POOL, cluster_of
from tests.settings.mistakes import NAME_RULE, each_wrong, right, wrong

_CLUSTER = cluster_of(CPU_NODES, GPU_NODES)
_KEPT = replace(CPU_NODES, taints={"workload": "ml"})
_SHARED = TimeSlicing(replicas=2)
_TYPES, _ADD_ONS = read("instances.json")["types"], read("addons.json")["add_ons"]
_WORLD_RULE = "do not open the API to the world; the widest range is a /8"
_PRIVATE_RULE = "EKS refuses private addresses; give the public ones from which the clients come"
_SIZE_RULE = "minimum must be from 0 to maximum, and maximum at least 1"
_COMMON_RULE = "one must be without GPUs and without taints, for the cluster's own pods"
_PLUGIN_RULE = "name its image where machines have GPUs, and only there"
_KARPENTER_RULE = "karpenter must be among them where there are node pools, and only there"
_DOMAIN_RULE = "its domain is Kubernetes' or Karpenter's; use one of its own"
_VERSION_RULE = "must be one of 1.36, 1.35, 1.34, 1.33: nodes are never newer than their cluster"
_IMAGE_RULE = "write a release of EKS' image for Kubernetes 1.36, as 1.36.1-20261120"
_BEFORE_RULE = "vpc-cni, kube-proxy, eks-pod-identity-agent must be among them, else no pod can run"

MISTAKES = (
    *each_wrong(
        _CLUSTER,
        "cluster",
        ("name", NAME_RULE, {"cluster name with a capital": "Example"}),
        ("device_plugin", _PLUGIN_RULE, {"GPUs that nothing tells Kubernetes of": None}),
        (
            "add_ons",
            _BEFORE_RULE,
            {"cluster without a network for pods": ("kube-proxy", "eks-pod-identity-agent")},
        ),
    ),
    wrong(
        "Kubernetes version that EKS never had",
        _CLUSTER,
        "cluster example: Kubernetes version '1.99' is not in the catalog; "
        "known are 1.29, 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37",
        kubernetes="1.99",
    ),
    wrong(
        "Kubernetes version without a kubectl",
        _CLUSTER,
        "cluster example: Kubernetes version '1.33' has no kubectl layer "
        "within one minor version; installed are layers for 1.29, 1.36",
        kubernetes="1.33",
    ),
    wrong(
        "node group given twice",
        _CLUSTER,
        "node group name is 'cpu-nodes': each must be given once",
        node_groups=(CPU_NODES, GPU_NODES, CPU_NODES),
    ),
    wrong(
        "node pool given twice",
        cluster_of(CPU_NODES, pools=(POOL,)),
        "node pool name is 'pool': each must be given once",
        node_pools=(POOL, POOL),
    ),
    wrong(
        "node pool that nothing starts machines of",
        cluster_of(CPU_NODES),
        f"cluster add_ons is {cluster_of(CPU_NODES).add_ons}: {_KARPENTER_RULE}",
        node_pools=(POOL,),
    ),
    wrong(
        "Karpenter without a node pool",
        cluster_of(CPU_NODES, pools=(POOL,)),
        f"cluster add_ons is {cluster_of(CPU_NODES, pools=(POOL,)).add_ons}: {_KARPENTER_RULE}",
        node_pools=(),
    ),
    wrong(
        "GPUs of a pool that nothing tells Kubernetes of",
        cluster_of(CPU_NODES, pools=(replace(POOL, instance_types=("g4dn.xlarge",)),)),
        f"cluster device_plugin is None: {_PLUGIN_RULE}",
        device_plugin=None,
    ),
    wrong(
        "instance type of a pool that EC2 retired",
        POOL,
        "node pool pool: instance type 'p3.2xlarge' is retired: "
        "EC2 stopped describing it in May 2026; use g5 or g6",
        instance_types=("p3.2xlarge",),
    ),
    *each_wrong(
        POOL,
        "node pool pool",
        ("maximum", "must be at least 1", {"pool that can never have a machine": 0}),
        (
            "idle_seconds",
            "must be from 0 to 3600",
            {"machine that goes before it is idle": -1, "machine that is idle for ever": 3601},
        ),
        ("disk_gib", "an EKS image needs at least 20 GiB", {"pool's disk below the image's": 19}),
        (
            "instance_types",
            "all must have as many GPUs, since they get one image and the pods cannot choose",
            {"machines with and without GPUs in one pool": ("g4dn.xlarge", "t3.xlarge")},
        ),
    ),
    *(
        wrong(
            f"label of a pool below {domain}",
            POOL,
            f"node pool pool label is {key!r}: {_DOMAIN_RULE}",
            labels={key: "a"},
        )
        for domain, key in (
            ("Kubernetes' domain", "node.kubernetes.io/role"),
            ("Karpenter's domain", "karpenter.sh/tier"),
        )
    ),
    wrong(
        "only machines with GPUs",
        _CLUSTER,
        f"cluster node_groups is ['gpu-nodes']: {_COMMON_RULE}",
        node_groups=(GPU_NODES,),
    ),
    wrong(
        "only machines with taints",
        _CLUSTER,
        f"cluster node_groups is ['cpu-nodes']: {_COMMON_RULE}",
        node_groups=(_KEPT,),
    ),
    wrong(
        "device plugin without GPUs",
        cluster_of(CPU_NODES),
        f"cluster device_plugin is {IMAGE.reference!r}: {_PLUGIN_RULE}",
        device_plugin=IMAGE,
    ),
    wrong(
        "add-on that nobody knows",
        _CLUSTER,
        f"cluster example: add-on 'istio' is not in the catalog; known are {', '.join(_ADD_ONS)}",
        add_ons=(*_CLUSTER.add_ons, "istio"),
    ),
    wrong(
        "add-on given twice",
        _CLUSTER,
        "cluster add_ons is 'coredns': each must be given once",
        add_ons=("coredns", "coredns"),
    ),
    *(
        wrong(name, _CLUSTER, f"cluster api_cidrs is {cidrs[-1]!r}: {rule}", api_cidrs=cidrs)
        for name, cidrs, rule in (
            ("API open to the world", ("203.0.113.0/24", "0.0.0.0/0"), _WORLD_RULE),
            ("API open to half of the world", ("128.0.0.0/1",), _WORLD_RULE),
            ("API open to one range too wide", ("202.0.0.0/7",), _WORLD_RULE),
            ("API open to private addresses", ("192.168.1.0/24",), _PRIVATE_RULE),
            ("API open to private addresses among others", ("172.0.0.0/8",), _PRIVATE_RULE),
            (
                "API open to an address without its length",
                ("203.0.113.7",),
                "write the network itself, 203.0.113.7/32",
            ),
            (
                "API open to a network by the address of a machine in it",
                ("203.0.113.7/24",),
                "write the network itself, 203.0.113.0/24",
            ),
            (
                "API open to one range twice",
                ("203.0.113.0/24", "203.0.113.0/24"),
                "each must be given once",
            ),
            (
                "API open to something that is no address range",
                ("office",),
                "write an IPv4 network like 203.0.113.0/24",
            ),
        )
    ),
    *(
        wrong(
            name,
            _CLUSTER,
            f"node group cpu-nodes kubernetes is {version!r}: {_VERSION_RULE}",
            node_groups=(replace(CPU_NODES, kubernetes=version), GPU_NODES),
        )
        for name, version in (
            ("nodes newer than their cluster", "1.37"),
            ("nodes too old for their cluster", "1.32"),
        )
    ),
    *(
        wrong(
            name,
            _CLUSTER,
            f"node group cpu-nodes image is {image!r}: {_IMAGE_RULE}",
            node_groups=(replace(CPU_NODES, image=image), GPU_NODES),
        )
        for name, image in (
            ("image of another Kubernetes version", "1.35.2-20261120"),
            ("image without its day", "1.36.1"),
        )
    ),
    wrong(
        "node group name with an underscore",
        CPU_NODES,
        f"node group name is 'cpu_nodes': {NAME_RULE}",
        name="cpu_nodes",
    ),
    wrong(
        "instance type that is not known",
        CPU_NODES,
        "node group cpu-nodes: instance type 't3.lrage' is not in the catalog; "
        f"known are {', '.join(_TYPES)}",
        instance_types=("t3.lrage",),
    ),
    wrong(
        "instance type that EC2 retired",
        GPU_NODES,
        "node group gpu-nodes: instance type 'p3.2xlarge' is retired: "
        "EC2 stopped describing it in May 2026; use g5 or g6",
        instance_types=("p3.2xlarge",),
    ),
    *each_wrong(
        CPU_NODES,
        "node group cpu-nodes",
        ("instance_types", "name at least one", {"node group without an instance type": ()}),
        (
            "desired",
            "must be from its minimum 2 to its maximum 2",
            {"more nodes to begin with than at most": 3},
        ),
        ("disk_gib", "an EKS image needs at least 20 GiB", {"disk smaller than the EKS image": 19}),
        (
            "gpu_sharing",
            "its machines have no GPU to share",
            {"GPUs shared where there are none": _SHARED},
        ),
    ),
    wrong(
        "instance type given twice",
        CPU_NODES,
        "node group cpu-nodes instance_types is 't3.large': each must be given once",
        instance_types=("t3.large", "t3.large"),
    ),
    *each_wrong(
        GPU_NODES,
        "node group gpu-nodes",
        (
            "instance_types",
            "all must have as many GPUs, since they get one image and the pods cannot choose",
            {"machines with and without GPUs in one group": ("g4dn.xlarge", "t3.xlarge")},
        ),
    ),
    *(
        wrong(
            f"{field} that Kubernetes cannot hold",
            CPU_NODES,
            f"node group cpu-nodes {field} workload is 'Machine learning': {NAME_RULE}",
            **{field: {"workload": "Machine learning"}},
        )
        for field in ("labels", "taints")
    ),
    *(
        wrong(
            name,
            GPU_NODES,
            f"node group gpu-nodes size is {size}: {_SIZE_RULE}",
            minimum=size[0],
            maximum=size[1],
        )
        for name, size in {
            "more nodes at least than at most": (3, 2),
            "fewer nodes than none": (-1, 2),
            "node group that can never have a node": (0, 0),
        }.items()
    ),
    *each_wrong(
        _SHARED,
        "time slicing",
        (
            "replicas",
            "must be from 2 to 48",
            {"GPU shared by one pod": 1, "GPU shared by more pods than its memory holds": 49},
        ),
    ),
)

EDGES = (
    right("cluster name of 63", _CLUSTER, name="a" * 63),
    right("API for a single office", _CLUSTER, api_cidrs=("203.0.113.7/32",)),
    right("API for the widest range", _CLUSTER, api_cidrs=("203.0.0.0/8",)),
    right("group that may be empty", GPU_NODES, minimum=0),
    right("pool of one machine that goes at once", POOL, maximum=1, idle_seconds=0),
    right("pool whose machines stay for an hour", POOL, idle_seconds=3600),
    right("pool of spot machines, others if there are none", POOL, capacity=Capacity.SPOT_FIRST),
    right("label of a pool in a domain of its own", POOL, labels={"example.com/tier": "a"}),
    right("disk of the EKS image", CPU_NODES, disk_gib=20),
    right("as many machines to begin with as at most", CPU_NODES, maximum=3, desired=3),
    right("as few machines to begin with as at least", CPU_NODES, desired=2),
    right("GPU shared by two pods", GPU_NODES, gpu_sharing=_SHARED),
    right("GPU shared by as many pods as can be", _SHARED, replicas=48),
)
