"""Who may do what in the workflow, and nobody more."""

import json
from typing import Any

from .template import OURS, of


def test_no_log_holds_what_a_task_was_given(resources: dict[str, dict[str, Any]]) -> None:
    """A token in a log lets every reader answer for an analyser."""
    (machine,) = of(resources, "AWS::StepFunctions::StateMachine").values()

    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert '"BackoffRate": 2.0,' in machine["DefinitionString"]
    assert '"BackoffRate": 2,' not in machine["DefinitionString"]


def test_functions_reach_the_database_by_their_own_group_only(
    resources: dict[str, dict[str, Any]],
) -> None:
    """And nothing but it and the APIs of AWS."""
    (ingress,) = of(resources, "AWS::EC2::SecurityGroupIngress").values()
    groups = of(resources, "AWS::EC2::SecurityGroup")
    own = next(name for name in groups if name.startswith("Functions"))

    assert ingress["SourceSecurityGroupId"] == {"Fn::GetAtt": [own, "GroupId"]}
    assert "CidrIp" not in ingress
    assert [rule["FromPort"] for rule in groups[own]["SecurityGroupEgress"]] == [443, 5432]
    inside = [
        function
        for function in of(resources, "AWS::Lambda::Function").values()
        if "VpcConfig" in function
    ]
    assert len(inside) == 4
    for function in inside:
        assert function["VpcConfig"]["SecurityGroupIds"] == [{"Fn::GetAtt": [own, "GroupId"]}]


def test_only_the_migration_reads_the_masters_password(
    resources: dict[str, dict[str, Any]],
) -> None:
    """All others log in by IAM, as the application."""
    policies = of(resources, "AWS::IAM::Policy")
    readers = [name for name, policy in policies.items() if "GetSecretValue" in json.dumps(policy)]
    clients = [name for name, policy in policies.items() if "rds-db:connect" in json.dumps(policy)]

    assert len(readers) == 1
    assert readers[0].startswith("MigrationMigrate")
    assert sorted(name[:12] for name in clients) == ["ApiResultSer", "WorkflowBegi", "WorkflowSave"]
    for name in clients:
        assert "/guardian_app" in json.dumps(policies[name])


def test_every_route_asks_for_a_signature(resources: dict[str, dict[str, Any]]) -> None:
    """And every call is logged."""
    routes = of(resources, "AWS::ApiGatewayV2::Route")

    assert {route["RouteKey"] for route in routes.values()} == {
        "POST /uploads",
        "GET /analyses/{video_id}",
    }
    assert {route["AuthorizationType"] for route in routes.values()} == {"AWS_IAM"}
    (stage,) = of(resources, "AWS::ApiGatewayV2::Stage").values()
    assert stage["AccessLogSettings"]["DestinationArn"]


def test_stars_in_rights_are_those_that_have_reasons(
    resources: dict[str, dict[str, Any]],
) -> None:
    """No action has one, and a whole star only what names no resource."""
    statements = [
        statement
        for name, policy in of(resources, "AWS::IAM::Policy").items()
        if name.startswith(OURS)
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    actions = [
        action
        for statement in statements
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    ]
    everywhere = {
        action
        for statement in statements
        if statement["Resource"] == "*"
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }

    assert not [action for action in actions if "*" in action]
    assert {action.partition(":")[0] for action in everywhere} <= {"logs", "xray", "transcribe"}
    assert {action for action in everywhere if action.startswith("transcribe")} == {
        "transcribe:StartTranscriptionJob"
    }
