"""What the constructs of the workflow become."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from .template import OURS, of


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


def test_every_alarm_reaches_the_topic_and_the_topic_the_alarms(
    resources: dict[str, dict[str, Any]],
) -> None:
    """A topic's own policy shuts CloudWatch out unless it names it."""
    alarms = of(resources, "AWS::CloudWatch::Alarm")
    (topic,) = of(resources, "AWS::SNS::Topic")

    assert len(alarms) == 7
    assert all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in alarms.values())
    assert "cloudwatch.amazonaws.com" in json.dumps(of(resources, "AWS::SNS::TopicPolicy"))
