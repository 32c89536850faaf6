"""What holds in every environment, for each Kubernetes object as it will be applied."""

import re
from collections import Counter

import kubernetes_validate

from settings.system import System
from tests.stacks.applied import (
    Object,
    containers_of,
    identity,
    objects,
    pods_of,
    selected,
    workloads,
)
from tests.stacks.synths import every_system

_CUSTOM = (
    "argoproj.io",
    "karpenter.k8s.aws",
    "karpenter.sh",
    "keda.sh",
    "monitoring.coreos.com",
    "secrets-store.csi.x-k8s.io",
)
"""Groups whose schemas are not Kubernetes' own."""
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_LABEL = re.compile(r"([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?", re.ASCII)
_DEREGISTRATION = re.compile(r"deregistration_delay\.timeout_seconds=(\d+)")


def _autoscalers(system: System) -> dict[str, Object]:
    """Return the autoscalers, KEDA's too, by the name of what each one scales."""
    targets = {}
    for scaler in objects(system, "HorizontalPodAutoscaler", "ScaledObject"):
        target = scaler["spec"]["scaleTargetRef"]
        assert target["kind"] in {"Deployment", "Rollout"}
        targets[target["name"]] = scaler
    return targets


def _fewest(scaler: Object) -> int:
    """Return the number of pods below which an autoscaler does not go."""
    spec = scaler["spec"]
    return int(spec["minReplicas"] if "minReplicas" in spec else spec["minReplicaCount"])


@every_system
def test_an_object_has_one_owner(system: System) -> None:
    """No object stands in two manifests, where the last to be applied would win."""
    owned = Counter(identity(thing) for thing in objects(system))
    assert owned
    assert [name for name, owners in owned.items() if owners > 1] == []


@every_system
def test_the_api_server_knows_every_field(system: System) -> None:
    """Each object is valid, strictly, for the cluster's own version of Kubernetes."""
    validated = [
        thing for thing in objects(system) if thing["apiVersion"].partition("/")[0] not in _CUSTOM
    ]
    assert validated
    for thing in validated:
        kubernetes_validate.validate(thing, system.cluster.kubernetes, strict=True)


@every_system
def test_names_are_legal(system: System) -> None:
    """Names can be host names, labels have their form, and none waits for a value of AWS."""
    for thing in objects(system):
        metadata = thing["metadata"]
        assert _NAME.fullmatch(metadata["name"]), identity(thing)
        for label in metadata["labels"].values():
            assert _LABEL.fullmatch(label), identity(thing)
        pods = pods_of(thing)
        for label in pods["metadata"]["labels"].values() if pods else ():
            assert _LABEL.fullmatch(label), identity(thing)


@every_system
def test_a_drain_leaves_a_pod_where_there_are_two(system: System) -> None:
    """Pods go one by one; a single one is not kept, since the drain would never end."""
    scalers = _autoscalers(system)
    for workload in workloads(system):
        if workload["kind"] == "DaemonSet":
            continue
        name = workload["metadata"]["name"]
        fewest = _fewest(scalers[name]) if name in scalers else workload["spec"]["replicas"]
        covering = [
            budget["spec"]
            for budget in objects(system, "PodDisruptionBudget")
            if selected(budget["spec"]["selector"]["matchLabels"], [workload])
        ]
        assert len(covering) == 1 or fewest <= 1, name
        if fewest <= 1:
            assert all(spec.get("maxUnavailable") == 1 for spec in covering), name


@every_system
def test_pods_that_are_broken_hold_no_drain(system: System) -> None:
    """By default a budget protects pods that crash, too, and the node under them never empties."""
    for budget in objects(system, "PodDisruptionBudget"):
        assert budget["spec"]["unhealthyPodEvictionPolicy"] == "AlwaysAllow", identity(budget)


@every_system
def test_an_autoscaler_owns_the_number_of_pods(system: System) -> None:
    """Where one stands no number is written, since each release would reset it."""
    scalers = _autoscalers(system)
    scaled = [
        workload
        for workload in objects(system, "Deployment", "Rollout")
        if workload["metadata"]["name"] in scalers
    ]
    assert len(scaled) == len(scalers)
    assert scalers.keys() == {w.name for w in system.workloads if w.fewest < w.most}
    assert [identity(workload) for workload in scaled if "replicas" in workload["spec"]] == []


@every_system
def test_a_pod_outlives_its_last_request(system: System) -> None:
    """It is killed only after the load balancer has let go of it."""
    services = {thing["metadata"]["name"]: thing for thing in objects(system, "Service")}
    for ingress in objects(system, "Ingress"):
        annotations = ingress["metadata"]["annotations"]
        attributes = annotations["alb.ingress.kubernetes.io/target-group-attributes"]
        delay = _DEREGISTRATION.search(attributes)
        assert delay, identity(ingress)
        (rule,) = ingress["spec"]["rules"]
        (path,) = rule["http"]["paths"]
        behind = services[path["backend"]["service"]["name"]]
        (workload,) = selected(behind["spec"]["selector"], workloads(system))
        grace = workload["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        assert grace > int(delay[1]), identity(ingress)


@every_system
def test_a_service_finds_its_pods(system: System) -> None:
    """Each selects the pods of one workload, and a port that one of their containers has."""
    for service in objects(system, "Service"):
        (workload,) = selected(service["spec"]["selector"], workloads(system))
        ports = {
            port["name"]
            for container in containers_of(workload)
            for port in container.get("ports", [])
        }
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


@every_system
def test_a_policy_is_about_pods_that_exist(system: System) -> None:
    """Each network policy picks pods of the release, so that none is left behind by a rename."""
    for policy in objects(system, "NetworkPolicy"):
        selector = policy["spec"]["podSelector"].get("matchLabels")
        if selector:
            assert selected(selector, workloads(system)), identity(policy)
