"""Mistakes in the sizes of pods and volumes, and in the times of their lives."""

from dataclasses import replace

from tests.settings.examples import PROD, SERVICES
from tests.settings.mistakes import Mistake

_BACKEND = SERVICES["backend"]
_SERVER = PROD.audio2face

SIZES = (
    Mistake(
        "no CPU asked for",
        lambda: replace(_BACKEND.resources, cpu_milli=0),
        "cpu_milli is 0: ask for at least 1",
    ),
    Mistake(
        "no memory asked for",
        lambda: replace(_BACKEND.resources, memory_mib=0),
        "memory_mib is 0: ask for at least 1",
    ),
    Mistake(
        "CPU limit below the request",
        lambda: replace(_BACKEND.resources, cpu_limit_milli=99),
        "cpu_limit_milli is 99: must not be below the request of 100",
    ),
    Mistake(
        "memory limit below the request",
        lambda: replace(_BACKEND.resources, memory_limit_mib=255),
        "memory_limit_mib is 255: must not be below the request of 256",
    ),
    Mistake(
        "scaled to zero by CPU load",
        lambda: replace(_BACKEND.autoscaling, minimum=0),
        "autoscaling minimum is 0: must be from 1 to the maximum of 4; "
        "CPU load alone cannot start from zero pods",
    ),
    Mistake(
        "more pods at least than at most",
        lambda: replace(_BACKEND.autoscaling, minimum=5),
        "autoscaling minimum is 5: must be from 1 to the maximum of 4; "
        "CPU load alone cannot start from zero pods",
    ),
    Mistake(
        "scaled at no load",
        lambda: replace(_BACKEND.autoscaling, cpu_percent=0),
        "autoscaling cpu_percent is 0: must be from 1 to 100",
    ),
    Mistake(
        "scaled at more than the whole request",
        lambda: replace(_BACKEND.autoscaling, cpu_percent=101),
        "autoscaling cpu_percent is 101: must be from 1 to 100",
    ),
    Mistake(
        "volume of nothing",
        lambda: replace(_SERVER.volume, size_gib=0),
        "volume size_gib is 0: must be at least 1",
    ),
    Mistake(
        "volume slower than gp3 is",
        lambda: replace(_SERVER.volume, throughput_mib=124),
        "volume throughput_mib is 124: gp3 takes 125 to 2000 MiB/s",
    ),
    Mistake(
        "volume faster than gp3 gets",
        lambda: replace(_SERVER.volume, throughput_mib=2001),
        "volume throughput_mib is 2001: gp3 takes 125 to 2000 MiB/s",
    ),
    Mistake(
        "volume too small for its speed",
        lambda: replace(_SERVER.volume, size_gib=15, throughput_mib=2000),
        "volume throughput_mib is 2000: needs 8000 IOPS, and gp3 gives 15 GiB at most 7500; "
        "make the volume larger",
    ),
    Mistake(
        "volume of 1 GiB faster than gp3's included speed",
        lambda: replace(_SERVER.volume, size_gib=1, throughput_mib=751),
        "volume throughput_mib is 751: needs 3004 IOPS, and gp3 gives 1 GiB at most 3000; "
        "make the volume larger",
    ),
)

TIMES = (
    Mistake(
        "pod killed before the load balancer lets go",
        lambda: replace(_BACKEND.stop, grace=30),
        "stop grace is 30: must exceed deregistration (30) and linger (15)",
    ),
    Mistake(
        "pod killed while it lingers",
        lambda: replace(_BACKEND.stop, linger=60),
        "stop grace is 60: must exceed deregistration (30) and linger (60)",
    ),
    Mistake(
        "load balancer that lets go before the pod goes",
        lambda: replace(_BACKEND.stop, deregistration=-1),
        "stop deregistration is -1: an ALB takes 0 to 3600 s",
    ),
    Mistake(
        "load balancer that holds on longer than it can",
        lambda: replace(_BACKEND.stop, deregistration=3601, grace=3700),
        "stop deregistration is 3601: an ALB takes 0 to 3600 s",
    ),
    Mistake(
        "pod that lingers less than not at all",
        lambda: replace(_BACKEND.stop, linger=-1),
        "stop linger is -1: must not be below 0",
    ),
    Mistake(
        "no time to become ready",
        lambda: replace(_BACKEND.rollout, ready_within=0),
        "rollout ready_within is 0: must be at least 1 s",
    ),
    Mistake(
        "release that fails before one pod can be ready",
        lambda: replace(_BACKEND.rollout, limit=30),
        "rollout limit is 30: must be longer than ready_within (30)",
    ),
    Mistake(
        "release that outlasts CloudFormation",
        lambda: replace(_SERVER.rollout, limit=3301),
        "rollout limit is 3301: a release may take 3300 s, CloudFormation waits an hour for it",
    ),
    Mistake(
        "Audio2Face killed in the middle of a clip",
        lambda: replace(_SERVER, stop=replace(_SERVER.stop, deregistration=240, grace=300)),
        "audio2face stop grace is 300: must outlast the longest clip of 300 s",
    ),
    Mistake(
        "engine build that outlasts the release",
        lambda: replace(_SERVER, engine_limit=2701),
        "audio2face engine_limit is 2701: build and start must fit into the rollout's 3000 s, "
        "of which starting may take 300 s",
    ),
    Mistake(
        "engine build without time",
        lambda: replace(_SERVER, engine_limit=0),
        "audio2face engine_limit is 0: build and start must fit into the rollout's 3000 s, "
        "of which starting may take 300 s",
    ),
)
