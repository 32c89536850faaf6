"""Nodes and versions: what is replaced, what shrinks, what cannot go back."""

from typing import Any

import pytest

from plan.changes.nouns import Changes, Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import assert_risk, listed, resources, risks, severities


def _group(**properties: Any) -> Document:
    launch = {"Id": {"Ref": "T"}, "Version": {"Fn::GetAtt": ["T", "LatestVersionNumber"]}}
    return resource("AWS::EKS::Nodegroup", "App/G", {"LaunchTemplate": launch} | properties)


def _template(size: int) -> Document:
    data = {"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": size}}]}
    return resource("AWS::EC2::LaunchTemplate", "App/T", {"LaunchTemplateData": data})


def test_a_replaced_node_group_needs_room_for_both() -> None:
    changes = resources({"G": _group(InstanceTypes=["a"])}, {"G": _group(InstanceTypes=["b"])})

    assert_risk(changes, Topic.NODES, Severity.RISKY, "takes quota for both")


def test_a_node_group_with_a_name_of_its_own_cannot_be_replaced() -> None:
    changes = resources(
        {"G": _group(InstanceTypes=["a"], NodegroupName="n")},
        {"G": _group(InstanceTypes=["b"], NodegroupName="n")},
    )

    assert "cannot be replaced while it keeps its name n" in risks(changes, Topic.NODES)[0][1]


@pytest.mark.parametrize("size", ["DesiredSize", "MinSize", "MaxSize"])
def test_a_node_group_that_shrinks_is_a_risk(size: str) -> None:
    changes = resources(
        {"G": _group(ScalingConfig={size: 2})}, {"G": _group(ScalingConfig={size: 1})}
    )

    assert_risk(changes, Topic.NODES, Severity.RISKY, f"{size} from 2 to 1")


def test_a_node_group_that_grows_is_none() -> None:
    changes = resources(
        {"G": _group(ScalingConfig={"MaxSize": 1})}, {"G": _group(ScalingConfig={"MaxSize": 2})}
    )

    assert severities(changes, Topic.NODES) == []


def test_a_removed_node_group_is_a_risk() -> None:
    assert severities(resources({"G": _group()}, {}), Topic.NODES) == [Severity.RISKY]


def test_another_launch_template_replaces_the_nodes_of_its_group() -> None:
    """The group itself has no other value, and all pods on it move."""
    changes = resources({"T": _template(40), "G": _group()}, {"T": _template(50), "G": _group()})

    assert listed(changes) == [("Changed", "AWS::EC2::LaunchTemplate T")]
    ((severity, sentence),) = risks(changes, Topic.NODES)
    assert severity is Severity.NOTICE
    assert sentence == "replaces its nodes, at most 1 at a time: every pod on them moves"


def test_a_new_release_of_the_machine_image_replaces_the_nodes() -> None:
    config = {"MaxUnavailable": 2}

    changes = resources(
        {"G": _group(ReleaseVersion="1", UpdateConfig=config)},
        {"G": _group(ReleaseVersion="2", UpdateConfig=config)},
    )

    assert risks(changes, Topic.NODES)[0][1].startswith("replaces its nodes, at most 2 at a time")


def _versions(before: str, after: str, **others: Document) -> Changes:
    def cluster(version: str) -> Document:
        return resource("AWS::EKS::Cluster", "App/C", {"Version": version})

    return resources({"C": cluster(before), **others}, {"C": cluster(after), **others})


def test_an_upgrade_says_its_order_and_for_how_long_it_can_be_taken_back() -> None:
    """Control plane, add-ons, nodes; each with a command that exists."""
    of_cluster = {"ClusterName": {"Ref": "C"}}
    add_on = resource("AWS::EKS::Addon", "App/A", {"AddonName": "coredns"} | of_cluster)

    first, then, last = risks(
        _versions("1.35", "1.36", G=_group(**of_cluster), A=add_on), Topic.VERSION
    )

    assert first[0] is Severity.RISKY
    assert first[1].startswith("is upgraded to Kubernetes 1.36, the control plane first")
    assert "for 7 days, and while they still do, `aws eks update-cluster-version" in first[1]
    assert "for each of coredns, `aws eks describe-addon-versions" in then[1]
    assert "stay at 1.35 until the Version of their groups is 1.36" in last[1]


@pytest.mark.parametrize("was", [None, _group(InstanceTypes=["a"])], ids=["new", "replaced"])
def test_a_new_group_at_another_version_is_refused(was: Document | None) -> None:
    """EKS changes the version of a group, but makes none at another than its cluster's."""
    cluster = resource("AWS::EKS::Cluster", "App/C", {"Version": "1.36"})
    group = _group(InstanceTypes=["b"], Version="1.35", ClusterName={"Ref": "C"})
    before = {"C": cluster} | ({"G": was} if was else {})

    changes = resources(before, {"C": cluster, "G": group})

    assert_risk(changes, Topic.REFUSED, Severity.RISKY, "at Kubernetes 1.35, which EKS refuses")


def test_nodes_that_name_the_new_version_follow() -> None:
    group = _group(Version="1.36", ClusterName={"Ref": "C"})

    _, (_, sentence) = risks(_versions("1.35", "1.36", G=group), Topic.VERSION)

    assert sentence.startswith("its nodes last, in the same deploy")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("1.34", "1.36", "is upgraded from Kubernetes 1.34 to 1.36, which EKS refuses: "),
        ("1.36", "1.34", "is downgraded from Kubernetes 1.36 to 1.34, which EKS refuses"),
        ("1.36", "1.35", "which EKS refuses later than 7 days after the upgrade"),
    ],
)
def test_a_cluster_that_jumps_or_goes_back_is_refused(before: str, after: str, words: str) -> None:
    """EKS raises one minor version at a time, and takes only the last step back, for a week."""
    assert_risk(_versions(before, after), Topic.REFUSED, Severity.RISKY, words)


@pytest.mark.parametrize(
    ("engine", "before", "after", "severity", "topic"),
    [
        ("mysql", "8.0.40", "8.4.3", Severity.RISKY, Topic.VERSION),
        ("mysql", "8.4.3", "8.4.4", Severity.NOTICE, Topic.VERSION),
        ("postgres", "17.4", "17.5", Severity.NOTICE, Topic.VERSION),
        ("postgres", "16.4", "17.5", Severity.RISKY, Topic.VERSION),
        ("mysql", "8.4.4", "8.4.3", Severity.RISKY, Topic.REFUSED),
    ],
)
def test_another_version_of_a_database_is_said(
    engine: str, before: str, after: str, severity: Severity, topic: Topic
) -> None:

    def database(version: str) -> Document:
        properties = {"Engine": engine, "EngineVersion": version, "DBInstanceClass": "db.m7g.large"}
        return resource("AWS::RDS::DBInstance", "", properties)

    changes = resources({"D": database(before)}, {"D": database(after)})

    assert severities(changes, topic) == [severity]


def test_another_machine_of_a_database_interrupts() -> None:

    def database(machine: str) -> Document:
        return resource("AWS::RDS::DBInstance", "", {"DBInstanceClass": machine})

    changes = resources({"D": database("db.t4g.micro")}, {"D": database("db.t4g.small")})

    assert_risk(
        changes, Topic.VERSION, Severity.NOTICE, "moves from db.t4g.micro to db.t4g.small: "
    )


def test_a_database_does_not_shrink() -> None:

    def database(size: str) -> Document:
        return resource("AWS::RDS::DBInstance", "", {"AllocatedStorage": size})

    changes = resources({"D": database("100")}, {"D": database("20")})

    assert severities(changes, Topic.REFUSED) == [Severity.RISKY]


def test_another_version_of_a_chart_leaves_its_definitions() -> None:
    """Helm installs custom resource definitions once, and never updates them."""

    def chart(version: str) -> Document:
        return resource(
            "Custom::AWSCDK-EKS-HelmChart",
            "App/Chart",
            {"Release": "c", "Chart": "c", "Version": version},
        )

    changes = resources({"C": chart("3.6.0")}, {"C": chart("3.7.0")})

    assert_risk(changes, Topic.VERSION, Severity.NOTICE, "goes from chart 3.6.0 to 3.7.0")


def test_a_node_group_is_replaced_under_another_name() -> None:
    changes = resources(
        {"G": _group(InstanceTypes=["a"], NodegroupName="n")},
        {"G": _group(InstanceTypes=["b"], NodegroupName="m")},
    )

    assert not any("cannot be replaced" in text for _, text in risks(changes, Topic.NODES))
    assert risks(changes, Topic.REFUSED) == []


def test_a_new_group_without_a_version_has_that_of_its_cluster() -> None:
    cluster = resource("AWS::EKS::Cluster", "App/C", {"Version": "1.36"})
    group = _group(InstanceTypes=["b"], ClusterName={"Ref": "C"})

    assert risks(resources({"C": cluster}, {"C": cluster, "G": group}), Topic.REFUSED) == []
