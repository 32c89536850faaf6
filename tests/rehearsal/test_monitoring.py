"""Prometheus, Alertmanager and their operator, for real, beside a real control plane."""

import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lightkube.resources.autoscaling_v2 import HorizontalPodAutoscaler
from lightkube.resources.core_v1 import Event, PersistentVolumeClaim, Pod

from charts.monitoring import NAMESPACE
from rehearsal.cluster.objects import name_of, uid_of
from rehearsal.cluster.operators import OPERATORS
from rehearsal.cluster.played_metrics import (
    GpuFault,
    GpuFigures,
    PlayedSeries,
    set_gpu_faults,
    set_gpus,
    set_metrics,
)
from rehearsal.toolchain import Toolchain, prepare_charts
from tests.rehearsal.manifests import workload
from tests.rehearsal.monitored import (
    ALERTMANAGER,
    PROMETHEUS,
    STACK,
    Monitored,
    monitored,
)
from tests.rehearsal.played import played_cluster
from tests.rehearsal.waiting import until
from tests.stacks.parts.watched import DCGM, WITH_GPUS, release
from tests.stacks.parts.watched import watched as watched_system
from tests.stacks.synths import synthesize

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_TOLERATION = {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
_POD = f"prometheus-{STACK}-prometheus-0"


@pytest.fixture(scope="module")
def watched(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitored]:
    """Share one cluster with the values that the stack writes; each test uses own names."""
    prepare_charts(Toolchain(bin=tools / "bin"), [STACK, "keda"], print)
    directory = tmp_path_factory.mktemp("monitoring")
    synth = synthesize([watched_system(WITH_GPUS, STACK, DCGM)])
    stack, exporter = (release(synth, WITH_GPUS, name).values for name in (STACK, DCGM))
    with played_cluster(directory) as cluster, monitored(cluster, stack, exporter) as made:
        yield made


def _service(name: str, *, gpus: int = 0, is_probed: bool = True) -> list[dict[str, Any]]:
    """Make a Deployment that serves metrics, with Service and ServiceMonitor."""
    made = workload("Deployment", name, "replaced", replicas=2)
    template = made["spec"]["template"]
    labels = {"app": name, "app.kubernetes.io/name": name}
    template["metadata"]["labels"] = labels
    (container,) = template["spec"]["containers"]
    container["ports"] = [{"name": "http", "containerPort": 8000}]
    if not is_probed:
        del container["readinessProbe"]
    if gpus:
        container["resources"]["limits"] = {"nvidia.com/gpu": str(gpus)}
        template["spec"]["tolerations"] = [_TOLERATION]
    ports = [{"name": "http", "port": 80, "targetPort": "http"}]
    metadata = {"name": name, "labels": {"app.kubernetes.io/name": name}}
    selector = {"app.kubernetes.io/name": name}
    return [
        made,
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {"selector": selector, "ports": ports},
        },
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "ServiceMonitor",
            "metadata": metadata,
            "spec": {"selector": {"matchLabels": selector}, "endpoints": [{"port": "http"}]},
        },
    ]


def _deploy(watched: Monitored, name: str, *, gpus: int = 0, is_probed: bool = True) -> None:
    objects = _service(name, gpus=gpus, is_probed=is_probed)
    image = watched.cluster.registry.push(f"case/{name}")
    objects[0]["spec"]["template"]["spec"]["containers"][0]["image"] = image
    for one in objects:
        one["metadata"]["namespace"] = "default"
    watched.apply(*objects)


def _rule(name: str, *rules: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"groups": [{"name": name, "rules": list(rules)}]},
    }


def test_what_the_chart_watches_is_up(watched: Monitored) -> None:
    """Each of the chart's own ServiceMonitors has found its targets, and all of them answer."""
    jobs = {
        "dcgm-exporter",
        "kube-state-metrics",
        "kubelet",
        f"{STACK}-alertmanager",
        f"{STACK}-operator",
        f"{STACK}-prometheus",
    }
    until(lambda: {one["job"] for one, _ in watched.query("up == 1")} >= jobs)
    until(lambda: watched.query("up == 0") == [])

    assert {one["job"] for one, _ in watched.query("up")} == jobs


def test_a_monitored_service_shows_its_pods_with_their_labels(watched: Monitored) -> None:
    """Each pod is a target, by the name of its port, and counters grow as they were told to."""
    series = PlayedSeries(name="jobs_total", kind="counter", per_second=5)
    set_metrics(watched, "default", "speech-", [series])
    _deploy(watched, "speech")

    until(lambda: len(watched.query('up{job="speech"} == 1')) == 2)

    labels, _ = watched.query('up{job="speech"}')[0]
    assert labels["namespace"] == "default"
    assert labels["service"] == "speech"
    assert labels["endpoint"] == "http"
    assert labels["pod"].startswith("speech-")
    until(lambda: [4 < rate < 6 for _, rate in watched.query("rate(jobs_total[5s])")] == [True] * 2)


def test_a_port_that_no_pod_has_finds_no_target(watched: Monitored) -> None:
    """A ServiceMonitor names a port of the Service; another name is silence, not an error."""
    _deploy(watched, "silent")
    *_, monitor = _service("misspelt")
    monitor["metadata"]["namespace"] = "default"
    monitor["spec"]["selector"]["matchLabels"] = {"app.kubernetes.io/name": "silent"}
    monitor["spec"]["endpoints"] = [{"port": "web"}]
    watched.apply(monitor)

    until(lambda: len(watched.query('up{job="silent"}')) == 2)

    assert {one["endpoint"] for one, _ in watched.query('up{job="silent"}')} == {"http"}


def test_a_pod_that_says_nothing_is_a_target_that_is_down(watched: Monitored) -> None:
    """A stand-in that answers nothing, probes neither, is no silence: it is seen."""
    _deploy(watched, "mute", is_probed=False)

    until(lambda: len(watched.query('up{job="mute"} == 0')) == 2)


def test_a_rule_is_recorded_and_an_alert_reaches_its_receiver(watched: Monitored) -> None:
    """From a series of pods over a rule, an alert and a route to whoever is to be told."""
    set_metrics(watched, "default", "busy-", [PlayedSeries(name="load", value=0.9)])
    _deploy(watched, "busy")
    watched.apply(
        _rule(
            "busy",
            {"record": "service:load:mean", "expr": "avg by (service) (load)"},
            {
                "alert": "Busy",
                "expr": "service:load:mean > 0.8",
                "for": "2s",
                "labels": {"severity": "warning"},
            },
            {"alert": "Noted", "expr": "service:load:mean > 0.8", "labels": {"severity": "info"}},
        )
    )

    assert watched.await_series("service:load:mean") == [
        ({"__name__": "service:load:mean", "service": "busy"}, 0.9)
    ]
    until(lambda: bool(watched.told), "the receiver is told")
    told = [alert["labels"] for body in watched.told for alert in body["alerts"]]
    assert {one["alertname"] for one in told} == {"Busy"}
    assert told[0]["service"] == "busy"

    set_metrics(watched, "default", "busy-", [PlayedSeries(name="load", value=0.1)])
    until(lambda: any(body["status"] == "resolved" for body in watched.told), "it is resolved")


def test_a_rule_that_cannot_be_is_refused_and_hurts_no_other(watched: Monitored) -> None:
    """The operator says so in an event, and Prometheus goes on with the other rules."""
    watched.apply(
        _rule("broken", {"record": "broken:sum", "expr": "sum(rate(x[5m]"}),
        _rule("sound", {"record": "sound:one", "expr": "vector(1)"}),
    )

    watched.await_series("sound:one")

    def refusals() -> list[Event]:
        found = watched.client().list(
            Event, namespace="default", fields={"involvedObject.name": "broken"}
        )
        return [event for event in found if event.reason == "InvalidConfiguration"]

    until(lambda: bool(refusals()))
    assert "PrometheusRule broken was rejected" in (refusals()[0].message or "")
    watched.cluster.control_plane.kubectl("delete", "prometheusrule", "broken")


def test_a_deleted_rule_is_evaluated_no_more(watched: Monitored) -> None:
    """Its file goes, and with it its series."""
    watched.apply(_rule("gone", {"record": "gone:one", "expr": "vector(1)"}))
    watched.await_series("gone:one")

    watched.cluster.control_plane.kubectl("delete", "prometheusrule", "gone")

    until(lambda: watched.query("gone:one") == [])


def test_gpus_show_what_was_set_and_have_the_known_faults(watched: Monitored) -> None:
    """One series for each GPU, of the pod that holds it; faults are switched on and off."""
    _deploy(watched, "model", gpus=1)
    set_gpus(watched, "default", "model-", GpuFigures(utilisation=85))
    of_pods = 'DCGM_FI_DEV_GPU_UTIL{pod=~"model-.*"} == 85'

    until(lambda: len(watched.query(of_pods)) == 2)
    labels, _ = watched.query(of_pods)[0]
    assert labels["namespace"] == "default"
    assert labels["container"] == "main"
    assert labels["modelName"] == "Tesla T4"

    set_gpu_faults(watched, [GpuFault.MISSING_POD_LABELS])
    until(lambda: watched.query(of_pods) == [])
    assert len(watched.query("DCGM_FI_DEV_GPU_UTIL == 85")) == 2

    set_gpu_faults(watched, [GpuFault.DOUBLED_SERIES])
    until(lambda: len(watched.query('DCGM_FI_DEV_GPU_UTIL{pod=~"model-.*"}')) == 4)
    set_gpu_faults(watched, [])


def test_the_state_of_objects_is_shown_as_far_as_the_allow_list_goes(watched: Monitored) -> None:
    """Labels that nobody asked for are not shown, and GPUs have a name that labels may have."""
    pod, _ = watched.await_series('kube_pod_labels{namespace="monitoring"}')[0]
    node, _ = watched.await_series("kube_node_labels")[0]
    assert {key for key in pod if key.startswith("label_")} == {"label_app_kubernetes_io_name"}
    assert {key for key in node if key.startswith("label_")} == {
        "label_node_kubernetes_io_instance_type",
        "label_eks_amazonaws_com_capacityType",
    }
    until(
        lambda: (
            [
                gpus
                for _, gpus in watched.query(
                    'kube_node_status_allocatable{resource="nvidia_com_gpu"} > 0'
                )
            ]
            == [1, 1]
        )
    )


def test_a_killed_prometheus_comes_back_and_knows_what_it_knew(watched: Monitored) -> None:
    """By itself after a crash, and as another pod after its pod was deleted, on the same volume."""
    watched.await_series("up")
    before = watched.process(PROMETHEUS)
    assert before is not None

    os.kill(before.pid, signal.SIGKILL)
    until(lambda: watched.query("up") == [], "it is away")
    until(lambda: bool(watched.query("up")), "it is back")
    assert watched.query("count_over_time(up[10m]) > 3")

    pod = uid_of(watched.client().get(Pod, _POD, namespace=NAMESPACE))
    watched.client().delete(Pod, _POD, namespace=NAMESPACE)
    until(lambda: watched.query("up") == [], "it is away")
    until(lambda: bool(watched.query("up")), "it is back")
    assert uid_of(watched.client().get(Pod, _POD, namespace=NAMESPACE)) != pod
    claims = watched.client().list(PersistentVolumeClaim, namespace=NAMESPACE)
    of_prometheus = [name for name in map(name_of, claims) if name.endswith(_POD)]
    assert of_prometheus == [f"prometheus-{STACK}-prometheus-db-{_POD}"]
    assert watched.query("count_over_time(up[10m]) > 3")


def test_a_new_configuration_needs_no_new_process(watched: Monitored) -> None:
    """Prometheus and Alertmanager read their files again, as the reloader beside them asks for."""
    watched.await_series("up")
    before = watched.process(PROMETHEUS), watched.process(ALERTMANAGER)
    watched.apply(_rule("later", {"record": "later:one", "expr": "vector(1)"}))

    watched.await_series("later:one")

    assert (watched.process(PROMETHEUS), watched.process(ALERTMANAGER)) == before


def test_keda_asks_prometheus_by_the_name_of_its_service(watched: Monitored) -> None:
    """As in AWS: the address that a trigger names leads to Prometheus' pod, and pods come."""
    keda = replace(watched.release, chart="keda", namespace="keda", values={})
    OPERATORS["keda"].install(keda)
    set_metrics(watched, "default", "scaled-", [PlayedSeries(name="waiting", value=5)])
    _deploy(watched, "scaled")
    watched.await_series("waiting")
    trigger = {
        "serverAddress": f"http://prometheus-operated.{NAMESPACE}.svc:9090",
        "query": "max(waiting)",
        "threshold": "2",
        "ignoreNullValues": "false",
    }
    watched.apply(
        {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "ScaledObject",
            "metadata": {"name": "scaled", "namespace": "default"},
            "spec": {
                "scaleTargetRef": {"name": "scaled"},
                "minReplicaCount": 2,
                "maxReplicaCount": 4,
                "pollingInterval": 2,
                "triggers": [{"type": "prometheus", "metadata": trigger}],
            },
        }
    )

    until(
        lambda: len(watched.cluster.ready_pods("scaled")) == 3,
        lambda: f"KEDA has three pods made: {_conditions(watched, 'keda-hpa-scaled')}",
    )
    OPERATORS["keda"].remove(keda)


def _conditions(watched: Monitored, autoscaler: str) -> list[str]:
    """Return what an autoscaler says of itself."""
    found = watched.cluster.client.get(HorizontalPodAutoscaler, autoscaler, namespace="default")
    conditions = (found.status.conditions if found.status else None) or []
    return [f"{one.type} {one.status}: {one.message}" for one in conditions]
