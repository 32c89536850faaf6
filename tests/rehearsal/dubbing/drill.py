"""Dubbing's production: what the drills here ask of it."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.core_v1 import Node, Pod, Service
from lightkube.resources.discovery_v1 import EndpointSlice
from lightkube.types import PatchType

from charts.monitoring import NAMESPACE as MONITORING
from rehearsal.cluster.objects import has_ended, is_ready, labels_of, name_of, spec_of, uid_of
from rehearsal.cluster.played_metrics import GpuFigures, PlayedSeries, set_gpus, set_metrics
from settings.dubbing.system import Dubbing
from settings.systems import systems
from tests.rehearsal.asking import Watched
from tests.rehearsal.drill import Drill, stacks_of
from tests.rehearsal.dubbing.queues import Queues
from tests.rehearsal.edits import Edit, ObjectEdit, SettingEdit, system_named
from tests.rehearsal.monitored import STACK as PROMETHEUS_STACK
from tests.rehearsal.waiting import until

STACK = "DubbingProd"
STACKS = stacks_of(STACK)
NAMESPACE = "ai-models"
STT, MT, PRESET, CLONE, LIPSYNC = (
    "whisper-pyannote-stt",
    "marian-mt",
    "styletts-tts",
    "xtts-tts",
    "wav2lip-lipsync",
)
SERVICES = (STT, MT, PRESET, CLONE, LIPSYNC)
_POOLS = ("more-cpu", "gpu-standard", "gpu-shared", "gpu-premium")
_PACES: Mapping[str, Any] = {
    "polling": 2,
    "up.stabilization": 0,
    "up.period": 2,
    "down.stabilization": 5,
    "down.period": 2,
}
SHORTENED: tuple[Edit, ...] = (
    SettingEdit(system=STACK, path="release_limits.read_every", value=1),
    *(
        SettingEdit(system=STACK, path=f"services[{service}].scaling.{field}", value=value)
        for service in SERVICES
        for field, value in _PACES.items()
    ),
    *(
        SettingEdit(system=STACK, path=f"cluster.node_pools[{pool}].idle_seconds", value=10)
        for pool in _POOLS
    ),
    *(
        ObjectEdit(
            kind="ServiceMonitor",
            name=name,
            path="spec.endpoints",
            value=[{"port": "metrics", "interval": "1s", "scrapeTimeout": "1s", **labels}],
        )
        for name, labels in (("queue-exporter", {}), ("cost-exporter", {"honorLabels": True}))
    ),
)
"""Figures are read every second instead of 15 or 30, and machines go after ten idle ones."""
_Rollout: Any = create_namespaced_resource("argoproj.io", "v1alpha1", "Rollout", "rollouts")
_ServiceMonitor: Any = create_namespaced_resource(
    "monitoring.coreos.com", "v1", "ServiceMonitor", "servicemonitors"
)
_PrometheusRule: Any = create_namespaced_resource(
    "monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules"
)
_WINDOW = re.compile(r"\[\d+[mhd]\]")
_QUICK = {"interval": "1s", "scrapeTimeout": "1s"}


@dataclass(frozen=True, kw_only=True)
class DubbingDrill(Drill, Watched):
    system: ClassVar[str] = STACK

    def setting_of(self, workload: str) -> str:
        return f"services[{workload}]"

    @property
    def queues(self) -> Queues:
        return Queues(cloud=self.checkout.cloud, region=self.region)

    @property
    def environment(self) -> Dubbing:
        found = system_named(systems(), STACK)
        assert isinstance(found, Dubbing)
        return found

    def queue_names(self) -> list[str]:
        return [service.queue for service in self.environment.services]

    def is_at_rest(self) -> bool:
        return all(
            len(self.ready(one.name)) == len(self.pods(one.name)) == one.fewest
            for one in self.environment.services
        )

    def pods(self, service: str) -> list[Pod]:
        found = self.kubernetes.list(
            Pod, namespace=NAMESPACE, labels={"app.kubernetes.io/name": service}
        )
        return [pod for pod in found if not has_ended(pod)]

    def ready(self, service: str) -> set[str]:
        return {uid_of(pod) for pod in self.pods(service) if is_ready(pod)}

    def serving(self, service: str) -> set[str]:
        """Return the images of the pods that the service's own address leads to."""
        slices = self.kubernetes.list(
            EndpointSlice, namespace=NAMESPACE, labels={"kubernetes.io/service-name": service}
        )
        names = {
            endpoint.targetRef.name
            for found in slices
            for endpoint in found.endpoints or []
            if endpoint.targetRef and endpoint.conditions and endpoint.conditions.ready
        }
        return {
            spec_of(pod).containers[0].image or ""
            for pod in self.pods(service)
            if name_of(pod) in names
        }

    def serves(self) -> bool:
        """Whether every service has its fewest pods, all of one version, and no release runs."""
        return all(self._is_healthy(service) for service in SERVICES)

    def _is_healthy(self, service: str) -> bool:
        status = self.kubernetes.get(_Rollout, service, namespace=NAMESPACE).get("status") or {}
        return bool(
            status.get("phase") == "Healthy" and self.ready(service) and self.serving(service)
        )

    def gpu_nodes(self) -> Counter[str]:
        """Count the machines with GPUs by the pool or group that they are of."""
        return Counter(
            labels_of(node).get("karpenter.sh/nodepool", "gpu-base")
            for node in self.kubernetes.list(Node, labels={"nvidia.com/gpu.present": "true"})
        )

    def play(self, service: str, *, errors: float = 0.0, seconds: float = 0.2) -> None:
        """Let all pods of a service answer ten requests a second, this share of them wrongly."""
        self.play_version(service, "", errors=errors, seconds=seconds)

    def play_version(
        self, service: str, version: str, *, errors: float = 0.0, seconds: float = 0.2
    ) -> None:
        """Let the pods of one version behave so, whatever the others do."""
        series = _requests(errors=errors, seconds=seconds)
        set_metrics(self, NAMESPACE, f"{service}-{version}", series)

    def play_work(self, service: str) -> None:
        """Let all pods of a service say everything that a model service says, of work done."""
        queue = {
            "queue": next(one.queue for one in self.environment.services if one.name == service)
        }
        outcomes = [
            PlayedSeries(
                name="model_jobs_total",
                kind="counter",
                per_second=per_second,
                labels={**queue, "outcome": outcome},
            )
            for outcome, per_second in (("completed", 2), ("failed", 0.1))
        ]
        figures = [
            PlayedSeries(
                name="model_job_seconds", kind="histogram", value=3, per_second=2, labels=queue
            ),
            PlayedSeries(name="model_media_seconds_total", kind="counter", per_second=20),
            PlayedSeries(name="model_batch_size", kind="histogram", value=8, per_second=2),
            PlayedSeries(name="model_input_bytes", kind="histogram", value=1e6, per_second=2),
        ]
        series = [*_requests(errors=0.01, seconds=0.2), *outcomes, *figures]
        set_metrics(self, NAMESPACE, f"{service}-", series)

    def load_gpus(self, service: str, percent: float) -> None:
        set_gpus(self, NAMESPACE, f"{service}-", GpuFigures(utilisation=percent))

    def next_version(self, service: str) -> str:
        """Return the hash of the newest version of a service."""
        status = self.kubernetes.get(_Rollout, service, namespace=NAMESPACE).get("status") or {}
        return str(status["currentPodHash"])

    def active_version(self, service: str) -> str:
        """Return the hash of the version that the service's address leads to."""
        spec = self.kubernetes.get(Service, service, namespace=NAMESPACE).spec
        return str((spec.selector or {}).get("rollouts-pod-template-hash")) if spec else ""

    def read_machines_every_second(self) -> None:
        """Prometheus reads GPUs, containers and the cluster's objects every 30 s otherwise."""
        for name in (
            "dcgm-exporter",
            f"{PROMETHEUS_STACK}-kubelet",
            f"{PROMETHEUS_STACK}-kube-state-metrics",
        ):
            self._hasten(name)

    def hasten_rules(self) -> None:
        """Let rules look back and wait for seconds, and not for minutes and hours."""
        for name in ("recording", "alerts"):
            found = self.kubernetes.get(_PrometheusRule, name, namespace=MONITORING)
            groups = json.loads(_WINDOW.sub("[10s]", json.dumps(found["spec"]["groups"])))
            for group in groups:
                group["interval"] = "1s"
                for rule in group["rules"]:
                    if "for" in rule:
                        rule["for"] = "3s"
            self._merge(_PrometheusRule, name, {"groups": groups})

    def _merge(self, kind: Any, name: str, spec: Mapping[str, Any]) -> None:
        patch = {"spec": spec}
        self.kubernetes.patch(kind, name, patch, namespace=MONITORING, patch_type=PatchType.MERGE)

    def _hasten(self, name: str) -> None:
        found = self.kubernetes.get(_ServiceMonitor, name, namespace=MONITORING)
        endpoints = [{**one, **_QUICK} for one in found["spec"]["endpoints"]]
        self._merge(_ServiceMonitor, name, {"endpoints": endpoints})

    @property
    def data_plane_port(self) -> int:
        (site,) = self.checkout.run.rglob("site.json")
        return int(json.loads(site.read_text())["port"])

    def deploy(self, *edits: Edit) -> str:
        """Deploy with these edits, which stay."""
        self.checkout.edit(*edits)
        return self.checkout.up(STACK).must_succeed()

    def await_pods(self, service: str, number: int) -> float:
        return until(
            lambda: len(self.ready(service)) == number, f"{number} pods of {service} are ready"
        )


def _requests(*, errors: float, seconds: float) -> list[PlayedSeries]:
    """Ten requests a second, of which a share fails, and the time that each takes."""
    requests = [
        PlayedSeries(
            name="model_http_requests_total",
            kind="counter",
            per_second=10 * share,
            labels={"code": code},
        )
        for code, share in (("200", 1 - errors), ("500", errors))
    ]
    times = PlayedSeries(
        name="model_http_request_seconds", kind="histogram", value=seconds, per_second=10
    )
    loaded = PlayedSeries(name="model_loaded", value=1)
    return [*requests, times, loaded]
