"""What a namespace admits."""

import cdk8s
import pytest

from charts.namespace import NamespaceChart
from tests.charts import guardian
from tests.charts.examples import drawn, pick
from tests.settings.examples import GUARDIAN, PROD

_LABELS = pick(drawn(PROD)["namespace"], "Namespace")["metadata"]["labels"]


@pytest.mark.parametrize("mode", ["enforce", "audit", "warn"])
def test_only_unprivileged_pods_are_admitted(mode: str) -> None:
    """The strictest level of Pod Security holds, by the rules of the cluster's own version."""
    assert _LABELS[f"pod-security.kubernetes.io/{mode}"] == "restricted"
    assert _LABELS[f"pod-security.kubernetes.io/{mode}-version"] == "v1.36"


def test_the_rules_are_those_of_the_cluster_s_version() -> None:
    """Another cluster version brings its own rules."""
    chart = NamespaceChart(cdk8s.App(), system="avadot", namespace="old", kubernetes="1.29")
    labels = pick(chart.to_json(), "Namespace")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce-version"] == "v1.29"


def test_a_pod_is_ready_when_the_load_balancer_sends_to_it() -> None:
    """The controller is asked for its readiness gate, where there is a load balancer at all."""
    gate = "elbv2.k8s.aws/pod-readiness-gate-inject"
    assert _LABELS[gate] == "enabled"
    assert (
        gate not in pick(guardian.drawn(GUARDIAN)["namespace"], "Namespace")["metadata"]["labels"]
    )


def test_the_namespace_holds_two_generations_at_their_maximum() -> None:
    """A release replaces five pods of each kind while the old ones end; more is refused."""
    quota = pick(guardian.drawn(GUARDIAN)["quota"], "ResourceQuota")
    assert quota["spec"]["hard"] == {
        "pods": "20",
        "requests.cpu": "15000m",
        "requests.memory": "15360Mi",
        "limits.cpu": "40000m",
        "limits.memory": "51200Mi",
    }
