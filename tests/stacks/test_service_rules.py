"""What a service would refuse or ignore is refused at synth."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_eks as eks

from stacks.parts.service_rules import ServiceRules, findings


def _pattern(source: str, *names: str) -> dict[str, Any]:
    pattern = {"source": [source], "detail-type": list(names)}
    return {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern}}


@pytest.mark.parametrize("name", ["Object created", "ObjectCreated:Put"])
def test_an_event_that_its_source_never_sends_is_refused(name: str) -> None:
    """EventBridge compares letter by letter, and such a rule waits for ever."""
    ((rule, place, description),) = findings(_pattern("aws.s3", name))
    assert (rule, place) == ("Events-DetailType", "Properties.EventPattern.detail-type")
    assert description == f"{name!r} is no event of aws.s3"


@pytest.mark.parametrize(
    "resource",
    [
        _pattern("aws.s3", "Object Created"),
        _pattern("shop.example", "Whatever"),
        {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 hour)"}},
        {"Type": "AWS::EKS::Addon", "Properties": {"AddonName": "coredns"}},
        {"Type": "AWS::CDK::Metadata"},
    ],
)
def test_all_else_is_accepted(resource: dict[str, Any]) -> None:
    """Known events, those of sources that we do not know, and other resources."""
    assert list(findings(resource)) == []


def test_a_synth_fails_on_a_pinned_add_on(tmp_path: Path) -> None:
    """The plugin is heard by the CDK."""
    app = cdk.App(outdir=str(tmp_path))
    cdk.Validations.of(app).add_plugins(ServiceRules())
    eks.CfnAddon(
        cdk.Stack(app, "Careless"),
        "Dns",
        addon_name="coredns",
        addon_version="v1.9.3-eksbuild.2",
        cluster_name="a",
    )
    with pytest.raises(RuntimeError, match="service-rules::EKS-AddOnVersion"):
        app.synth()
