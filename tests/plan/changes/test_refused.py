"""Changes at which a deploy fails: CloudFormation or Kubernetes refuses them."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource, thing
from tests.plan.changes.compared import assert_risk, objects, resources, risks, severities


def _cluster(name: str | None, role: str) -> Document:
    properties = {"RoleArn": role} | ({"Name": name} if name else {})
    return resource("AWS::EKS::Cluster", "App/Cluster", properties)


def test_what_keeps_its_name_cannot_be_replaced() -> None:
    """CloudFormation makes the new one first, and the name is taken."""
    changes = resources({"C": _cluster("avadot", "a")}, {"C": _cluster("avadot", "b")})

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "keeps its name avadot")


@pytest.mark.parametrize(("before", "after"), [("a", "b"), (None, None)])
def test_what_has_another_name_or_none_can_be_replaced(
    before: str | None, after: str | None
) -> None:
    changes = resources({"C": _cluster(before, "a")}, {"C": _cluster(after, "b")})

    assert severities(changes, Topic.REFUSED) == []


def test_what_only_aws_names_can_be_replaced() -> None:
    """A route is known by its table, which stays, and by what AWS makes of it, which does not."""

    def route(addresses: str) -> Document:
        properties = {"RouteTableId": "table", "DestinationCidrBlock": addresses}
        return resource("AWS::EC2::Route", "App/Route", properties)

    changes = resources({"R": route("10.0.0.0/16")}, {"R": route("0.0.0.0/0")})

    assert severities(changes, Topic.REFUSED) == []


def test_a_custom_resource_keeps_its_handler() -> None:
    changes = resources(
        {"It": resource("Custom::It", "", {"ServiceToken": "a"})},
        {"It": resource("Custom::It", "", {"ServiceToken": "b"})},
    )

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "another ServiceToken")


def test_a_resource_keeps_its_type() -> None:
    changes = resources({"It": resource("AWS::SNS::Topic")}, {"It": resource("AWS::SQS::Queue")})

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "was a AWS::SNS::Topic")


_CLAIM = {"spec": {"resources": {"requests": {"storage": "10Gi"}}}}
_LARGER = {"spec": {"resources": {"requests": {"storage": "20Gi"}}}}


def _spec(**spec: Any) -> Document:
    return {"spec": spec}


@pytest.mark.parametrize(
    ("kind", "before", "after", "field"),
    [
        ("StatefulSet", _spec(volumeClaimTemplates=[_CLAIM]),
         _spec(volumeClaimTemplates=[_LARGER]), "spec.volumeClaimTemplates"),
        ("StatefulSet", _spec(serviceName="a"), _spec(serviceName="b"), "spec.serviceName"),
        ("StatefulSet", _spec(selector={"a": "1"}), _spec(selector={"a": "2"}), "spec.selector"),
        ("StatefulSet", _spec(), _spec(podManagementPolicy="Parallel"),
         "spec.podManagementPolicy"),
        ("Deployment", _spec(selector={"a": "1"}), _spec(selector={"a": "2"}), "spec.selector"),
        ("DaemonSet", _spec(selector={"a": "1"}), _spec(selector={"a": "2"}), "spec.selector"),
        ("Job", _spec(template={"a": "1"}), _spec(template={"a": "2"}), "spec.template"),
        ("Service", _spec(clusterIP="None"), _spec(), "spec.clusterIP"),
        ("StorageClass", {"parameters": {"type": "gp2"}}, {"parameters": {"type": "gp3"}},
         "parameters"),
        ("PersistentVolumeClaim", _spec(storageClassName="a"), _spec(storageClassName="b"),
         "spec.storageClassName"),
        ("PersistentVolumeClaim", _LARGER, _CLAIM, "spec.resources.requests.storage"),
        ("ConfigMap", {"immutable": True, "data": {"a": "1"}},
         {"immutable": True, "data": {"a": "2"}}, "data"),
        ("Secret", {"immutable": True}, {}, "immutable"),
        ("Secret", {"type": "Opaque"}, {"type": "kubernetes.io/tls"}, "type"),
        ("RoleBinding", {"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, "roleRef"),
    ],
)  # fmt: skip
def test_a_field_that_cannot_change_is_refused(
    kind: str, before: Document, after: Document, field: str
) -> None:
    """Under another name it may; what pods and data do not depend on, may also go first."""
    changes = objects([thing(kind) | before], [thing(kind) | after])
    renamed = objects([thing(kind) | before], [thing(kind, "another") | after])

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, f" {field}")
    assert risks(renamed, Topic.REFUSED) == []


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("StatefulSet", _spec(replicas=1), _spec(replicas=2)),
        ("StatefulSet", _spec(), _spec(updateStrategy={"type": "OnDelete"})),
        ("Deployment", _spec(), _spec(progressDeadlineSeconds=60)),
        ("Service", _spec(type="ClusterIP"), _spec(type="NodePort")),
        ("PersistentVolumeClaim", _CLAIM, _LARGER),
        ("ConfigMap", {"data": {"a": "1"}}, {"data": {"a": "2"}}),
        ("StorageClass", {}, {"allowVolumeExpansion": True}),
    ],
)
def test_other_fields_may_change(kind: str, before: Document, after: Document) -> None:
    assert risks(objects([thing(kind) | before], [thing(kind) | after]), Topic.REFUSED) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (resource("AWS::SNS::Topic"), resource("AWS::SQS::Queue")),
        (
            resource("Custom::It", "", {"ServiceToken": "a"}),
            resource("Custom::It", "", {"ServiceToken": "b"}),
        ),
    ],
)
def test_under_another_id_it_may_be_another_thing(old: Document, new: Document) -> None:
    assert severities(resources({"It": old}, {"It": new}), Topic.REFUSED) == [Severity.RISKY]
    assert severities(resources({"It": old}, {"Other": new}), Topic.REFUSED) == []
