"""What an analyser consists of: where it runs, how it is asked, and how it is scaled."""

from dataclasses import replace
from typing import Any

import pytest

from settings.guardian.analyzers import Analyzer
from tests.charts.examples import Objects, kinds, pick, pod_of
from tests.charts.guardian.examples import analyzer_objects, context_of, drawn
from tests.settings.guardian.examples import PROD

every_analyzer = pytest.mark.parametrize("analyzer", PROD.workloads, ids=lambda a: a.name)


def _objects(analyzer: Analyzer) -> Objects:
    return drawn(PROD)[analyzer.name]


def _pod(analyzer: Analyzer) -> dict[str, Any]:
    pod: dict[str, Any] = pod_of(pick(_objects(analyzer), "Deployment"))
    return pod


def _container(analyzer: Analyzer) -> dict[str, Any]:
    (container,) = _pod(analyzer)["spec"]["containers"]
    return dict(container)


@every_analyzer
def test_an_analyzer_runs_on_its_own_machines_only(analyzer: Analyzer) -> None:
    """It asks for spot machines of its workload, and tolerates their taint and no other."""
    spec, labels = _pod(analyzer)["spec"], _pod(analyzer)["metadata"]["labels"]
    assert spec["nodeSelector"] == analyzer.placement.node_selector
    assert spec["tolerations"] == [
        {"key": key, "operator": "Equal", "value": value, "effect": "NoSchedule"}
        for key, value in analyzer.placement.tolerations.items()
    ]
    # `kubectl get pods -l workload=ml` shows them, and `-l app=` one kind of them.
    assert (labels["workload"], labels["app"]) == (analyzer.workload, analyzer.name)


@every_analyzer
def test_messages_wake_the_first_pod(analyzer: Analyzer) -> None:
    """The queue's trigger can leave zero and comes back to it; CPU only adds to it."""
    spec = pick(_objects(analyzer), "ScaledObject")["spec"]
    queue, cpu = spec["triggers"]
    assert spec["minReplicaCount"] == analyzer.scaling.minimum
    assert spec["maxReplicaCount"] == analyzer.scaling.maximum
    assert spec["cooldownPeriod"] == analyzer.scaling.cooldown
    assert spec["pollingInterval"] == analyzer.scaling.polling
    assert queue["type"] == "aws-sqs-queue"
    assert queue["metadata"] == {
        "queueURL": context_of(PROD, analyzer).queue_url,
        "awsRegion": PROD.region,
        "queueLength": str(analyzer.scaling.messages_per_pod),
        "activationQueueLength": "0",
        "scaleOnInFlight": "true",
    }
    assert cpu == {
        "type": "cpu",
        "metricType": "Utilization",
        "metadata": {"value": str(analyzer.scaling.cpu_percent)},
    }


@every_analyzer
def test_the_scaler_scales_what_is_there(analyzer: Analyzer) -> None:
    """It names the Deployment, which stands before it: KEDA looks up what CPU pods ask for."""
    objects = _objects(analyzer)
    target = pick(objects, "ScaledObject")["spec"]["scaleTargetRef"]
    deployment = pick(objects, "Deployment")
    assert target["kind"] == "Deployment"
    assert target["apiVersion"] == deployment["apiVersion"]
    assert target["name"] == deployment["metadata"]["name"]
    assert kinds(objects).index("Deployment") < kinds(objects).index("ScaledObject")
    assert pick(objects, "ScaledObject")["metadata"]["name"] == f"{analyzer.name}-scaler"


@every_analyzer
def test_keda_asks_with_its_own_role(analyzer: Analyzer) -> None:
    """Pods need no right to count messages, and KEDA none to be a pod."""
    objects = _objects(analyzer)
    authentication = pick(objects, "TriggerAuthentication")
    assert authentication["spec"]["podIdentity"] == {"provider": "aws", "identityOwner": "keda"}
    queue, _ = pick(objects, "ScaledObject")["spec"]["triggers"]
    assert queue["authenticationRef"] == {"name": authentication["metadata"]["name"]}


@every_analyzer
def test_a_pod_knows_its_work(analyzer: Analyzer) -> None:
    """Queue, bucket, prefix and region stand in its environment, and nothing secret does."""
    variables = {entry["name"]: entry["value"] for entry in _container(analyzer)["env"]}
    assert variables == {
        "AWS_REGION": PROD.region,
        "QUEUE_URL": context_of(PROD, analyzer).queue_url,
        "S3_BUCKET": "example-uploads",
        "S3_PREFIX": PROD.uploads.prefix,
    }


@every_analyzer
def test_a_pod_is_probed_on_its_port(analyzer: Analyzer) -> None:
    """Life is the process alone; readiness proves tools and credentials, and is asked sooner."""
    container = _container(analyzer)
    assert [port["containerPort"] for port in container["ports"]] == [analyzer.port]
    for probe, path, delay, period in (
        ("startupProbe", "/healthz", None, 5),
        ("livenessProbe", "/healthz", 10, 30),
        ("readinessProbe", "/readyz", 5, 10),
    ):
        assert container[probe]["httpGet"] == {"path": path, "port": analyzer.port}
        assert container[probe].get("initialDelaySeconds") == delay
        assert container[probe]["periodSeconds"] == period


@every_analyzer
def test_an_upload_has_room_and_no_more(analyzer: Analyzer) -> None:
    """The one writable place is /tmp, and a pod that outgrows it is evicted, not its node."""
    (volume,) = _pod(analyzer)["spec"]["volumes"]
    (mount,) = _container(analyzer)["volumeMounts"]
    assert volume["emptyDir"] == {"sizeLimit": f"{analyzer.scratch_mib}Mi"}
    assert mount == {"name": volume["name"], "mountPath": "/tmp"}


@every_analyzer
def test_an_analysis_may_finish(analyzer: Analyzer) -> None:
    """Of a spot machine, a pod gives back its message first.

    Nothing may keep Karpenter from ending it then: such a pod would learn nothing of the notice.
    """
    pod = _pod(analyzer)
    assert "annotations" not in pod["metadata"]
    assert pod["spec"]["terminationGracePeriodSeconds"] == analyzer.termination_grace


@every_analyzer
def test_nothing_stands_in_the_way_of_zero(analyzer: Analyzer) -> None:
    """A disruption budget would keep the last pod, and a written number start some anew."""
    assert "PodDisruptionBudget" not in kinds(_objects(analyzer))
    assert "replicas" not in pick(_objects(analyzer), "Deployment")["spec"]


@every_analyzer
def test_the_address_is_inside_the_cluster(analyzer: Analyzer) -> None:
    """One address of the specified name and port, for the namespace only."""
    objects = _objects(analyzer)
    service = pick(objects, "Service")
    assert service["metadata"]["name"] == analyzer.name
    assert service["spec"]["type"] == "ClusterIP"
    assert [port["port"] for port in service["spec"]["ports"]] == [analyzer.port]
    (way_in,) = pick(objects, "NetworkPolicy")["spec"]["ingress"]
    assert way_in["from"] == [{"podSelector": {}}]
    assert [port["port"] for port in way_in["ports"]] == [analyzer.port]


def test_another_queue_length_changes_the_scaler_alone() -> None:
    """Pods are not replaced by a change of how they are scaled."""
    audio = PROD.audio
    busier = replace(audio, scaling=replace(audio.scaling, messages_per_pod=1))
    changed = [
        after["kind"]
        for before, after in zip(_objects(audio), analyzer_objects(PROD, busier), strict=True)
        if before != after
    ]
    assert changed == ["ScaledObject"]
