"""What works without nodes: APIs, workflows, queues, models."""

import pytest

from plan.model.assembly import Assembly
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.picture.drawn import boxes, overlaps, pictured, wires
from tests.plan.workflows import workflow

_BOTH = pytest.mark.parametrize("number", [0, 1], ids=["wide", "narrow"])


def _role(name: str) -> Document:
    return {"Fn::GetAtt": [name, "Arn"]}


def _guard(**more: Document) -> Assembly:
    """Return the workflow with roles, routes and dead letters, alone in a region."""
    found = workflow()
    found["Dead"] = resource("AWS::SQS::Queue", "Guard/Dead/Resource")
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}
    found["Audio"]["Properties"]["RedrivePolicy"] = redrive
    found["Judge"] = resource("AWS::IAM::Role")
    found["Policy"]["Properties"]["Roles"] = [{"Ref": "Judge"}]
    found["Context"]["Properties"]["Role"] = _role("Judge")
    found["Save"]["Properties"]["Environment"] = {"Variables": {"TO": {"Ref": "Results"}}}
    found["Results"] = resource("AWS::S3::Bucket", "Guard/Results/Resource")
    found["Machine"]["Properties"]["DefinitionSubstitutions"]["Queue"] = {"Ref": "Audio"}
    pattern = found["Rule"]["Properties"]["EventPattern"]
    pattern["detail"] = {"bucket": {"name": [{"Ref": "Uploads"}]}}
    found["Ask"] = resource("AWS::Lambda::Function", "Guard/Api/Ask/Resource")
    integration = {"ApiId": {"Ref": "Api"}, "IntegrationUri": {"Fn::GetAtt": ["Ask", "Arn"]}}
    found["Integration"] = resource("AWS::ApiGatewayV2::Integration", "", integration)
    found["Ask"]["Properties"]["Environment"] = {"Variables": {"BUCKET": {"Ref": "Uploads"}}}
    found["Route"] = _route("AWS_IAM")
    return assembled(Written(name="Guard", resources=found | more))


def _route(authorization: str) -> Document:
    properties = {
        "ApiId": {"Ref": "Api"},
        "RouteKey": "POST /uploads",
        "AuthorizationType": authorization,
    }
    return resource("AWS::ApiGatewayV2::Route", "", properties)


@_BOTH
def test_each_has_a_row_in_the_order_of_an_upload(number: int) -> None:
    """The functions stand with who calls them, dead letters with their queue."""
    found = boxes(pictured(_guard())[number])

    assert [box.title for box in found if box.kind in {"entrance", "step"}] == [
        "Api, HTTP API, from the internet, callers sign · POST /uploads",
        "Workflow, Step Functions and Lambda, begun by uploads · calls Begin, Context, Save",
        "Audio, SQS, after 3 tries to its dead letters",
        "Video, SQS",
        "Transcribe, speech to text",
        "claude-haiku-4-5, Bedrock, global profile, asked in ap-northeast-2",
    ]
    assert overlaps(found) == []


@_BOTH
def test_flows_follow_names_and_rights(number: int) -> None:
    """By substitutions, by what functions know, by what roles allow, by what events begin."""
    found = wires(pictured(_guard())[number])

    assert {one for one in found if "→" in one} == {
        "Api → Uploads",
        "Uploads → Workflow",
        "Workflow → Audio",
        "Workflow → Results",
        "Workflow → Transcribe",
        "Workflow → claude-haiku-4-5",
    }


def test_an_open_api_is_told_apart() -> None:
    """A reader should not have to look for it."""
    found = boxes(pictured(_guard(Route=_route("NONE")))[0])

    (title,) = [box.title for box in found if box.kind == "entrance"]
    assert "open to everybody" in title


def test_a_waiting_machine_of_a_custom_resource_is_none_of_it() -> None:
    """The CDK makes one for each resource that takes its time."""
    waiter = resource(
        "AWS::StepFunctions::StateMachine", "Guard/Gate/waiter", {"DefinitionString": "{}"}
    )

    found = boxes(pictured(_guard(Waiter=waiter))[0])

    assert not [box.title for box in found if "waiter" in box.title]
