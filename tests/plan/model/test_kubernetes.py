"""The Kubernetes objects of an assembly."""

import json
from pathlib import Path
from typing import Any

import pytest

from plan.model.assembly import PlanError, read_assembly
from plan.model.kubernetes import helm_releases, kubernetes_objects
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing

_PATH = "App/tarot/Objects/Resource/Default"


def _applied(document: Any) -> Document:
    properties = {"Manifest": document, "ClusterName": {"Ref": "Cluster"}}
    return resource("Custom::AWSCDK-EKS-KubernetesResource", _PATH, properties)


def test_an_object_is_read_without_the_label_of_the_cdk() -> None:
    """The prune label says nothing to a person."""
    deployment = thing("Deployment", spec={"replicas": 2})

    (found,) = kubernetes_objects(
        assembled(Written(name="App", resources={"Objects": manifest(_PATH, deployment)}))
    )

    assert found.document == deployment
    assert (found.stack, found.service) == ("App", "tarot")
    assert (found.api_version, found.kind) == ("apps/v1", "Deployment")
    assert (found.namespace, found.name) == ("avadot", "tarot")
    assert found.resource.logical_id == "Objects"


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"app.kubernetes.io/name": "a", "app.kubernetes.io/part-of": "b"}, "a"),
        ({"app.kubernetes.io/part-of": "b"}, "b"),
        ({}, "tarot"),
    ],
)
def test_an_object_belongs_to_whom_its_labels_name(labels: Document, service: str) -> None:
    """The name stands before what it is part of, and both before the construct."""
    document = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "x", "labels": labels},
    }

    (found,) = kubernetes_objects(
        assembled(Written(name="App", resources={"Objects": manifest(_PATH, document)}))
    )

    assert found.service == service
    assert found.namespace is None


def test_values_of_other_stacks_are_spelled_in_an_object() -> None:
    """What CloudFormation puts into the JSON text stands in the object as a reference."""
    head, tail = json.dumps([thing("ConfigMap", data={"a": "HERE"})]).split("HERE")
    text = {"Fn::Join": ["", [head, {"Ref": "Other"}, tail]]}
    stack = Written(name="App", resources={"Objects": _applied(text)})

    (found,) = kubernetes_objects(assembled(stack))

    assert found.document["data"] == {"a": "${Other}"}


def test_a_cluster_is_named_alike_from_its_own_stack_and_from_another() -> None:
    """By its cluster an object is the same wherever it is applied from."""
    export = {"Value": {"Ref": "Cluster"}, "Export": {"Name": "Cluster"}}
    there = _applied(json.dumps([thing("ConfigMap")]))
    there["Properties"]["ClusterName"] = {"Fn::ImportValue": "Cluster"}
    assembly = assembled(
        Written(
            name="Base",
            resources={
                "Cluster": resource("AWS::EKS::Cluster"),
                "Objects": _applied(json.dumps([thing("Secret")])),
            },
            outputs={"Cluster": export},
        ),
        Written(name="App", resources={"Objects": there}, depends_on=["Base"]),
    )

    assert {found.cluster for found in kubernetes_objects(assembly)} == {"${Base/Cluster}"}


def test_only_what_makes_pods_has_a_pod_template() -> None:
    """A CronJob has it one level deeper."""
    template: Document = {"spec": {"containers": []}}
    documents = [
        thing("Deployment", spec={"template": template}),
        thing("CronJob", spec={"jobTemplate": {"spec": {"template": template}}}),
        thing("Service", spec={"type": "ClusterIP"}),
        thing("ConfigMap", data={}),
    ]
    stack = Written(name="App", resources={"Objects": manifest(_PATH, *documents)})

    found = [item.pod_template for item in kubernetes_objects(assembled(stack))]

    assert found == [template, template, None, None]


def test_a_helm_release_is_read_with_its_values() -> None:
    """Chart, version, namespace and values are those that the handler installs."""
    properties = {
        "Release": "controller",
        "Chart": "load-balancer",
        "Version": "3.6.0",
        "Namespace": "kube-system",
        "Repository": "https://charts.example.com",
        "Values": {"Fn::Join": ["", ['{"vpc":"', {"Ref": "Vpc"}, '"}']]},
    }
    chart = resource("Custom::AWSCDK-EKS-HelmChart", "App/Controller/Chart/Resource", properties)

    (found,) = helm_releases(assembled(Written(name="App", resources={"Chart": chart})))

    assert (found.name, found.namespace, found.service) == (
        "controller",
        "kube-system",
        "Controller",
    )
    assert (found.chart, found.version) == ("load-balancer", "3.6.0")
    assert found.repository == "https://charts.example.com"
    assert found.values == {"vpc": "${Vpc}"}


@pytest.mark.parametrize(
    "text",
    [
        "[{",
        '["x"]',
        '[{"kind":"Secret"}]',
        json.dumps(thing("Secret") | {"metadata": {"name": "x", "labels": ["y"]}}),
        json.dumps(thing("Secret") | {"metadata": {"name": "x", "namespace": 1}}),
        1,
        None,
    ],
)
def test_a_damaged_manifest_is_said_in_a_sentence(text: Any) -> None:
    """The resource and its stack are named."""
    stack = Written(name="App", resources={"Objects": _applied(text)})

    with pytest.raises(PlanError, match=r"Objects in stack App"):
        kubernetes_objects(assembled(stack))


@pytest.mark.parametrize("text", ["{", "[]"])
def test_damaged_values_of_a_chart_are_said_in_a_sentence(text: str) -> None:
    """The resource, its stack and the property are named."""
    properties = {"Release": "x", "Chart": "x", "Values": text}
    chart = resource("Custom::AWSCDK-EKS-HelmChart", "App/X", properties)

    with pytest.raises(PlanError, match=r"Chart in stack App: its property Values is no JSON"):
        helm_releases(assembled(Written(name="App", resources={"Chart": chart})))


def test_the_objects_of_the_app_are_all_there(avadot: Path) -> None:
    """Production has its seven services, each under its own name, and one chart."""
    assembly = read_assembly(avadot).only("AvadotProd")

    objects = kubernetes_objects(assembly)

    deployed = {o.service for o in objects if o.kind in {"Deployment", "StatefulSet"}}
    assert len(deployed) == 7
    assert {"backend", "a2f-grpc-server"} <= deployed
    assert len({o.cluster for o in objects}) == 1
    assert [release.name for release in helm_releases(assembly)] == ["aws-load-balancer-controller"]
