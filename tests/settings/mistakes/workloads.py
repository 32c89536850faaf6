"""Mistakes in the conversation services, the Audio2Face server and their images."""

from dataclasses import replace

from tests.settings.examples import IMAGES, PROD, SERVICES
from tests.settings.mistakes import NAME_RULE, Mistake

_BACKEND = SERVICES["backend"]
_SERVER = PROD.audio2face
_PIN = "pin it as sha256: and 64 hexadecimal digits (`make pin` does)"

IMAGE = (
    Mistake(
        "image pinned by a tag",
        lambda: replace(IMAGES["backend"], digest="1.0.0"),
        f"image avadot/backend digest is '1.0.0': {_PIN}",
    ),
    Mistake(
        "digest cut short",
        lambda: replace(IMAGES["backend"], digest="sha256:771bf1df"),
        f"image avadot/backend digest is 'sha256:771bf1df': {_PIN}",
    ),
    Mistake(
        "tag that moves",
        lambda: replace(IMAGES["backend"], tag="latest"),
        "image avadot/backend tag is 'latest': name a version, since `latest` moves",
    ),
)

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
        "release that fails before one pod can be ready",
        lambda: replace(_BACKEND.rollout, limit=30),
        "rollout limit is 30: must be longer than ready_within (30)",
    ),
    Mistake(
        "release that outlasts CloudFormation",
        lambda: replace(_SERVER.rollout, limit=3601),
        "rollout limit is 3601: CloudFormation waits at most 3600 s for a custom resource",
    ),
    Mistake(
        "Audio2Face killed in the middle of a clip",
        lambda: replace(_SERVER, stop=replace(_SERVER.stop, deregistration=240, grace=300)),
        "audio2face stop grace is 300: must outlast the longest clip of 300 s",
    ),
)

WORKLOADS = (
    Mistake(
        "service name with an underscore",
        lambda: replace(_BACKEND, name="custom_chat"),
        f"service name is 'custom_chat': {NAME_RULE}",
    ),
    Mistake(
        "web service without a port",
        lambda: replace(_BACKEND, port=None),
        "service backend port is None: a worker has none, any other service needs one",
    ),
    Mistake(
        "worker with a port",
        lambda: replace(SERVICES["fact-worker"], port=4012),
        "service fact-worker port is 4012: a worker has none, any other service needs one",
    ),
    Mistake(
        "port zero",
        lambda: replace(_BACKEND, port=0),
        "service backend port is 0: must be from 1 to 65535",
    ),
    Mistake(
        "port that TCP does not have",
        lambda: replace(_BACKEND, port=65536),
        "service backend port is 65536: must be from 1 to 65535",
    ),
    Mistake(
        "Audio2Face name as long as a sentence",
        lambda: replace(_SERVER, name="a" * 64),
        f"audio2face name is '{'a' * 64}': {NAME_RULE}",
    ),
    Mistake(
        "Audio2Face without pods",
        lambda: replace(_SERVER, replicas=0),
        "audio2face replicas is 0: must be at least 1",
    ),
    Mistake(
        "Audio2Face without a GPU",
        lambda: replace(_SERVER, gpus=0),
        "audio2face gpus is 0: each pod needs at least 1",
    ),
)
