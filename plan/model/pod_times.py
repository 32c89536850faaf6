"""What a pod says of its own times: how long it may take to end and to start."""

from collections.abc import Mapping
from typing import Any

from plan.model.quantities import GPU
from plan.model.requests import requests

PodSpec = Mapping[str, Any]
_GRACE_SECONDS = 30
"""What Kubernetes takes where a pod says nothing."""


def grace(pod: PodSpec) -> int:
    """Return after how many seconds an ending pod is killed."""
    return int(pod.get("terminationGracePeriodSeconds", _GRACE_SECONDS))


def start_limit(pod: PodSpec) -> int:
    """Return what the most patient startup probe allows, in seconds; 0 without any."""
    probes = [one["startupProbe"] for one in containers(pod) if one.get("startupProbe")]
    return max(
        (int(one.get("failureThreshold", 3)) * int(one.get("periodSeconds", 10)) for one in probes),
        default=0,
    )


def runs(pod: PodSpec, command: str) -> bool:
    """Whether an init container runs a command of the model store: `pull` or `engine`.

    By that a pod declares that it has model files pulled, or a TensorRT engine built.
    """
    return any((one.get("args") or [None])[0] == command for one in init_containers(pod))


def image_step(pod: PodSpec) -> str:
    """Return what the catalog calls the pull of the pod's images."""
    return "GPU image" if requests(pod).get(GPU, 0) > 0 else "image"


def containers(pod: PodSpec) -> list[Mapping[str, Any]]:
    return list(pod.get("containers") or ())


def init_containers(pod: PodSpec) -> list[Mapping[str, Any]]:
    return list(pod.get("initContainers") or ())
