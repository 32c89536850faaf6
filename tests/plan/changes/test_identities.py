"""What is one thing to AWS and two to a template."""

from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.changes.compared import assert_risk, resources, risks, severities

_ASSOCIATION = {"ClusterName": "c", "Namespace": "n", "ServiceAccount": "s", "RoleArn": "r"}
_RULE = {"GroupId": "g", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "10.0.0.0/8"}
_NAMED: list[tuple[str, Document]] = [
    ("AWS::ECR::Repository", {"RepositoryName": "avadot/tarot"}),
    ("AWS::EKS::PodIdentityAssociation", _ASSOCIATION),
    ("AWS::EKS::AccessEntry", {"ClusterName": "c", "PrincipalArn": "p"}),
    ("AWS::EKS::Addon", {"ClusterName": "c", "AddonName": "coredns"}),
    ("AWS::EC2::SecurityGroupIngress", _RULE),
    ("AWS::Logs::LogGroup", {"LogGroupName": "/a"}),
    ("AWS::IAM::Role", {"RoleName": "a"}),
    ("AWS::S3::Bucket", {"BucketName": "a"}),
    ("AWS::SecretsManager::Secret", {"Name": "a"}),
    ("AWS::SQS::Queue", {"QueueName": "a"}),
]


@pytest.mark.parametrize(("kind", "properties"), _NAMED)
def test_a_name_under_another_id_is_taken_until_the_old_one_is_deleted(
    kind: str, properties: Document
) -> None:
    """CloudFormation creates before it deletes; each of the two deploys named is accepted."""
    old, new = (resource(kind, f"App/{name}", properties) for name in ("Old", "New"))

    assert_risk(
        resources({"Old": old}, {"New": new}),
        Topic.REFUSED,
        Severity.RISKY,
        "Old, which exists already, so CloudFormation cannot create it: keep the construct's id, "
        "or `cdk deploy App` without it, then with it",
    )
    assert severities(resources({"Old": old}, {}), Topic.REFUSED) == []
    assert severities(resources({}, {"New": new}), Topic.REFUSED) == []


@pytest.mark.parametrize(("kind", "properties"), _NAMED)
def test_what_aws_names_or_has_another_name_is_free(kind: str, properties: Document) -> None:
    other: dict[str, Any] = {
        name: value if name in {"ClusterName", "GroupId"} or isinstance(value, int) else f"{value}2"
        for name, value in properties.items()
    }

    for before, after in (({}, {}), (properties, other)):
        changes = resources({"Old": resource(kind, "", before)}, {"New": resource(kind, "", after)})
        assert severities(changes, Topic.REFUSED) == []


def test_a_reference_within_a_name_is_to_a_resource_of_its_own_stack() -> None:
    """The log groups of two functions that have the same id in two stacks are two."""
    function = resource("AWS::Lambda::Function")
    name = {"Fn::Join": ["", ["/aws/lambda/", {"Ref": "F"}]]}
    group = resource("AWS::Logs::LogGroup", "", {"LogGroupName": name})
    both = {"F": function, "G": group}
    upper = Written(name="Upper", resources=both, depends_on=["Lower"])
    before, after = (Written(name="Lower", resources=some) for some in ({"F": function}, both))

    changes = compare(assembled(before, upper), assembled(after, upper), "Upper")

    assert severities(changes, Topic.REFUSED) == []


def test_what_stays_when_it_leaves_the_stack_is_imported() -> None:
    name = {"RepositoryName": "avadot/tarot"}
    old, new = (
        resource("AWS::ECR::Repository", f"App/{one}", name, DeletionPolicy="Retain")
        for one in ("tarot", "oracle")
    )

    changes = resources({"Old": old}, {"New": new})

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "then with `cdk import App`, since")


def test_a_second_one_of_the_same_name_is_refused() -> None:
    old, new = (
        resource("AWS::EKS::PodIdentityAssociation", f"App/{one}", _ASSOCIATION)
        for one in ("Old", "New")
    )

    changes = resources({"Old": old}, {"Old": old, "New": new})

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "leave one of both out")
    assert risks(resources({"Old": old}, {"Old": old}), Topic.REFUSED) == []


@pytest.mark.parametrize(("first", "refused"), [("Data", False), ("App", True)])
def test_a_name_that_moves_upward_is_free_once_its_stack_is_deployed(
    first: str, *, refused: bool
) -> None:
    """The lower stack deletes it before the upper one is deployed, and not the other way round."""
    queue = {"Q": resource("AWS::SQS::Queue", "", {"QueueName": "a"})}
    topic = {"T": resource("AWS::SNS::Topic")}

    def stacks(holder: str) -> list[Written]:
        return [
            Written(name="Data", resources=topic | (queue if holder == "Data" else {})),
            Written(
                name="App",
                resources=topic | (queue if holder == "App" else {}),
                depends_on=["Data"],
            ),
        ]

    then = "App" if first == "Data" else "Data"
    changes = compare(assembled(*stacks(first)), assembled(*stacks(then)), "App")

    assert bool(risks(changes, Topic.REFUSED)) is refused


def test_a_cluster_is_the_same_from_every_stack() -> None:
    """An association names its cluster by an import in one stack, by itself in the other."""
    cluster = resource("AWS::EKS::Cluster", "Lower/C")
    export = {"Value": {"Ref": "C"}, "Export": {"Name": "C"}}
    here, there = (
        resource("AWS::EKS::PodIdentityAssociation", "", _ASSOCIATION | {"ClusterName": name})
        for name in ({"Ref": "C"}, {"Fn::ImportValue": "C"})
    )
    lower = Written(name="Lower", resources={"C": cluster}, outputs={"C": export})

    def upper(resources: dict[str, Document]) -> Written:
        return Written(name="App", resources=resources, depends_on=["Lower"])

    before = assembled(lower, upper({"A": there}))
    after = assembled(
        Written(name="Lower", resources={"C": cluster, "A": here}, outputs={"C": export}),
        upper({"T": resource("AWS::SNS::Topic")}),
    )

    assert severities(compare(before, after, "App"), Topic.REFUSED) == [Severity.RISKY]


def test_a_chart_that_another_resource_installs_is_uninstalled_with_the_old_one() -> None:
    chart = resource("Custom::AWSCDK-EKS-HelmChart", "App/It", {"Release": "keda", "Chart": "keda"})

    newer = chart | {"Properties": chart["Properties"] | {"Version": "2"}}

    changes = resources({"Old": chart}, {"New": newer})
    kept = resources({"Old": chart}, {"Old": newer})

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "is uninstalled")
    assert risks(kept, Topic.REFUSED) == []
