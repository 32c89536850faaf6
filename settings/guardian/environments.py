"""Silver Guardian: what it is made of, and how its environments differ."""

from collections.abc import Mapping
from dataclasses import replace

from settings.cluster import Cluster, Network
from settings.data import PostgreSql, Valkey
from settings.guardian.analyzers import Analyzer
from settings.guardian.system import Guardian
from settings.guardian.uploads import Uploads
from settings.guardian.workflow import WORKFLOW
from settings.images import Image
from settings.node_pools import Capacity, NodePool
from settings.nodes import NodeGroup
from settings.scaling import QueueScaling
from settings.workloads import Resources, Rollout

REGION = "ap-northeast-2"
AUDIO = "audio-analyzer"
VIDEO = "video-analyzer"

_WORKLOAD = "ml"
_SCALING = QueueScaling(
    minimum=0, maximum=5, messages_per_pod=5, cpu_percent=50, cooldown=300, polling=30
)
# A first pod waits for Karpenter, a machine and the pull of its image.
_ROLLOUT = Rollout(ready_within=60, limit=1200, scheduled_within=600)
# Spot machines are gone after 120 s; what is left is for the kubelet.
_GRACE = 100

GENERAL = NodeGroup(
    name="general", instance_types=("t3.medium",), minimum=1, desired=2, maximum=3, disk_gib=40
)
ML_SPOT = NodePool(
    name="ml-spot",
    # The newer two are more to take a machine from where the others are sold out.
    instance_types=("c5.xlarge", "c5.2xlarge", "c5a.xlarge", "c6i.xlarge", "c7i.xlarge"),
    maximum=5,
    capacity=Capacity.SPOT,
    # The pods have been gone for a cooldown already when a machine becomes idle.
    idle_seconds=120,
    # An analysis would begin anew, and machines are seldom busy for a day.
    renews_busy=False,
    disk_gib=40,
    labels={"workload": _WORKLOAD, "nodeType": "spot"},
    taints={"workload": _WORKLOAD},
)
ADD_ONS = (
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "metrics-server",
    "karpenter",
    "keda",
)


def audio(images: Mapping[str, Image]) -> Analyzer:
    """Return the analyser of voices."""
    return Analyzer(
        name=AUDIO,
        image=images[AUDIO],
        port=8000,
        resources=Resources(
            cpu_milli=500, memory_mib=512, cpu_limit_milli=2000, memory_limit_mib=2048
        ),
        scratch_mib=2048,
        workload=_WORKLOAD,
        scaling=_SCALING,
        rollout=_ROLLOUT,
        termination_grace=_GRACE,
    )


def video(images: Mapping[str, Image]) -> Analyzer:
    """Return the analyser of pictures."""
    return Analyzer(
        name=VIDEO,
        image=images[VIDEO],
        port=8001,
        resources=Resources(
            cpu_milli=1000, memory_mib=1024, cpu_limit_milli=2000, memory_limit_mib=3072
        ),
        scratch_mib=2048,
        workload=_WORKLOAD,
        scaling=_SCALING,
        rollout=_ROLLOUT,
        termination_grace=_GRACE,
    )


def prod(images: Mapping[str, Image]) -> Guardian:
    """Return production."""
    return Guardian(
        environment="Prod",
        region=REGION,
        namespace="guardian-prod",
        retained=True,
        monthly_budget_usd=600,
        network=Network(
            cidr="10.0.0.0/16",
            zones=("ap-northeast-2a", "ap-northeast-2c"),
            nat_gateways=1,
        ),
        cluster=Cluster(
            name="silver-guardian-cluster",
            kubernetes="1.36",
            node_groups=(GENERAL,),
            node_pools=(ML_SPOT,),
            add_ons=ADD_ONS,
        ),
        postgresql=PostgreSql(
            version="16.14",
            instance_class="db.t3.micro",
            storage_gib=20,
            multi_az=True,
            backup_days=14,
            database="guardian",
            user="guardian",
        ),
        valkey=Valkey(version="8.2", node_type="cache.t3.micro", nodes=2),
        uploads=Uploads(
            prefix="uploads/",
            largest_mb=500,
            url_seconds=900,
            # The front end is not in this repository; put in where it is served from.
            origins=("https://silver-guardian.example.com",),
        ),
        audio=audio(images),
        video=video(images),
        workflow=WORKFLOW,
    )


def dev(images: Mapping[str, Image]) -> Guardian:
    """Return development: production's shape, smaller, cheaper, and gone when destroyed."""
    production = prod(images)
    return replace(
        production,
        environment="Dev",
        namespace="guardian-dev",
        retained=False,
        monthly_budget_usd=400,
        network=replace(production.network, cidr="10.1.0.0/16"),
        cluster=replace(
            production.cluster,
            name="silver-guardian-dev-cluster",
            node_groups=(replace(GENERAL, desired=1),),
            node_pools=(replace(ML_SPOT, maximum=3),),
        ),
        postgresql=replace(production.postgresql, multi_az=False, backup_days=1),
        uploads=replace(
            production.uploads, origins=(*production.uploads.origins, "http://localhost:3000")
        ),
    )
