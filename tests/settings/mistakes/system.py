"""What only a system as a whole can see, its network, and how clients outside it reach it."""

from dataclasses import replace

from settings.exposure import Domain, LoadBalancer, PlainHttp
from tests.settings.examples import CPU_NODES, EXAMPLE, WORKLOAD, cluster_of
from tests.settings.mistakes import NAME_RULE, each_wrong, right, wrong

_NETWORK = EXAMPLE.network
_LOAD_BALANCER = LoadBalancer(names=PlainHttp())
_DOMAIN = Domain(
    name="example.com",
    certificate_arn="arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d",
)
_NAMESPACE_RULE = "use one of its own, this is Kubernetes'"
_RANGE_RULE = "use a range from /16 to /19 inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"
_IPV4_RULE = "write an IPv4 network like 10.0.0.0/16"
_ZONE_RULE = "must be region eu-west-1 and one letter"
_NAT_RULE = "must be from 1 to one for each of the 2 zones"

MISTAKES = (
    *each_wrong(
        EXAMPLE,
        "",
        (
            "environment",
            "use letters and digits after a capital, as Prod",
            {
                "environment with a hyphen": "Pre-Prod",
                "environment in small letters": "prod",
                "environment in letters that CloudFormation lacks": "Prüfung",
                "environment without a name": "",
            },
        ),
        ("namespace", NAME_RULE, {"namespace with a capital": "Example"}),
        (
            "namespace",
            _NAMESPACE_RULE,
            {"namespace that is the default": "default", "namespace of EKS": "kube-system"},
        ),
        ("monthly_budget_usd", "must be at least 1", {"budget of nothing": 0}),
    ),
    wrong(
        "workload in a namespace of Kubernetes' own",
        EXAMPLE,
        f"namespace is 'kube-public': {_NAMESPACE_RULE}",
        programs=(replace(WORKLOAD, name="kube-public"),),
        elsewhere=("kube-public",),
    ),
    wrong("no workload", EXAMPLE, "workloads is (): give at least one", programs=()),
    wrong(
        "workload given twice",
        EXAMPLE,
        "workload name is 'program': each must be given once",
        programs=(WORKLOAD, WORKLOAD),
    ),
    wrong(
        "workload of a kind that the release gate cannot follow",
        EXAMPLE,
        "workload program kind is 'CronJob': "
        "the release gate follows Deployment, StatefulSet, Rollout",
        programs=(replace(WORKLOAD, kind="CronJob"),),  # type: ignore[arg-type] # the mistake
    ),
    *(
        wrong(
            name,
            EXAMPLE,
            f"network zone is {zone!r}: {_ZONE_RULE}",
            network=replace(_NETWORK, zones=("eu-west-1a", zone)),
        )
        for name, zone in {
            "zone of another region": "us-east-1a",
            "region in place of a zone": "eu-west-11",
        }.items()
    ),
    wrong(
        "zone that the region lacks",
        EXAMPLE,
        "network zone is 'eu-west-1e': eu-west-1 has eu-west-1a, eu-west-1b, eu-west-1c",
        network=replace(_NETWORK, zones=("eu-west-1a", "eu-west-1e")),
    ),
    wrong(
        "node group in a zone that the network lacks",
        EXAMPLE,
        "node group cpu-nodes zones is ('eu-west-1z',): must be among the network's zones "
        "eu-west-1a, eu-west-1b",
        cluster=cluster_of(replace(CPU_NODES, zones=("eu-west-1z",))),
    ),
    wrong(
        "zone of a node group given twice",
        CPU_NODES,
        "node group cpu-nodes zones is 'eu-west-1a': each must be given once",
        zones=("eu-west-1a", "eu-west-1a"),
    ),
    *each_wrong(
        _NETWORK,
        "network",
        (
            "cidr",
            _IPV4_RULE,
            {"VPC of something that is no address range": "10.0.0/16", "VPC of IPv6": "fd00::/16"},
        ),
        (
            "cidr",
            _RANGE_RULE,
            {
                "VPC of public addresses": "8.8.0.0/16",
                "VPC of the machine's own addresses": "127.0.0.0/16",
                "VPC beyond the last private address": "172.32.0.0/16",
                "VPC larger than AWS makes them": "10.0.0.0/15",
                "VPC too small for three zones": "10.0.0.0/20",
            },
        ),
        ("nat_gateways", _NAT_RULE, {"no NAT gateway": 0, "more NAT gateways than zones": 3}),
        (
            "cidr",
            "write the network itself, 10.0.0.0/16",
            {"VPC by the address of a machine in it": "10.0.3.7/16"},
        ),
        ("zones", "EKS and RDS need at least 2", {"single zone": ("eu-west-1a",)}),
    ),
    wrong(
        "more zones than the network has ranges for",
        _NETWORK,
        "network zones is ('eu-west-1a', 'eu-west-1b', 'eu-west-1c', 'eu-west-1d'): "
        "the network has ranges for 3",
        zones=("eu-west-1a", "eu-west-1b", "eu-west-1c", "eu-west-1d"),
    ),
    wrong(
        "zone given twice",
        _NETWORK,
        "network zone is 'eu-west-1a': each must be given once",
        zones=("eu-west-1a", "eu-west-1a"),
    ),
    *each_wrong(
        _DOMAIN,
        "domain",
        ("name", "write it like ai.example.com", {"domain as a URL": "https://example.com"}),
        (
            "certificate_arn",
            "gRPC through the load balancer needs the ARN of an ACM certificate",
            {"gRPC to the outside without a certificate": ""},
        ),
    ),
    *each_wrong(
        _LOAD_BALANCER,
        "load balancer",
        (
            "idle_seconds",
            "an ALB takes 1 to 4000",
            {"quiet streams cut at once": 0, "quiet streams kept longer than an ALB can": 4001},
        ),
    ),
)

EDGES = (
    right("environment of one letter", EXAMPLE, environment="P"),
    right("namespace that only begins like Kubernetes' own", EXAMPLE, namespace="kubernetes-lab"),
    right("smallest VPC", _NETWORK, cidr="10.0.0.0/19"),
    right("VPC at the end of the private addresses", _NETWORK, cidr="172.31.0.0/16"),
    right("a NAT gateway for each zone", _NETWORK, nat_gateways=2),
    right("shortest idle time", _LOAD_BALANCER, idle_seconds=1),
    right("longest idle time", _LOAD_BALANCER, idle_seconds=4000),
)
