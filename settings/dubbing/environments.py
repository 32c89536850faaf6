"""Dubbing: what it is made of, and how its environments differ."""

from collections.abc import Mapping
from dataclasses import replace

from settings.cluster import Cluster, Network
from settings.data import PostgreSql, Valkey
from settings.dubbing.machines import BASE, GENERAL
from settings.dubbing.services import (
    ModelService,
    Priority,
    ReleaseLimits,
    Tier,
)
from settings.dubbing.sizes import HIGH, MINIMUM
from settings.dubbing.system import Dubbing
from settings.exporters import Exporter
from settings.images import Image
from settings.models import Models
from settings.scaling import JobScaling, Pace
from settings.volumes import Volume
from settings.workloads import Resources, Rollout

REGION = "us-east-1"
STT, MT, PRESET, CLONE, LIPSYNC = (
    "whisper-pyannote-stt",
    "marian-mt",
    "styletts-tts",
    "xtts-tts",
    "wav2lip-lipsync",
)
MODELS = "72ef0eee0be7cda3c23897db3d56fdb1b7ba4c82d9f3ba609f1076bf8e516521"
"""The models that pods load, as `make publish` names them; until then, those of the drills."""

_PORT = 8000
_SIZE = Resources(cpu_milli=4000, memory_mib=16384, cpu_limit_milli=8000, memory_limit_mib=32768)
_SMALL = Resources(cpu_milli=2000, memory_mib=8192, cpu_limit_milli=4000, memory_limit_mib=16384)
_UP = Pace(stabilization=60, period=60, percent=100, pods=2)
_DOWN = Pace(stabilization=300, period=120, percent=50)
_POLLING = 15
# Models take minutes to load, after minutes in which a machine comes and pulls a large image.
_ROLLOUT = Rollout(ready_within=900, limit=2400, scheduled_within=600)

ADD_ONS = (
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "metrics-server",
    "aws-ebs-csi-driver",
    "aws-secrets-store-csi-driver-provider",
    "karpenter",
    "keda",
    "kube-prometheus-stack",
    "dcgm-exporter",
    "argo-rollouts",
)


def services(images: Mapping[str, Image]) -> tuple[ModelService, ...]:
    """Return the five model services."""

    def service(
        name: str,
        *,
        queue: str,
        budget_usd: int,
        scaling: JobScaling,
        gpu_memory_mib: int,
        disk_gib: int,
        scratch_gib: int = 10,
        resources: Resources = _SIZE,
        shares_gpu: bool = False,
        priority: Priority = Priority.HIGH,
        configuration: Mapping[str, str],
        needs_hugging_face: bool = False,
    ) -> ModelService:
        return ModelService(
            name=name,
            image=images[name],
            model_store_image=images["model-store"],
            port=_PORT,
            resources=resources,
            tiers=(Tier.STANDARD,) if shares_gpu else (Tier.STANDARD, Tier.PREMIUM),
            shares_gpu=shares_gpu,
            gpu_memory_mib=gpu_memory_mib,
            models=Models(version=MODELS, disk_gib=disk_gib),
            scratch_gib=scratch_gib,
            queue=queue,
            scaling=scaling,
            priority=priority,
            budget_usd=budget_usd,
            rollout=_ROLLOUT,
            configuration=configuration,
            needs_hugging_face=needs_hugging_face,
        )

    return (
        service(
            STT,
            queue="stt",
            budget_usd=5000,
            scaling=JobScaling(
                minimum=2,
                maximum=8,
                jobs_per_pod=5,
                gpu_percent=80,
                cpu_percent=70,
                memory_percent=80,
                up=_UP,
                down=replace(_DOWN, pods=1),
                polling=_POLLING,
            ),
            gpu_memory_mib=12_000,
            disk_gib=50,
            configuration={"WHISPER_MODEL": "large-v3", "DIARIZATION": "pyannote-3.0"},
            needs_hugging_face=True,
        ),
        service(
            MT,
            queue="mt",
            budget_usd=2000,
            scaling=JobScaling(
                minimum=2,
                maximum=6,
                jobs_per_pod=10,
                gpu_percent=75,
                cpu_percent=70,
                up=_UP,
                down=_DOWN,
                polling=_POLLING,
            ),
            gpu_memory_mib=4_000,
            disk_gib=30,
            resources=_SMALL,
            shares_gpu=True,
            priority=Priority.MEDIUM,
            configuration={"MODEL_FAMILY": "opus-mt"},
        ),
        service(
            PRESET,
            queue="tts-preset",
            budget_usd=5000,
            scaling=JobScaling(
                minimum=2,
                maximum=8,
                jobs_per_pod=5,
                gpu_percent=80,
                up=_UP,
                down=_DOWN,
                polling=_POLLING,
            ),
            gpu_memory_mib=8_000,
            disk_gib=40,
            configuration={"VOICE_TYPE": "preset"},
        ),
        service(
            CLONE,
            queue="tts-clone",
            budget_usd=5000,
            scaling=JobScaling(
                minimum=2,
                maximum=8,
                jobs_per_pod=3,
                gpu_percent=80,
                up=_UP,
                down=_DOWN,
                polling=_POLLING,
            ),
            gpu_memory_mib=10_000,
            disk_gib=40,
            configuration={"VOICE_TYPE": "clone"},
        ),
        service(
            LIPSYNC,
            queue="lipsync",
            budget_usd=3000,
            scaling=JobScaling(
                minimum=1,
                maximum=6,
                jobs_per_pod=3,
                gpu_percent=75,
                cpu_percent=70,
                up=Pace(stabilization=90, period=90, percent=100, pods=1),
                down=Pace(stabilization=300, period=180, percent=50),
                polling=_POLLING,
            ),
            gpu_memory_mib=10_000,
            disk_gib=30,
            scratch_gib=30,
            shares_gpu=True,
            priority=Priority.MEDIUM,
            configuration={"FACE_MODEL": "wav2lip-gan", "ENHANCER": "gfpgan-1.3"},
        ),
    )


def prod(images: Mapping[str, Image]) -> Dubbing:
    """Return production."""
    return Dubbing(
        environment="Prod",
        region=REGION,
        namespace="ai-models",
        retained=True,
        monthly_budget_usd=20_000,
        network=Network(cidr="10.0.0.0/16", zones=("us-east-1a", "us-east-1b"), nat_gateways=2),
        cluster=Cluster(
            name="ai-dubbing-production",
            kubernetes="1.36",
            node_groups=(GENERAL, BASE),
            node_pools=HIGH.node_pools,
            add_ons=ADD_ONS,
            device_plugin=images["k8s-device-plugin"],
        ),
        postgresql=PostgreSql(
            version="16.14",
            instance_class="db.m7g.large",
            storage_gib=500,
            multi_az=True,
            backup_days=14,
            database="dubbing",
            user="dubbing",
        ),
        valkey=Valkey(version="8.2", node_type="cache.m7g.large", nodes=3, evicts=False),
        # Of Prometheus and Alertmanager.
        disk=Volume(size_gib=100, throughput_mib=125),
        services=services(images),
        release_limits=ReleaseLimits(error_rate=0.05, p95_seconds=2),
        queue_exporter=Exporter(name="queue-exporter", image=images["queue-exporter"]),
        cost_exporter=Exporter(name="cost-exporter", image=images["cost-exporter"]),
    )


def dev(images: Mapping[str, Image]) -> Dubbing:
    """Return development: production's shape at its smallest, and gone when destroyed."""
    production = prod(images)
    return replace(
        production,
        environment="Dev",
        namespace="ai-models-dev",
        retained=False,
        monthly_budget_usd=4_000,
        network=replace(production.network, cidr="10.1.0.0/16", nat_gateways=1),
        cluster=replace(
            production.cluster,
            name="ai-dubbing-development",
            add_ons=tuple(one for one in ADD_ONS if one != "aws-ebs-csi-driver"),
        ),
        # What Prometheus knows goes with its pod.
        disk=None,
        postgresql=replace(
            production.postgresql,
            instance_class="db.t4g.medium",
            storage_gib=20,
            multi_az=False,
            backup_days=1,
        ),
        valkey=replace(production.valkey, node_type="cache.t4g.medium", nodes=2),
    ).sized(MINIMUM.name)
