"""Music: what it is made of, and how its environments differ."""

from collections.abc import Mapping
from dataclasses import replace

from settings.cluster import Cluster, Network
from settings.exposure import Domain, LoadBalancer
from settings.images import Image
from settings.music.api import Api, Login, Uploads
from settings.music.machines import COMPOSE, COMPOSING, END, GENERAL, LISTEN, LISTENING
from settings.music.pipeline import Pipeline
from settings.music.steps import Step, StepModels
from settings.music.system import Music
from settings.scaling import CpuScaling
from settings.volumes import Volume
from settings.workloads import GracefulShutdown, Resources, Rollout

REGION = "ap-northeast-2"
API, LISTENER, COMPOSER = "music-api", "listener", "composer"
MODELS = "72ef0eee0be7cda3c23897db3d56fdb1b7ba4c82d9f3ba609f1076bf8e516521"
"""The models that steps load, as `make publish` names them; until then, those of the drills."""

ADD_ONS = (
    "vpc-cni",
    "kube-proxy",
    "eks-pod-identity-agent",
    "coredns",
    "metrics-server",
    "aws-ebs-csi-driver",
    "aws-secrets-store-csi-driver-provider",
    "aws-load-balancer-controller",
    "karpenter",
    "kube-prometheus-stack",
    "argo-workflows",
)
_ON_GPU = Resources(cpu_milli=3000, memory_mib=10240, cpu_limit_milli=3400, memory_limit_mib=12288)


def api(images: Mapping[str, Image]) -> Api:
    """Return the API, at the port that the original's back end had."""
    return Api(
        name=API,
        image=images[API],
        port=8383,
        resources=Resources(
            cpu_milli=100, memory_mib=256, cpu_limit_milli=500, memory_limit_mib=512
        ),
        scaling=CpuScaling(minimum=2, maximum=4, cpu_percent=70),
        shutdown=GracefulShutdown(deregistration_delay=30, pre_stop_sleep=15, termination_grace=60),
        rollout=Rollout(ready_within=60, limit=600),
    )


def pipeline(images: Mapping[str, Image]) -> Pipeline:
    """Return the pipeline: Whisper and what it reads from speech, then Riffusion four times."""

    def models(disk_gib: int) -> StepModels:
        return StepModels(image=images["model-store"], version=MODELS, disk_gib=disk_gib)

    return Pipeline(
        listening=Step(
            name=LISTEN,
            image=images[LISTENER],
            program="listener",
            size=_ON_GPU,
            gpu_memory_mib=10 * 1024,
            most=LISTENING.maximum,
            # A hundred seconds of video at most; the rest is pulls on a machine that has just come.
            deadline=1200,
            retries=2,
            scratch_gib=8,
            models=models(disk_gib=10),
        ),
        composing=Step(
            name=COMPOSE,
            image=images[COMPOSER],
            program="composer",
            size=replace(_ON_GPU, memory_mib=20480, memory_limit_mib=24576),
            gpu_memory_mib=30 * 1024,
            most=COMPOSING.maximum,
            deadline=1800,
            retries=2,
            scratch_gib=8,
            models=models(disk_gib=20),
        ),
        ending=Step(
            name=END,
            image=images[API],
            program="music_api.ending",
            size=Resources(
                cpu_milli=100, memory_mib=128, cpu_limit_milli=500, memory_limit_mib=256
            ),
            gpu_memory_mib=0,
            most=2,
            deadline=300,
            # What it writes is all that a person will ever read of a failed run.
            retries=5,
            scratch_gib=1,
        ),
        seeds=(42, 43, 44, 45),
        at_once=COMPOSING.maximum,
        # While one composes on all four, the next one listens.
        runs=2,
        deadline=2 * 3600,
        kept=3600,
        kept_failed=24 * 3600,
    )


def prod(images: Mapping[str, Image]) -> Music:
    """Return production."""
    return Music(
        environment="Prod",
        region=REGION,
        namespace="music-prod",
        retained=True,
        monthly_budget_usd=1500,
        network=Network(
            cidr="10.0.0.0/16",
            zones=("ap-northeast-2a", "ap-northeast-2c"),
            nat_gateways=1,
        ),
        cluster=Cluster(
            name="music-cluster",
            kubernetes="1.36",
            node_groups=(GENERAL,),
            node_pools=(LISTENING, COMPOSING),
            add_ons=ADD_ONS,
            device_plugin=images["k8s-device-plugin"],
        ),
        api=api(images),
        # Put in the provider that knows your people, and a domain for which ACM has a certificate:
        # with these nobody gets in.
        login=Login(
            issuer="https://login.example.com",
            authorization_endpoint="https://login.example.com/authorize",
            token_endpoint="https://login.example.com/token",  # noqa: S106 - an address
            user_info_endpoint="https://login.example.com/userinfo",
            scope="openid",
            session_seconds=12 * 3600,
        ),
        load_balancer=LoadBalancer(
            names=Domain(name="example.com"),
            idle_seconds=120,
        ),
        uploads=Uploads(largest_mb=500, open_runs=3, kept_days=30),
        pipeline=pipeline(images),
        # Of Prometheus and Alertmanager.
        disk=Volume(size_gib=100, throughput_mib=125),
    )


def dev(images: Mapping[str, Image]) -> Music:
    """Return development: production's shape, with less beside it, and gone when destroyed."""
    production = prod(images)
    return replace(
        production,
        environment="Dev",
        namespace="music-dev",
        retained=False,
        monthly_budget_usd=1000,
        network=replace(production.network, cidr="10.1.0.0/16"),
        cluster=replace(
            production.cluster,
            name="music-dev-cluster",
            add_ons=tuple(one for one in ADD_ONS if one != "aws-ebs-csi-driver"),
        ),
        load_balancer=replace(
            production.load_balancer,
            names=replace(production.domain, name="dev.example.com"),
        ),
        uploads=replace(production.uploads, kept_days=7),
        # What Prometheus knows goes with its pod.
        disk=None,
    )
