"""Which add-ons a Kubernetes object does not work without."""

from typing import Any

import pytest

from catalog import add_on, definitions, needs, unknown_drivers
from catalog.reader import read


def _thing(api_version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "it"}, **fields}


def _pods(**spec: Any) -> dict[str, Any]:
    return _thing("apps/v1", "Deployment", spec={"template": {"spec": spec}})


_CPU = {"type": "Resource", "resource": {"name": "cpu"}}
_SECRETS = {"name": "a", "csi": {"driver": "secrets-store.csi.k8s.io"}}


@pytest.mark.parametrize(
    ("document", "names"),
    [
        (_pods(containers=[]), {"coredns"}),
        (_pods(dnsPolicy="None"), set()),
        (_pods(hostNetwork=True), set()),
        (_pods(volumes=[_SECRETS]), {"coredns", "aws-secrets-store-csi-driver-provider"}),
        (
            _thing("batch/v1", "CronJob", spec={"jobTemplate": {"spec": {"template": {"spec": {
                "restartPolicy": "Never"}}}}}),
            {"coredns"},
        ),
        (
            _thing("secrets-store.csi.x-k8s.io/v1", "SecretProviderClass"),
            {"aws-secrets-store-csi-driver-provider"},
        ),
        (
            _thing("storage.k8s.io/v1", "StorageClass", provisioner="ebs.csi.aws.com"),
            {"aws-ebs-csi-driver"},
        ),
        (_thing("storage.k8s.io/v1", "StorageClass", provisioner="other"), set()),
        (
            _thing("autoscaling/v2", "HorizontalPodAutoscaler", spec={"metrics": [_CPU]}),
            {"metrics-server"},
        ),
        (_thing("autoscaling/v2", "HorizontalPodAutoscaler", spec={}), {"metrics-server"}),
        (
            _thing("autoscaling/v2", "HorizontalPodAutoscaler",
                   spec={"metrics": [{"type": "External"}]}),
            set(),
        ),
        (
            _thing("keda.sh/v1alpha1", "ScaledObject", spec={"triggers": [{"type": "cpu"}]}),
            {"keda", "metrics-server"},
        ),
        (
            _thing("networking.k8s.io/v1", "Ingress", spec={"ingressClassName": "alb"}),
            {"aws-load-balancer-controller"},
        ),
        (_thing("networking.k8s.io/v1", "Ingress", spec={"ingressClassName": "nginx"}), set()),
        (
            _thing("karpenter.sh/v1", "NodePool", spec={"template": {"spec": {"taints": []}}}),
            {"karpenter"},
        ),
        (_thing("karpenter.k8s.aws/v1", "EC2NodeClass"), {"karpenter"}),
        (_thing("argoproj.io/v1alpha1", "AnalysisTemplate"), {"argo-rollouts"}),
        (_thing("argoproj.io/v1alpha1", "WorkflowTemplate"), {"argo-workflows"}),
        (_thing("v1", "Service", spec={"selector": {"app": "it"}}), set()),
    ],
)  # fmt: skip
def test_an_object_needs_what_it_names_or_asks(document: dict[str, Any], names: set[str]) -> None:
    assert needs(document) == names


@pytest.mark.parametrize("name", read("addons.json")["definitions"])
def test_what_defines_kinds_is_an_add_on(name: str) -> None:
    assert add_on(name).name == name
    assert definitions(name) is not None


def test_every_driver_is_of_an_add_on() -> None:
    for name in read("addons.json")["drivers"].values():
        assert add_on(name).name == name


def test_a_driver_that_no_add_on_brings_is_told() -> None:
    """A pod would wait for its volume, and a claim for its disk, until somebody looks."""
    volume = {"name": "a", "csi": {"driver": "secret-store.csi.k8s.io"}}
    pod = {"template": {"spec": {"volumes": [volume, {"name": "b", "emptyDir": {}}]}}}
    assert unknown_drivers(_thing("apps/v1", "Deployment", spec=pod)) == ["secret-store.csi.k8s.io"]
    disks = _thing("storage.k8s.io/v1", "StorageClass", provisioner="ebs.aws.com")
    assert unknown_drivers(disks) == ["ebs.aws.com"]


@pytest.mark.parametrize("driver", read("addons.json")["drivers"])
def test_a_driver_of_an_add_on_is_known(driver: str) -> None:
    assert unknown_drivers(_thing("storage.k8s.io/v1", "StorageClass", provisioner=driver)) == []
