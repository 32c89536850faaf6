"""The pods that show figures to Prometheus."""

from typing import Any

import kubernetes_validate
import pytest

from catalog import UnknownFactError
from catalog.prices import price
from charts.context import KubernetesSecret
from charts.cost_exporter import price_list
from charts.objects import NAME_LABEL
from tests.charts.examples import Objects, kinds, pick, pod_of
from tests.charts.exporters import API, REDIS, STORE, cost_exporter, queue_exporter

_REGION = "ap-northeast-2"
_NAMESPACE = "kubernetes.io/metadata.name"
_PROMETHEUS = {
    "namespaceSelector": {
        "matchExpressions": [{"key": _NAMESPACE, "operator": "In", "values": ["monitoring"]}]
    },
    "podSelector": {"matchLabels": {NAME_LABEL: "prometheus"}},
}
_OWN = [
    "ServiceAccount",
    "Service",
    "NetworkPolicy",
    "Deployment",
    "ServiceMonitor",
]

both = pytest.mark.parametrize(
    "objects", [queue_exporter(), cost_exporter()], ids=["queues", "costs"]
)


def _pod(objects: Objects) -> dict[str, Any]:
    spec: dict[str, Any] = pod_of(pick(objects, "Deployment"))["spec"]
    return spec


def _egress(objects: Objects) -> list[Any]:
    """Return the rules after the one for the name service."""
    rules: list[Any] = pick(objects, "NetworkPolicy")["spec"]["egress"]
    assert [port["port"] for port in rules[0]["ports"]] == [53, 53]
    return rules[1:]


@both
def test_an_exporter_is_valid(objects: Objects) -> None:
    """The schema of Kubernetes knows every field; custom resources have schemas of their own."""
    for thing in objects:
        if thing["kind"] not in {"ServiceMonitor", "SecretProviderClass"}:
            kubernetes_validate.validate(thing, "1.36", strict=True)


def test_an_exporter_is_what_it_consists_of() -> None:
    """What a pod needs comes before it."""
    assert kinds(queue_exporter()) == ["SecretProviderClass", *_OWN]
    assert kinds(cost_exporter()) == ["ClusterRole", "ClusterRoleBinding", "ConfigMap", *_OWN]


@both
def test_there_are_never_two_pods_of_an_exporter(objects: Objects) -> None:
    """Whoever adds up what both show would scale, or pay, twice."""
    spec = pick(objects, "Deployment")["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "Recreate"}


@both
def test_an_exporter_runs_where_and_as_large_as_the_settings_say(objects: Objects) -> None:
    pod = _pod(objects)
    (container,) = pod["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "100m", "memory": "128Mi"},
        "limits": {"cpu": "200m", "memory": "256Mi"},
    }
    assert pod["nodeSelector"] == {"pool": "common"}
    assert [one["key"] for one in pod["tolerations"]] == ["pool"]


@both
def test_prometheus_scrapes_the_pod_and_nobody_else_may(objects: Objects) -> None:
    """By the labels and the port's name of its Service, through the network policy."""
    monitor = pick(objects, "ServiceMonitor")["spec"]
    service = pick(objects, "Service")
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    (port,) = service["spec"]["ports"]
    (endpoint,) = monitor["endpoints"]
    assert endpoint["port"] == port["name"]
    (container,) = _pod(objects)["containers"]
    assert [one["name"] for one in container["ports"]] == [port["targetPort"]]
    (rule,) = pick(objects, "NetworkPolicy")["spec"]["ingress"]
    assert rule["ports"] == [{"port": port["port"], "protocol": "TCP"}]
    assert rule["from"] == [_PROMETHEUS]


def test_the_queue_exporter_reaches_redis_and_nothing_else() -> None:
    (rule,) = _egress(queue_exporter())
    assert [one["ipBlock"]["cidr"] for one in rule["to"]] == ["10.1.0.0/16"]
    assert rule["ports"] == [{"port": REDIS.port, "protocol": "TCP"}]


def test_the_cost_exporter_reaches_the_api_and_prometheus_and_nothing_else() -> None:
    api, prometheus = _egress(cost_exporter())
    assert [one["ipBlock"]["cidr"] for one in api["to"]] == list(API.cidrs)
    assert api["ports"] == [{"port": 443, "protocol": "TCP"}]
    assert prometheus["to"] == [_PROMETHEUS]
    assert prometheus["ports"] == [{"port": 9090, "protocol": "TCP"}]


def test_the_cost_exporter_may_list_nodes_and_pods_and_nothing_else() -> None:
    """Its account, and no other, in all namespaces."""
    objects = cost_exporter()
    assert pick(objects, "ClusterRole")["rules"] == [
        {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list"]}
    ]
    binding = pick(objects, "ClusterRoleBinding")
    assert binding["roleRef"]["name"] == pick(objects, "ClusterRole")["metadata"]["name"]
    pod = _pod(objects)
    (subject,) = binding["subjects"]
    assert (subject["kind"], subject["name"]) == ("ServiceAccount", pod["serviceAccountName"])
    assert subject["namespace"] == pick(objects, "Deployment")["metadata"]["namespace"]
    assert "namespace" not in binding["metadata"]


def test_only_who_asks_the_api_has_a_token() -> None:
    assert _pod(cost_exporter())["automountServiceAccountToken"] is True
    assert _pod(queue_exporter())["automountServiceAccountToken"] is False


def test_only_who_speaks_about_others_keeps_its_labels() -> None:
    """The cost of a service would else be that of the exporter's own namespace."""
    monitors = [
        pick(objects, "ServiceMonitor")["spec"]["endpoints"][0]
        for objects in (cost_exporter(), queue_exporter())
    ]
    assert [one.get("honorLabels") for one in monitors] == [True, None]


@pytest.mark.parametrize("secrets", [STORE, KubernetesSecret(name="redis")])
def test_the_password_is_a_file(secrets: Any) -> None:
    """It comes from wherever the secrets are, and is not in the environment."""
    objects = queue_exporter(secrets=secrets)
    pod = _pod(objects)
    (container,) = pod["containers"]
    (mount,) = container["volumeMounts"]
    values = {one["name"]: one["value"] for one in container["env"]}
    assert values["REDIS_PASSWORD_FILE"] == f"{mount['mountPath']}/redis-password"
    assert [volume["name"] for volume in pod["volumes"]] == [mount["name"]]


def test_another_price_or_budget_replaces_the_pod() -> None:
    """The program reads them once."""

    def template(**changes: Any) -> dict[str, Any]:
        return pod_of(pick(cost_exporter(**changes), "Deployment"))

    assert template() == template()
    assert template(budgets={"models": {"speech": 6000}}) != template()
    assert template(prices={"as_of": "2026-12-01", "types": {}}) != template()


def test_prices_are_the_catalog_s() -> None:
    """On demand and, where it is known, on spot; as old as the oldest of them."""
    found = price_list(_REGION, ["g5.xlarge", "t3.medium"])

    on_demand, spot = (price(_REGION, f"{kind}.g5.xlarge") for kind in ("ec2", "ec2-spot"))
    assert found["types"] == {
        "g5.xlarge": {
            "gpus": 1,
            "usd_per_hour": {"on-demand": float(on_demand.usual), "spot": float(spot.usual)},
        },
        "t3.medium": {
            "gpus": 0,
            "usd_per_hour": {"on-demand": float(price(_REGION, "ec2.t3.medium").usual)},
        },
    }
    assert found["as_of"] <= min(on_demand.date, spot.date).isoformat()


def test_a_type_without_a_price_is_found_before_it_runs() -> None:
    with pytest.raises(UnknownFactError, match=r"the price of ec2\.x9\.large in us-east-1"):
        price_list("us-east-1", ["x9.large"])
