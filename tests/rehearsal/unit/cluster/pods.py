"""Pods as the scheduler leaves them, and time to play them in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
from lightkube.models.core_v1 import Container, PodSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.agent.images import Behaviour, PulledImage, WaitingReason
from rehearsal.cluster.agent.pod_status import advance_pod

START = datetime(2026, 1, 1, tzinfo=UTC)


def container(name: str = "main", **fields: object) -> Container:
    content = {"name": name, "image": name, "readinessProbe": {}} | fields
    return msgspec.convert(content, Container)


def pod_of(*containers: Container, inits: Iterable[Container] = (), policy: str = "Always") -> Pod:
    spec = PodSpec(
        containers=list(containers), initContainers=list(inits), restartPolicy=policy, nodeName="n"
    )
    return Pod(metadata=ObjectMeta(name="p", namespace="d", uid="u"), spec=spec)


def image(behaviour: Behaviour = Behaviour.SERVE, startup_seconds: float = 2) -> PulledImage:
    return PulledImage(identity="i", behaviour=behaviour, startup_seconds=startup_seconds)


def play(
    pod: Pod, found: PulledImage | WaitingReason, *, seconds: int, start: datetime = START
) -> Pod:
    """Let a kubelet look at the pod each second; every container gets the same image."""
    for second in range(seconds + 1):
        time = start + timedelta(seconds=second)
        pod.status = advance_pod(pod, lambda _: found, "10.0.0.1", time)
    return pod
