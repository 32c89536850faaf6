"""A setting at the very edge of what is right is not refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from settings.exposure import Domain
from settings.workloads import RELEASE_LIMIT_SECONDS
from tests.settings.examples import CPU_NODES, GENERAL, GPU_NODES, GUARDIAN, ML_SPOT, PROD, SERVICES

_AUDIO, _UPLOADS = GUARDIAN.audio, GUARDIAN.uploads
_BACKEND, _WORKER = SERVICES["backend"], SERVICES["fact-worker"]
_DOMAIN = Domain(
    name="avadot.example.com",
    certificate_arn="arn:aws:acm:ap-northeast-2:123456789012:certificate/0a1b2c3d",
)

_EDGES: dict[str, Callable[[], object]] = {
    "smallest VPC": lambda: replace(PROD.network, cidr="10.0.0.0/21"),
    "VPC at the end of the private addresses": lambda: replace(PROD.network, cidr="172.31.0.0/16"),
    "one way out": lambda: replace(PROD.network, nat_gateways=1),
    "certificate of the region": lambda: replace(
        PROD, load_balancer=replace(PROD.load_balancer, names=_DOMAIN)
    ),
    "shortest idle time": lambda: replace(PROD.load_balancer, idle_seconds=1),
    "longest idle time": lambda: replace(PROD.load_balancer, idle_seconds=4000),
    "API for a single office": lambda: replace(PROD.cluster, api_cidrs=("203.0.113.7/32",)),
    "API for the widest range": lambda: replace(PROD.cluster, api_cidrs=("203.0.0.0/8",)),
    "environment of one letter": lambda: replace(PROD, environment="P"),
    "namespace that only begins like Kubernetes' own": lambda: replace(
        PROD, namespace="kubernetes-lab"
    ),
    "two workers, neither with a port": lambda: replace(
        PROD, services=(_WORKER, replace(_WORKER, name="second", component="second"))
    ),
    "name of 63": lambda: replace(PROD.cluster, name="a" * 63),
    "group that may be empty": lambda: replace(GPU_NODES, minimum=0),
    "disk of the EKS image": lambda: replace(CPU_NODES, disk_gib=20),
    "smallest MySQL disk": lambda: replace(PROD.mysql, storage_gib=20),
    "fewest days of backups": lambda: replace(PROD.mysql, backup_days=1),
    "most days of backups": lambda: replace(PROD.mysql, backup_days=35),
    "longest database name": lambda: replace(PROD.mysql, database="A" + "_" * 62),
    "highest MySQL port": lambda: replace(PROD.mysql, port=65535),
    "newest cache": lambda: replace(PROD.valkey, version="9.0"),
    "largest cache": lambda: replace(PROD.valkey, nodes=6),
    "smallest requests": lambda: replace(_BACKEND.resources, cpu_milli=1, memory_mib=1),
    "limits equal to requests": lambda: replace(
        _BACKEND.resources, cpu_limit_milli=100, memory_limit_mib=256
    ),
    "single pod": lambda: replace(_BACKEND.autoscaling, minimum=1, maximum=1),
    "least load": lambda: replace(_BACKEND.autoscaling, cpu_percent=1),
    "most load": lambda: replace(_BACKEND.autoscaling, cpu_percent=100),
    "load balancer that lets go at once": lambda: replace(
        _BACKEND.stop, deregistration=0, linger=0
    ),
    "longest deregistration": lambda: replace(_BACKEND.stop, deregistration=3600, grace=3601),
    "shortest grace": lambda: replace(_BACKEND.stop, grace=31),
    "shortest rollout": lambda: replace(
        _BACKEND.rollout, ready_within=1, scheduled_within=1, limit=2
    ),
    "longest rollout": lambda: replace(_BACKEND.rollout, limit=RELEASE_LIMIT_SECONDS),
    "lowest port": lambda: replace(_BACKEND, port=1),
    "highest port": lambda: replace(_BACKEND, port=65535),
    "smallest volume": lambda: replace(PROD.audio2face.volume, size_gib=1, throughput_mib=125),
    "fastest volume": lambda: replace(PROD.audio2face.volume, throughput_mib=2000),
    "smallest volume that can be fastest": lambda: replace(
        PROD.audio2face.volume, size_gib=16, throughput_mib=2000
    ),
    "longest Audio2Face name": lambda: replace(PROD.audio2face, name="a" * 52),
    "model with a version": lambda: replace(PROD.audio2face, default_model="Claire_v2.3"),
    "image in no folder": lambda: replace(_BACKEND.image, repository="backend"),
    "longest tag": lambda: replace(_BACKEND.image, tag="v" * 63),
    "as many machines to begin with as at most": lambda: replace(GENERAL, desired=3),
    "as few machines to begin with as at least": lambda: replace(GENERAL, desired=1),
    "fewest machines that hold all analysers": lambda: replace(
        GUARDIAN,
        cluster=replace(GUARDIAN.cluster, node_groups=(GENERAL, replace(ML_SPOT, maximum=3))),
    ),
    "release as patient as a machine's start": lambda: replace(
        GUARDIAN,
        audio=replace(_AUDIO, rollout=replace(_AUDIO.rollout, scheduled_within=180)),
    ),
    "release without patience where a machine is always there": lambda: replace(
        GUARDIAN,
        cluster=replace(GUARDIAN.cluster, node_groups=(GENERAL, replace(ML_SPOT, minimum=1))),
        audio=replace(_AUDIO, rollout=replace(_AUDIO.rollout, scheduled_within=30)),
        video=replace(GUARDIAN.video, rollout=replace(_AUDIO.rollout, scheduled_within=30)),
    ),
    "longest grace on a spot machine": lambda: replace(GUARDIAN, audio=replace(_AUDIO, grace=119)),
    "longest grace where machines stay": lambda: replace(
        GUARDIAN,
        cluster=replace(GUARDIAN.cluster, node_groups=(GENERAL, replace(ML_SPOT, spot=False))),
        audio=replace(_AUDIO, grace=3600),
    ),
    "shortest grace of an analyser": lambda: replace(_AUDIO, grace=11),
    "analyser that is never away": lambda: replace(_AUDIO.scaling, minimum=5),
    "two looks in a cooldown": lambda: replace(_AUDIO.scaling, polling=299),
    "a pod for each message": lambda: replace(_AUDIO.scaling, messages_per_pod=1),
    "oldest PostgreSQL": lambda: replace(GUARDIAN.postgresql, version="16.0"),
    "smallest upload": lambda: replace(_UPLOADS, largest_mb=1),
    "longest upload address": lambda: replace(_UPLOADS, url_seconds=3600),
    "front end on a developer's machine": lambda: replace(
        _UPLOADS, origins=("http://localhost:3000", "http://localhost")
    ),
    "shortest Audio2Face grace": lambda: replace(
        PROD.audio2face, stop=replace(PROD.audio2face.stop, deregistration=240, grace=301)
    ),
}


@pytest.mark.parametrize("write", _EDGES.values(), ids=_EDGES)
def test_the_last_right_value_is_accepted(write: Callable[[], object]) -> None:
    """A limit refuses what lies beyond it, and nothing before."""
    write()
