"""What the operator has made is what Prometheus runs, with other ways to the cluster."""

import base64
import gzip
from pathlib import Path
from typing import cast

import yaml
from lightkube.models.core_v1 import Container, ContainerPort, PodSpec
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Pod, Secret

from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.monitoring import Prometheus
from rehearsal.cluster.data_plane.site import Site
from tests.rehearsal.unit.cluster.held import Held

_CONFIG = """
global: {external_labels: {prometheus_replica: $(POD_NAME)}}
rule_files: [/etc/prometheus/rules/prometheus-k8s-rulefiles-0/*.yaml]
scrape_configs:
- job_name: serviceMonitor/monitoring/kubelet/0
  scheme: https
  honor_labels: true
  authorization: {credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token}
  tls_config: {insecure_skip_verify: true}
  kubernetes_sd_configs: [{role: endpoints, namespaces: {names: [kube-system]}}]
  relabel_configs: [{source_labels: [__tmp_hash], regex: $(SHARD), action: keep}]
alerting:
  alertmanagers:
  - kubernetes_sd_configs: [{role: endpoints}]
"""
_SITE = Site(
    port=4000,
    kubeconfig="/admin",
    programs="/programs",
    directory="/run",
    data="/data",
    namespace="monitoring",
    prometheus_kubeconfig="/account",
    state_metrics_kubeconfig="",
    alertmanager_environment={},
    credentials="",
    collectors=[],
    label_allow_list=[],
    operator_port=0,
    load_balancer_port=0,
)
_NAMES = {
    "app.kubernetes.io/managed-by": "prometheus-operator",
    "app.kubernetes.io/name": "prometheus",
    "app.kubernetes.io/instance": "k8s",
}
_ARGUMENTS = [
    "--config.file=/etc/prometheus/config_out/prometheus.env.yaml",
    "--storage.tsdb.path=/prometheus",
    "--storage.tsdb.retention.time=30d",
    "--web.config.file=/etc/prometheus/web_config/web-config.yaml",
    "--web.enable-lifecycle",
]


def _metadata(name: str, **labels: str) -> ObjectMeta:
    return ObjectMeta(name=name, namespace="monitoring", labels=labels)


def _pod() -> Pod:
    container = Container(
        name="prometheus",
        args=_ARGUMENTS,
        ports=[ContainerPort(name="http-web", containerPort=9090)],
    )
    return Pod(
        metadata=ObjectMeta(name="prometheus-k8s-0", namespace="monitoring", labels=_NAMES),
        spec=PodSpec(containers=[container]),
    )


def _prometheus(*secrets: Secret) -> Prometheus:
    rules = ConfigMap(
        metadata=_metadata("prometheus-k8s-rulefiles-0", **{"prometheus-name": "k8s"}),
        data={"a.yaml": "groups: []"},
    )
    other = ConfigMap(metadata=_metadata("others"), data={"b.yaml": "groups: []"})
    return Prometheus(
        _SITE,
        cast("Informer[Secret]", Held(*secrets)),
        cast("Informer[ConfigMap]", Held(rules, other)),
    )


_MADE = Secret(
    metadata=_metadata("prometheus-k8s"),
    data={"prometheus.yaml.gz": base64.b64encode(gzip.compress(_CONFIG.encode())).decode()},
)


def test_targets_are_discovered_as_the_service_account_and_asked_through_the_data_plane() -> None:
    """Alertmanager too; what says which targets and with which labels stays as it was."""
    command = _prometheus(_MADE).command(_pod(), 4001)
    assert command is not None
    config = yaml.safe_load(command.files[Path("/run/prometheus-k8s-0/prometheus.yaml")])
    (job,), (alertmanager,) = config["scrape_configs"], config["alerting"]["alertmanagers"]

    for one in (job, alertmanager):
        assert one["proxy_url"] == "http://127.0.0.1:4000"
        assert one["kubernetes_sd_configs"][0]["kubeconfig_file"] == "/account"
    assert job["kubernetes_sd_configs"][0]["namespaces"] == {"names": ["kube-system"]}
    assert job["honor_labels"] is True
    assert job["scheme"] == "http"
    assert not {"authorization", "tls_config"} & job.keys()
    assert job["relabel_configs"][0]["regex"] == 0
    assert config["global"]["external_labels"] == {"prometheus_replica": "prometheus-k8s-0"}


def test_rules_are_those_of_the_operator_at_another_place() -> None:
    command = _prometheus(_MADE).command(_pod(), 4001)
    assert command is not None
    rules = Path("/run/prometheus-k8s-0/rules")
    config = yaml.safe_load(command.files[Path("/run/prometheus-k8s-0/prometheus.yaml")])

    assert config["rule_files"] == [f"{rules}/prometheus-k8s-rulefiles-0/*.yaml"]
    assert {file for file in command.files if file.suffix == ".yaml"} == {
        Path("/run/prometheus-k8s-0/prometheus.yaml"),
        rules / "prometheus-k8s-rulefiles-0" / "a.yaml",
    }


def test_it_keeps_what_it_knows_for_as_long_as_the_operator_says() -> None:
    """Of the operator's arguments those stay that are not about files and addresses of the pod."""
    command = _prometheus(_MADE).command(_pod(), 4001)
    assert command is not None
    assert command.line[1:] == [
        "--config.file=/run/prometheus-k8s-0/prometheus.yaml",
        "--web.listen-address=127.0.0.1:4001",
        "--storage.tsdb.path=/data/prometheus-k8s-0",
        "--storage.tsdb.retention.time=30d",
        "--web.enable-lifecycle",
    ]


def test_it_waits_for_its_configuration() -> None:
    assert _prometheus().command(_pod(), 4001) is None


def test_a_pod_that_the_operator_has_not_made_is_none_of_it() -> None:
    """A system may have pods of that name itself."""
    pod = _pod()
    assert pod.metadata
    assert _prometheus().port_of(pod) == 9090
    pod.metadata.labels = {"app.kubernetes.io/name": "prometheus"}

    assert _prometheus().port_of(pod) is None
