"""Costs: each environment has a budget, and all that it consists of carries its tag."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from app import build_app
from plan.model.assembly import Resource
from settings.system import System
from tests.stacks.synths import as_the_cli_does, every_environment, parts_of, reference, stack


def _one(system: System, kind: str) -> Resource:
    (resource,) = stack(system, "Network").of_type(kind)
    return resource


@every_environment
def test_somebody_is_told_at_four_fifths_of_the_budget(system: System) -> None:
    """And as soon as the whole of it is foreseen, by the environment's own topic."""
    properties = _one(system, "AWS::Budgets::Budget").properties
    assert properties["Budget"]["BudgetLimit"] == {
        "Amount": system.monthly_budget_usd,
        "Unit": "USD",
    }
    topic = _one(system, "AWS::SNS::Topic")
    told = properties["NotificationsWithSubscribers"]
    assert [
        (one["Notification"]["NotificationType"], one["Notification"]["Threshold"]) for one in told
    ] == [("ACTUAL", 80), ("FORECASTED", 100)]
    for one in told:
        (subscriber,) = one["Subscribers"]
        assert subscriber["SubscriptionType"] == "SNS"
        assert subscriber["Address"] == reference(topic, seen_from=topic.stack)


@every_environment
def test_a_sudden_cost_is_told_of(system: System) -> None:
    """Of what carries the environment's tag, from a fiftieth of its budget on."""
    monitor = _one(system, "AWS::CE::AnomalyMonitor").properties
    assert json.loads(monitor["MonitorSpecification"]) == {
        "Tags": {"Key": "system", "Values": [system.name]}
    }
    threshold = json.loads(
        _one(system, "AWS::CE::AnomalySubscription").properties["ThresholdExpression"]
    )
    assert threshold["Dimensions"]["Values"] == [str(system.monthly_budget_usd // 50)]


@every_environment
def test_only_what_counts_costs_may_publish(system: System) -> None:
    """And only on behalf of this account."""
    statements = _one(system, "AWS::SNS::TopicPolicy").properties["PolicyDocument"]["Statement"]
    (allowed,) = (one for one in statements if one["Effect"] == "Allow")
    assert allowed["Principal"] == {
        "Service": ["budgets.amazonaws.com", "costalerts.amazonaws.com"]
    }
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": "${AWS::AccountId}"}}


@every_environment
def test_a_budget_counts_what_the_stacks_are_tagged_with(system: System) -> None:
    """CloudFormation hands a stack's tags on to all that it makes; a cluster's are its own."""
    with TemporaryDirectory() as directory, as_the_cli_does(directory):
        build_app([system], validate=False).synth()
        artifacts = json.loads((Path(directory) / "manifest.json").read_text())["artifacts"]
    filters = _one(system, "AWS::Budgets::Budget").properties["Budget"]["CostFilters"]
    assert filters == {"TagKeyValue": [f"user:system${system.name}"]}
    for part in set(parts_of(type(system))) - {"Cluster"}:
        assert artifacts[f"{system.name}{part}"]["properties"]["tags"] == {"system": system.name}


@every_environment
def test_a_cluster_carries_the_tag_and_its_node_groups_none(system: System) -> None:
    """EKS refuses an update of a group that has a new tag and new machines."""
    cluster = stack(system, "Cluster")
    (made,) = cluster.of_type("AWS::EKS::Cluster")
    assert {"Key": "system", "Value": system.name} in made.properties["Tags"]
    for group in cluster.of_type("AWS::EKS::Nodegroup"):
        assert "Tags" not in group.properties


@every_environment
def test_machines_carry_the_tag(system: System) -> None:
    """EKS hands no tag of a node group on to the machines, which are most of the cost."""
    templates = stack(system, "Cluster").of_type("AWS::EC2::LaunchTemplate")
    assert templates
    for template in templates:
        for tagged in template.properties["LaunchTemplateData"]["TagSpecifications"]:
            assert {"Key": "system", "Value": system.name} in tagged["Tags"]
