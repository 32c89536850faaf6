"""How Kubernetes finds out whether a container has started, may be asked, and is alive."""

import math
from dataclasses import dataclass

from lightkube.models.core_v1 import (
    ExecAction,
    GRPCAction,
    HTTPGetAction,
    Probe,
    TCPSocketAction,
)

from settings.workloads import Rollout

HEALTH_PATH = "/health"
_WEB_PERIOD = 5
_GPU_PERIOD = 10
_ALIVE_FILE = "/tmp/alive"  # noqa: S108 - a path inside containers, the only one they may write to
_EXISTS = ["test", "-f", _ALIVE_FILE]
# `find` succeeds whether it finds the file or not, so its output is what counts.
_IS_YOUNGER_THAN_A_MINUTE = ["sh", "-c", f'test -n "$(find {_ALIVE_FILE} -mmin -1)"']


@dataclass(frozen=True, kw_only=True)
class Probes:
    """The three probes of one container; the other two wait until it has started."""

    startup: Probe
    readiness: Probe
    liveness: Probe


def web_probes(port: int, rollout: Rollout) -> Probes:
    """Ask a web service for its health, but for its life only whether it takes connections.

    Health includes the database; if liveness did too, an outage there would restart every pod.
    """
    health = HTTPGetAction(path=HEALTH_PATH, port=port)
    return Probes(
        startup=_started(health, rollout),
        readiness=Probe(httpGet=health, periodSeconds=_WEB_PERIOD, timeoutSeconds=3),
        liveness=Probe(tcpSocket=TCPSocketAction(port=port), periodSeconds=10, timeoutSeconds=3),
    )


def worker_probes(rollout: Rollout) -> Probes:
    """Look at the file that a worker touches at every turn of its loop."""
    exists = ExecAction(command=_EXISTS)
    return Probes(
        startup=Probe(
            exec=exists,
            periodSeconds=_WEB_PERIOD,
            timeoutSeconds=3,
            failureThreshold=_tries(rollout, _WEB_PERIOD),
        ),
        readiness=Probe(exec=exists, periodSeconds=10, timeoutSeconds=3),
        liveness=Probe(
            exec=ExecAction(command=_IS_YOUNGER_THAN_A_MINUTE), periodSeconds=20, timeoutSeconds=3
        ),
    )


def analyzer_probes(port: int, rollout: Rollout) -> Probes:
    """Ask whether the process lives, and apart from that whether its tools and credentials work."""
    alive = HTTPGetAction(path="/healthz", port=port)
    return Probes(
        startup=_started(alive, rollout),
        readiness=Probe(
            httpGet=HTTPGetAction(path="/readyz", port=port),
            initialDelaySeconds=5,
            periodSeconds=10,
            timeoutSeconds=5,
        ),
        liveness=Probe(httpGet=alive, initialDelaySeconds=10, periodSeconds=30, timeoutSeconds=5),
    )


def model_probes(port: int, rollout: Rollout) -> Probes:
    """Ask whether the process lives, and apart from that whether its model, GPU and files do.

    A model is loaded for minutes: until the program answers at all, nothing else is asked of it.
    """
    alive = HTTPGetAction(path=HEALTH_PATH, port=port)
    return Probes(
        startup=Probe(
            httpGet=alive,
            periodSeconds=_GPU_PERIOD,
            timeoutSeconds=5,
            failureThreshold=_tries(rollout, _GPU_PERIOD),
        ),
        readiness=Probe(
            httpGet=HTTPGetAction(path="/ready", port=port), periodSeconds=10, timeoutSeconds=5
        ),
        liveness=Probe(httpGet=alive, periodSeconds=30, timeoutSeconds=10),
    )


def grpc_probes(port: int, rollout: Rollout) -> Probes:
    """Ask the gRPC health service, which tells a living process from a loaded model.

    Starting lasts until the engine is loaded; an init container has brought or built it.
    """
    ready = GRPCAction(port=port, service="readiness")
    alive = GRPCAction(port=port, service="liveness")
    return Probes(
        startup=Probe(
            grpc=ready,
            periodSeconds=_GPU_PERIOD,
            timeoutSeconds=3,
            failureThreshold=_tries(rollout, _GPU_PERIOD),
        ),
        readiness=Probe(grpc=ready, periodSeconds=_GPU_PERIOD, timeoutSeconds=5),
        liveness=Probe(grpc=alive, periodSeconds=_GPU_PERIOD, timeoutSeconds=5),
    )


def _started(answers: HTTPGetAction, rollout: Rollout) -> Probe:
    return Probe(
        httpGet=answers,
        periodSeconds=_WEB_PERIOD,
        timeoutSeconds=3,
        failureThreshold=_tries(rollout, _WEB_PERIOD),
    )


def _tries(rollout: Rollout, period: int) -> int:
    """Count the tries that fit into the time which a container has to become ready."""
    return math.ceil(rollout.ready_within / period)
