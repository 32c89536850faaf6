"""Prometheus, Alertmanager, Grafana and the exporter of GPU metrics, as a cluster's charts."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from catalog import add_on
from charts.storage import STORAGE_CLASS
from settings.nodes import GPU_LABEL, TimeSlicing
from settings.system import System
from tests.stacks.parts.watched import DCGM, STACK, WITH_GPUS, WITHOUT_DISKS, release, watched
from tests.stacks.synths import Synth, reference, synthesize, the


@pytest.fixture(scope="module")
def synth() -> Synth:
    """Synthesise a cluster with GPUs and disks, and one with neither; cdk-nag agrees."""
    environments = [watched(WITH_GPUS, STACK, DCGM), watched(WITHOUT_DISKS, STACK)]
    return synthesize(environments, validate=True)


def _values(synth: Synth, system: System, chart: str = STACK) -> Mapping[str, Any]:
    return release(synth, system, chart).values


def test_pods_ask_for_what_the_plan_counts(synth: Synth) -> None:
    """The catalog's requests are those that the values write, sidecars included."""
    values = _values(synth, WITH_GPUS)
    counted = {pods.name: (pods.cpu_milli, pods.memory_mib) for pods in add_on(STACK).pods}
    grafana = values["grafana"]

    assert counted == {
        f"{STACK}-operator": _asked(values["prometheusOperator"]),
        f"prometheus-{STACK}-prometheus": _asked(values["prometheus"]["prometheusSpec"]),
        f"alertmanager-{STACK}-alertmanager": _asked(values["alertmanager"]["alertmanagerSpec"]),
        f"{STACK}-kube-state-metrics": _asked(values["kube-state-metrics"]),
        f"{STACK}-grafana": tuple(
            own + 2 * beside
            for own, beside in zip(_asked(grafana), _asked(grafana["sidecar"]), strict=True)
        ),
    }


def _asked(values: Mapping[str, Any]) -> tuple[int, int]:
    requests = values["resources"]["requests"]
    return int(requests["cpu"].removesuffix("m")), int(requests["memory"].removesuffix("Mi"))


def test_series_are_kept_on_a_disk_where_there_are_some(synth: Synth) -> None:
    """It goes with the cluster, and is given up before it is full; else a pod's own disk it is."""
    spec = _values(synth, WITH_GPUS)["prometheus"]["prometheusSpec"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]
    assert spec["retention"] == "30d"
    assert claim["storageClassName"] == STORAGE_CLASS
    assert claim["resources"]["requests"]["storage"] == "100Gi"
    assert spec["retentionSize"] == "90GiB"
    assert spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Delete"

    other = _values(synth, WITHOUT_DISKS)
    assert "storageSpec" not in other["prometheus"]["prometheusSpec"]
    assert "storage" not in other["alertmanager"]["alertmanagerSpec"]


def test_monitors_and_rules_of_every_namespace_count(synth: Synth) -> None:
    """The chart would otherwise look for those with the label of its release."""
    spec = _values(synth, WITH_GPUS)["prometheus"]["prometheusSpec"]
    for kind in ("serviceMonitor", "podMonitor", "rule", "probe"):
        assert spec[f"{kind}SelectorNilUsesHelmValues"] is False


def test_alerts_that_ask_for_somebody_go_to_the_topic(synth: Synth) -> None:
    """Critical ones and warnings, soon and not too often; others are there to be looked at."""
    cluster = synth.assembly.stack(f"{WITH_GPUS.name}Cluster")
    topic = the(cluster, "AWS::SNS::Topic", "KubePrometheusStack/")
    config = _values(synth, WITH_GPUS)["alertmanager"]["config"]
    (route,) = config["route"]["routes"]
    receivers = {one["name"]: one for one in config["receivers"]}
    (told,) = receivers[route["receiver"]]["sns_configs"]

    assert route["matchers"] == ['severity=~"critical|warning"']
    assert (config["route"]["group_wait"], config["route"]["repeat_interval"]) == ("10s", "12h")
    assert set(receivers[config["route"]["receiver"]]) == {"name"}
    assert told["topic_arn"] == reference(topic, seen_from=cluster.name)
    assert told["sigv4"] == {"region": WITH_GPUS.region}


def test_alertmanager_may_publish_to_its_topic_and_nothing_else(synth: Synth) -> None:
    """By the role of its own service account; messages are encrypted with a key of the account."""
    cluster = synth.assembly.stack(f"{WITH_GPUS.name}Cluster")
    topic, key = (
        the(cluster, kind, "KubePrometheusStack/") for kind in ("AWS::SNS::Topic", "AWS::KMS::Key")
    )
    policy = the(cluster, "AWS::IAM::Policy", "KubePrometheusStack/").properties["PolicyDocument"]
    association = the(cluster, "AWS::EKS::PodIdentityAssociation", "KubePrometheusStack/")

    assert [(one["Action"], one["Resource"]) for one in policy["Statement"]] == [
        ("sns:Publish", reference(topic, seen_from=cluster.name)),
        (["kms:Decrypt", "kms:GenerateDataKey"], reference(key, "Arn", seen_from=cluster.name)),
    ]
    assert association.properties["Namespace"] == "monitoring"
    assert association.properties["ServiceAccount"] == f"{STACK}-alertmanager"
    assert topic.properties["KmsMasterKeyId"] == reference(key, "Arn", seen_from=cluster.name)
    assert key.properties["EnableKeyRotation"] is True


def test_grafana_is_reached_by_port_forward_and_its_password_is_made_in_the_cluster(
    synth: Synth,
) -> None:
    """Neither a load balancer nor a password is in the values, and it reads its namespace only."""
    grafana = _values(synth, WITH_GPUS)["grafana"]
    assert grafana["service"] == {"type": "ClusterIP"}
    assert "password" not in json.dumps(grafana).lower()
    assert grafana["rbac"] == {"namespaced": True}
    namespaces = {one["searchNamespace"] for one in grafana["sidecar"].values() if len(one) == 2}
    assert namespaces == {"monitoring"}


def test_nothing_is_installed_that_nobody_asks_for(synth: Synth) -> None:
    """No rules and dashboards of the chart, and no exporters of what EKS runs itself."""
    values = _values(synth, WITH_GPUS)
    assert values["defaultRules"] == {"create": False}
    assert values["grafana"]["defaultDashboardsEnabled"] is False
    for part in ("kubeControllerManager", "kubeEtcd", "kubeScheduler", "kubeProxy", "nodeExporter"):
        assert values[part] == {"enabled": False}


def test_the_exporter_of_gpus_stands_on_machines_with_gpus(synth: Synth) -> None:
    """It tolerates their taint, asks for no right that only the profiler needs, and has no role."""
    values = _values(synth, WITH_GPUS, DCGM)
    cluster = synth.assembly.stack(f"{WITH_GPUS.name}Cluster")
    roles = [one.path for one in cluster.of_type("AWS::IAM::Role")]

    assert values["nodeSelector"] == GPU_LABEL
    assert [one["key"] for one in values["tolerations"]] == ["nvidia.com/gpu"]
    assert values["securityContext"]["capabilities"] == {"add": [], "drop": ["ALL"]}
    assert "DCGM_FI_PROF" not in values["customMetrics"]
    assert not any(path.startswith("DcgmExporter/") for path in roles)


def test_the_exporter_comes_after_what_defines_its_monitor(synth: Synth) -> None:
    """Else there would be no ServiceMonitor to make."""
    stack, exporter = (release(synth, WITH_GPUS, name).resource for name in (STACK, DCGM))
    template = synth.templates[exporter.stack]["Resources"]
    assert stack.logical_id in template[exporter.logical_id]["DependsOn"]


def test_shared_gpus_are_told_apart_by_pod(synth: Synth) -> None:
    """The exporter finds them by their processes, at which it does not look otherwise."""
    alone = _values(synth, WITH_GPUS, DCGM)
    assert (alone["hostPID"], alone["extraEnv"]) == (False, [])

    cluster = WITH_GPUS.cluster
    shared = replace(
        WITH_GPUS,
        cluster=replace(
            cluster,
            node_groups=tuple(
                replace(group, gpu_sharing=TimeSlicing(replicas=4)) if group.has_gpus else group
                for group in cluster.node_groups
            ),
        ),
    )
    values = _values(synthesize([watched(shared, STACK, DCGM)]), shared, DCGM)
    assert values["hostPID"] is True
    assert values["extraEnv"] == [{"name": "KUBERNETES_VIRTUAL_GPUS", "value": "true"}]
