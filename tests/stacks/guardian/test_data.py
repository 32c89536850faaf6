"""Silver Guardian's own stores: uploads that tell of themselves, a database without passwords."""

from plan.model.assembly import Resource
from settings.guardian.system import Guardian
from tests.stacks.guardian.cases import EVERY
from tests.stacks.synths import each, everything, reference, stack, the

every_guardian = each(EVERY)


def _uploads(system: Guardian) -> Resource:
    return the(stack(system, "Data"), "AWS::S3::Bucket", "Uploads/")


@every_guardian
def test_the_database_is_postgresql(system: Guardian) -> None:
    database = the(stack(system, "Data"), "AWS::RDS::DBInstance")
    assert database.properties["Engine"] == "postgres"


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
    logs = the(stack(system, "Data"), "AWS::S3::Bucket", "UploadAccessLogs/")
    target = _uploads(system).properties["LoggingConfiguration"]["DestinationBucketName"]
    assert target == reference(logs, seen_from=logs.stack)


@every_guardian
def test_functions_log_in_by_their_role(system: Guardian) -> None:
    """The database takes tokens of IAM, so no function has to know a password."""
    database = the(stack(system, "Data"), "AWS::RDS::DBInstance")
    assert database.properties["EnableIAMDatabaseAuthentication"] is True


@every_guardian
def test_only_the_workflow_s_functions_reach_the_database(system: Guardian) -> None:
    """One rule lets them in, on the database's port; neither nodes nor pods are let in."""
    database = the(stack(system, "Data"), "AWS::EC2::SecurityGroup", "Database/")
    let_in = {
        part: [
            (rule.properties["FromPort"], rule.properties["ToPort"])
            for rule in stack(system, part).of_type("AWS::EC2::SecurityGroupIngress")
            if rule.properties["GroupId"]
            == reference(database, "GroupId", seen_from=f"{system.name}{part}")
        ]
        for part in ("Data", "Cluster", "")
    }
    port = system.postgresql.port
    assert let_in == {"Data": [], "Cluster": [], "": [(port, port)]}


@every_guardian
def test_nodes_reach_the_cache_alone(system: Guardian) -> None:
    """No pod of the system asks the database."""
    (rule,) = stack(system, "Cluster").of_type("AWS::EC2::SecurityGroupIngress")
    assert rule.properties["FromPort"] == system.valkey.port


@every_guardian
def test_people_are_told_what_they_need(system: Guardian) -> None:
    """A deploy ends with the address for the front end, the topic of alarms and the workflow."""
    top = stack(system)
    outputs = {
        name: output["Value"]
        for name, output in everything().templates[system.name]["Outputs"].items()
    }
    workflow = the(top, "AWS::StepFunctions::StateMachine", "Workflow/")
    assert outputs["StateMachine"] == {"Ref": workflow.logical_id}
    assert outputs["AlarmTopic"] == {"Ref": the(top, "AWS::SNS::Topic").logical_id}
    api = the(top, "AWS::ApiGatewayV2::Api").logical_id
    assert outputs["ApiUrl"] == {"Fn::GetAtt": [api, "ApiEndpoint"]}
