"""What the constructs of the workflow become: sound templates, and rights no wider than needed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from .deployment import _CONTEXT
from .stack import WorkflowStack

OURS = ("Functions", "Migration", "Audio", "Video", "Workflow", "Api", "Alarms")


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesize the stack, its findings beside it."""
    directory = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(directory), context=_CONTEXT)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    WorkflowStack(app, "Guardian")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()  # The bucket and the network of the test are no examples.
    return directory


@pytest.fixture(scope="module")
def resources(assembly: Path) -> dict[str, dict[str, Any]]:
    """Give the resources of the template."""
    found: dict[str, dict[str, Any]] = json.loads(
        (assembly / "Guardian.template.json").read_text()
    )["Resources"]
    return found


def of(resources: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in resources.items()
        if resource["Type"] == kind
    }


def test_no_rule_of_cdk_nag_is_broken(assembly: Path) -> None:
    """Each exception has its reason beside the construct."""
    report = json.loads((assembly / "validation-report.json").read_text())
    found = [
        f"{violation['ruleName']} {construct['constructPath']}"
        for plugin in report["pluginReports"]
        for violation in plugin.get("violations", [])
        for construct in violation["violatingConstructs"]
        if construct["constructPath"].split("/")[1] in OURS
    ]

    assert found == []


def test_linter_of_templates_finds_nothing(assembly: Path) -> None:
    """It reads the state machine too."""
    done = subprocess.run(
        [
            Path(sys.executable).parent / "cfn-lint",
            "--regions",
            "ap-northeast-2",
            # The library names a role twice, as a reference and as a dependency.
            "--ignore-checks",
            "W3005",
            "--template",
            assembly / "Guardian.template.json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_no_log_holds_what_a_task_was_given(resources: dict[str, dict[str, Any]]) -> None:
    """A token in a log lets every reader answer for an analyser."""
    (machine,) = of(resources, "AWS::StepFunctions::StateMachine").values()

    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert '"BackoffRate": 2.0,' in machine["DefinitionString"]
    assert '"BackoffRate": 2,' not in machine["DefinitionString"]


def test_logs_are_kept_for_a_week(resources: dict[str, dict[str, Any]]) -> None:
    """Those of the state machine, of the API and of each function."""
    groups = {
        name: group
        for name, group in of(resources, "AWS::Logs::LogGroup").items()
        if not name.startswith("MigrationProvider")  # The library's own.
    }

    assert {group["RetentionInDays"] for group in groups.values()} == {7}
    assert len(groups) == 9


def test_queue_gives_a_message_three_chances(resources: dict[str, dict[str, Any]]) -> None:
    """Each a minute after the last worker fell silent, over TLS only."""
    queues = of(resources, "AWS::SQS::Queue")
    working = [queue for queue in queues.values() if "RedrivePolicy" in queue]

    assert len(working) == 2
    for queue in working:
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 3
        assert queue["VisibilityTimeout"] == 60
        assert queue["MessageRetentionPeriod"] == 4 * 24 * 3600
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    policies = json.dumps(of(resources, "AWS::SQS::QueuePolicy"))
    assert policies.count('"aws:SecureTransport": "false"') == len(queues)


def test_upload_begins_an_execution_or_is_kept_aside(
    resources: dict[str, dict[str, Any]],
) -> None:
    """Of this bucket, below uploads/."""
    (rule,) = of(resources, "AWS::Events::Rule").values()

    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    assert rule["EventPattern"]["detail"]["object"] == {"key": [{"prefix": "uploads/"}]}
    assert rule["EventPattern"]["detail"]["bucket"]["name"]
    assert rule["Targets"][0]["DeadLetterConfig"]


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


def test_migration_waits_for_its_right_and_its_way(
    resources: dict[str, dict[str, Any]],
) -> None:
    """Nothing else tells CloudFormation that the function needs them."""
    (migration,) = (
        resource for resource in resources.values() if resource["Type"] == "Custom::Migration"
    )
    needed = " ".join(migration["DependsOn"])

    assert "MigrationMigrateServiceRoleDefaultPolicy" in needed
    assert "FunctionsIntoDatabase" in needed


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


def test_every_alarm_reaches_the_topic_and_the_topic_the_alarms(
    resources: dict[str, dict[str, Any]],
) -> None:
    """A topic's own policy shuts CloudWatch out unless it names it."""
    alarms = of(resources, "AWS::CloudWatch::Alarm")
    (topic,) = of(resources, "AWS::SNS::Topic")

    assert len(alarms) == 7
    assert all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in alarms.values())
    assert "cloudwatch.amazonaws.com" in json.dumps(of(resources, "AWS::SNS::TopicPolicy"))


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
