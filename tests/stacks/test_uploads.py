"""Silver Guardian's own stores: uploads that tell of themselves, a database without passwords."""

import pytest

from settings.system import Guardian
from tests.stacks.assembly import Resource
from tests.stacks.synths import GUARDIANS, everything, stack

every_guardian = pytest.mark.parametrize("system", GUARDIANS, ids=lambda system: system.name)


def _uploads(system: Guardian) -> Resource:
    return stack(system, "Data").the("AWS::S3::Bucket", "Uploads/")


@every_guardian
def test_an_upload_is_told_to_eventbridge(system: Guardian) -> None:
    """By the bucket itself, without a function that may change every bucket of the account."""
    told = _uploads(system).properties["NotificationConfiguration"]
    assert told == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert stack(system, "Data").of_type("Custom::S3BucketNotifications") == []


@every_guardian
def test_only_named_web_sites_may_put_and_nothing_else(system: Guardian) -> None:
    """A page of the front end may upload; it may neither read nor list nor delete."""
    (rule,) = _uploads(system).properties["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedMethods"] == ["PUT"]
    assert rule["AllowedOrigins"] == list(system.uploads.origins)
    assert "*" not in rule["AllowedOrigins"]


@every_guardian
def test_nothing_piles_up_unseen(system: Guardian) -> None:
    """Old versions go after 90 days, unfinished uploads after one; no current upload goes."""
    rule, *_ = _uploads(system).properties["LifecycleConfiguration"]["Rules"]
    assert "Prefix" not in rule
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "ExpirationInDays" not in rule


@every_guardian
def test_what_people_said_is_kept_for_a_week(system: Guardian) -> None:
    """A transcript goes after seven days, its old version a day later; no upload goes with it."""
    _, *others = _uploads(system).properties["LifecycleConfiguration"]["Rules"]
    assert others == [
        {
            "Prefix": "transcripts/",
            "ExpirationInDays": 7,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            "Status": "Enabled",
        }
    ]
    assert not system.uploads.prefix.startswith("transcripts/")


@every_guardian
def test_who_looked_at_uploads_can_be_looked_up(system: Guardian) -> None:
    """Access is logged into a bucket beside it."""
    logs = stack(system, "Data").the("AWS::S3::Bucket", "UploadAccessLogs/")
    target = _uploads(system).properties["LoggingConfiguration"]["DestinationBucketName"]
    assert target == {"Ref": logs.logical_id}


@every_guardian
def test_functions_log_in_by_their_role(system: Guardian) -> None:
    """The database takes tokens of IAM, so no function has to know a password."""
    database = stack(system, "Data").the("AWS::RDS::DBInstance")
    assert database.properties["EnableIAMDatabaseAuthentication"] is True


@every_guardian
def test_only_the_workflow_s_functions_reach_the_database(system: Guardian) -> None:
    """One rule lets them in, on the database's port; neither nodes nor pods are let in."""
    database = stack(system, "Data").the("AWS::EC2::SecurityGroup", "Database/")
    name = f"{system.name}Data"
    let_in = [
        (rule.stack, rule.properties["FromPort"], rule.properties["ToPort"])
        for part in ("Data", "Cluster", "")
        for rule in stack(system, part).of_type("AWS::EC2::SecurityGroupIngress")
        if everything().spell(rule.stack, rule.properties["GroupId"])
        == f"${{{name}.{database.logical_id}.GroupId}}"
    ]
    assert let_in == [(system.name, 5432, 5432)]


@every_guardian
def test_people_are_told_what_they_need(system: Guardian) -> None:
    """A deploy ends with the address for the front end, the topic of alarms and the workflow."""
    top = stack(system)
    outputs = {name: value["Value"] for name, value in top.template["Outputs"].items()}
    workflow = top.the("AWS::StepFunctions::StateMachine", "Workflow/")
    assert outputs["StateMachine"] == {"Ref": workflow.logical_id}
    assert outputs["AlarmTopic"] == {"Ref": top.the("AWS::SNS::Topic").logical_id}
    assert outputs["ApiUrl"] == {
        "Fn::GetAtt": [top.the("AWS::ApiGatewayV2::Api").logical_id, "ApiEndpoint"]
    }
