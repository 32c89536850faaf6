"""A workflow that uploads begin, as a template has it."""

import json

from tests.plan.assemblies import Document, resource

SEND = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
CALL = "arn:aws:states:::lambda:invoke"
PROFILE = (
    "arn:${AWS::Partition}:bedrock:ap-northeast-2:${AWS::AccountId}:inference-profile/"
    "global.anthropic.claude-haiku-4-5-20251001-v1:0"
)


def calling(name: str, **more: object) -> Document:
    """Return a state that calls a function, which a substitution names."""
    return {
        "Type": "Task",
        "Resource": CALL,
        "Parameters": {"FunctionName": f"${{{name}}}"},
        **more,
    }


def machine() -> Document:
    """Return a definition: begin, three branches of which one polls, save."""
    video = {"Video": {"Type": "Task", "Resource": SEND, "End": True}}
    audio = {
        "Audio": {
            "Type": "Task",
            "Resource": SEND,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
            "End": True,
        },
        "Failed": {"Type": "Pass", "End": True},
    }
    talk = {
        "Start": {"Type": "Task", "Resource": "start", "Next": "Wait"},
        "Wait": {"Type": "Wait", "Seconds": 10, "Next": "Get"},
        "Get": {"Type": "Task", "Resource": "get", "Next": "There"},
        "There": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.status", "StringEquals": "COMPLETED", "Next": "Judge"}],
            "Default": "Wait",
        },
        "Judge": calling("Context", End=True),
    }
    branches = [
        {"StartAt": next(iter(states)), "States": states} for states in (audio, video, talk)
    ]
    return {
        "StartAt": "Begin",
        "States": {
            "Begin": calling("Begin", Next="Wanted"),
            "Wanted": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.it", "StringEquals": "yes", "Next": "Analyse"}],
                "Default": "Nothing",
            },
            "Nothing": {"Type": "Succeed"},
            "Analyse": {"Type": "Parallel", "Branches": branches, "Next": "Save"},
            "Save": calling("Save", End=True),
        },
    }


def workflow() -> dict[str, Document]:
    """Return its resources: bucket, rule, state machine, functions, queues, policy, API."""
    names = ("Begin", "Context", "Save")
    functions = {
        name: resource("AWS::Lambda::Function", f"Guard/{name}/Resource", {"MemorySize": 256})
        for name in names
    }
    substitutions = {name: {"Fn::GetAtt": [name, "Arn"]} for name in names}
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    target = {"Id": "Target0", "Arn": {"Ref": "Machine"}, "RoleArn": "role"}
    statements = [
        {"Effect": "Allow", "Action": "transcribe:StartTranscriptionJob", "Resource": "*"},
        {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": {"Fn::Sub": PROFILE}},
    ]
    return functions | {
        "Uploads": resource("AWS::S3::Bucket", "Guard/Uploads/Resource"),
        "Audio": resource("AWS::SQS::Queue", "Guard/Audio/Resource"),
        "Video": resource("AWS::SQS::Queue", "Guard/Video/Resource"),
        "Machine": resource(
            "AWS::StepFunctions::StateMachine",
            "Guard/Workflow/Resource",
            {
                "DefinitionString": json.dumps(machine()),
                "DefinitionSubstitutions": substitutions,
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        ),
        "Rule": resource(
            "AWS::Events::Rule",
            "Guard/Uploaded/Resource",
            {"EventPattern": pattern, "Targets": [target]},
        ),
        "Policy": resource(
            "AWS::IAM::Policy",
            "Guard/Policy/Resource",
            {"PolicyDocument": {"Statement": statements}, "Roles": [{"Ref": "Role"}]},
        ),
        "Role": resource("AWS::IAM::Role", "Guard/Workflow/Role/Resource"),
        "Api": resource("AWS::ApiGatewayV2::Api", "Guard/Api/Resource", {"ProtocolType": "HTTP"}),
    }
