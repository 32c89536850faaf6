"""What a namespace admits, and how much."""

from dataclasses import replace
from typing import Any

import cdk8s
import pytest

from charts.ingress import READY_BEHIND_LOAD_BALANCER
from charts.namespace import NamespaceChart
from charts.quota import QuotaChart
from tests.charts.examples import draw, pick
from tests.settings.examples import WORKLOAD, pod_of


def _labels(kubernetes: str, labels: dict[str, str] | None = None) -> dict[str, str]:
    chart = NamespaceChart(
        cdk8s.App(), system="example", namespace="there", kubernetes=kubernetes, labels=labels
    )
    found: dict[str, str] = pick(draw(chart), "Namespace", "there")["metadata"]["labels"]
    return found


def _policy(name: str) -> dict[str, Any]:
    chart = NamespaceChart(cdk8s.App(), system="example", namespace="there", kubernetes="1.36")
    spec: dict[str, Any] = pick(draw(chart), "NetworkPolicy", name)["spec"]
    return spec


@pytest.mark.parametrize("mode", ["enforce", "audit", "warn"])
@pytest.mark.parametrize("kubernetes", ["1.36", "1.29"])
def test_only_unprivileged_pods_are_admitted(mode: str, kubernetes: str) -> None:
    """The strictest level of Pod Security holds, by the rules of the cluster's own version."""
    labels = _labels(kubernetes)
    assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"
    assert labels[f"pod-security.kubernetes.io/{mode}-version"] == f"v{kubernetes}"


def test_a_pod_is_ready_when_the_load_balancer_sends_to_it() -> None:
    """The controller is asked for its readiness gate, where there is a load balancer at all."""
    gate = "elbv2.k8s.aws/pod-readiness-gate-inject"
    assert _labels("1.36", READY_BEHIND_LOAD_BALANCER)[gate] == "enabled"
    assert gate not in _labels("1.36")


def test_a_namespace_refuses_what_is_not_allowed() -> None:
    """Without a policy of its own no pod of the namespace sends or gets anything."""
    assert _policy("default-deny") == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_every_pod_may_ask_the_name_service() -> None:
    """All pods may ask the cluster's DNS, by UDP and TCP, and only that of kube-system."""
    (rule,) = _policy("name-service")["egress"]
    assert [(p["protocol"], p["port"]) for p in rule["ports"]] == [("UDP", 53), ("TCP", 53)]
    assert rule["to"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ]


def test_the_quota_holds_two_generations_at_their_maximum_and_a_check_of_each() -> None:
    """A release replaces every pod while the old ones end, and checks; more is refused."""
    small = replace(WORKLOAD, most=5, resources=pod_of(100, 256))
    large = replace(WORKLOAD, most=1, resources=replace(pod_of(1000, 1024), cpu_limit_milli=2000))
    chart = QuotaChart(
        cdk8s.App(), name="all", workloads=[small, large], system="example", namespace="there"
    )
    assert pick(draw(chart), "ResourceQuota", "all")["spec"]["hard"] == {
        "pods": "14",
        "requests.cpu": "4100m",
        "requests.memory": "5888Mi",
        "limits.cpu": "7100m",
        "limits.memory": "5888Mi",
    }
