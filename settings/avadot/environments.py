"""Avadot: what it is made of, and how its environments differ."""

from collections.abc import Mapping
from dataclasses import replace

from settings.avadot.audio2face import Audio2Face, EngineBuild
from settings.avadot.services import CpuService, Protocol
from settings.avadot.system import Avadot
from settings.cluster import Cluster, Network
from settings.data import ModelStore, MySql, NewBucket, Valkey
from settings.exposure import LoadBalancer, PlainHttp
from settings.images import Image
from settings.nodes import NodeGroup
from settings.scaling import CpuScaling
from settings.volumes import Volume
from settings.workloads import GracefulShutdown, Resources, Rollout

REGION = "ap-northeast-2"
PROVIDERS = ("anthropic", "openai", "elevenlabs")
MODELS = "72ef0eee0be7cda3c23897db3d56fdb1b7ba4c82d9f3ba609f1076bf8e516521"
"""The models that pods load, as `make publish` names them; until then, those of the drills."""

_SERVICES = (
    # name, name in the application's code, protocol, port
    ("backend", "backend", Protocol.REST, 4008),
    ("tarot", "tarot", Protocol.WEBSOCKET, 4007),
    ("custom-chat", "custom_chat", Protocol.WEBSOCKET, 4009),
    ("blind-date", "blind_date", Protocol.WEBSOCKET, 4010),
    ("concierge", "concierge", Protocol.REST, 4011),
    ("fact-worker", "fact_worker", Protocol.WORKER, None),
)

ADD_ONS = (
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "metrics-server",
    "aws-ebs-csi-driver",
    "aws-secrets-store-csi-driver-provider",
    "aws-load-balancer-controller",
)
CPU_NODES = NodeGroup(
    name="avadot-nodes", instance_types=("t3.large",), minimum=2, maximum=2, disk_gib=40
)
GPU_NODES = NodeGroup(
    name="avadot-node-gpu", instance_types=("g4dn.xlarge",), minimum=2, maximum=2, disk_gib=100
)


def services(images: Mapping[str, Image]) -> tuple[CpuService, ...]:
    """Return the six conversation services; the backend alone calls outside providers."""
    return tuple(
        CpuService(
            name=name,
            component=component,
            protocol=protocol,
            port=port,
            image=images[name],
            resources=Resources(
                cpu_milli=100, memory_mib=256, cpu_limit_milli=500, memory_limit_mib=512
            ),
            scaling=CpuScaling(minimum=2, maximum=4, cpu_percent=70),
            shutdown=GracefulShutdown(
                deregistration_delay=30, pre_stop_sleep=15, termination_grace=60
            ),
            rollout=Rollout(ready_within=30, limit=600),
            provider_secrets=PROVIDERS if name == "backend" else (),
            calls_audio2face=name == "backend",
        )
        for name, component, protocol, port in _SERVICES
    )


def audio2face(images: Mapping[str, Image]) -> Audio2Face:
    """Return the Audio2Face server: two pods, each on a GPU node of its own."""
    return Audio2Face(
        name="a2f-grpc-server",
        image=images["a2f-grpc-server"],
        model_store_image=images["model-store"],
        replicas=2,
        gpus=1,
        port=50051,
        # The node gives 3920m and 14481Mi; what is left is for the cluster's own pods.
        resources=Resources(
            cpu_milli=3000, memory_mib=11264, cpu_limit_milli=3600, memory_limit_mib=12288
        ),
        volume=Volume(size_gib=50, throughput_mib=500),
        default_model="multi-diffusion",
        engine_build=EngineBuild.WHEN_NEEDED,
        # A build takes 5 to 10 minutes; NVIDIA's own operator allows 20.
        engine_limit=1200,
        shutdown=GracefulShutdown(
            deregistration_delay=300, pre_stop_sleep=15, termination_grace=330
        ),
        # Two engines may be built before the server starts, which then has only to load one.
        rollout=Rollout(ready_within=300, limit=3000),
    )


def prod(images: Mapping[str, Image]) -> Avadot:
    """Return production."""
    return Avadot(
        environment="Prod",
        region=REGION,
        namespace="avadot-prod",
        retained=True,
        monthly_budget_usd=2500,
        network=Network(
            cidr="10.0.0.0/16",
            zones=("ap-northeast-2a", "ap-northeast-2c"),
            nat_gateways=2,
        ),
        cluster=Cluster(
            name="avadot-cluster",
            kubernetes="1.36",
            node_groups=(CPU_NODES, GPU_NODES),
            add_ons=ADD_ONS,
            device_plugin=images["k8s-device-plugin"],
        ),
        mysql=MySql(
            version="8.4.10",
            instance_class="db.m7g.large",
            storage_gib=100,
            multi_az=True,
            backup_days=14,
            database="avadot",
            user="avadot",
        ),
        valkey=Valkey(version="8.2", node_type="cache.t4g.medium", nodes=2),
        model_store=ModelStore(
            bucket=NewBucket(),
            models_prefix="a2f-models/",
            models_version=MODELS,
            engines_prefix="a2f-engines/",
        ),
        providers=PROVIDERS,
        services=services(images),
        audio2face=audio2face(images),
        load_balancer=LoadBalancer(names=PlainHttp()),
    )


def dev(images: Mapping[str, Image]) -> Avadot:
    """Return development: production's shape, smaller, cheaper, and gone when destroyed."""
    production = prod(images)
    return replace(
        production,
        environment="Dev",
        namespace="avadot-dev",
        retained=False,
        monthly_budget_usd=1200,
        network=replace(production.network, cidr="10.1.0.0/16", nat_gateways=1),
        cluster=replace(
            production.cluster,
            name="avadot-dev-cluster",
            node_groups=(CPU_NODES, replace(GPU_NODES, minimum=1, maximum=1)),
        ),
        mysql=replace(
            production.mysql,
            instance_class="db.t4g.medium",
            storage_gib=20,
            multi_az=False,
            backup_days=1,
        ),
        valkey=replace(production.valkey, node_type="cache.t4g.micro"),
        audio2face=replace(production.audio2face, replicas=1),
    )
