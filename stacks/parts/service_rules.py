"""What CloudFormation deploys and a service then refuses, or never does anything with."""

from collections.abc import Iterator, Mapping
from typing import Any

import aws_cdk as cdk
import jsii

from stacks.parts.rules import Finding, report_on

_DETAIL_TYPES = {
    "aws.s3": {
        "Object Created",
        "Object Deleted",
        "Object Restore Initiated",
        "Object Restore Completed",
        "Object Restore Expired",
        "Object Storage Class Changed",
        "Object Access Tier Changed",
        "Object ACL Updated",
        "Object Tags Added",
        "Object Tags Deleted",
    },
    "aws.states": {"Step Functions Execution Status Change"},
}
"""Events by their source, as EventBridge spells them; a pattern is compared letter by letter."""


@jsii.implements(cdk.IPolicyValidationPlugin)
class ServiceRules:
    """Refuses patterns that no event has, and versions of add-ons that are not left to EKS."""

    @property
    def name(self) -> str:
        """The name in the validation report."""
        return "service-rules"

    @property
    def version(self) -> str:
        """The version in the validation report."""
        return "1.0.0"

    @property
    def rule_ids(self) -> list[str]:
        """What is checked."""
        return ["Events-DetailType", "EKS-AddOnVersion"]

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check every resource of every template."""
        return report_on(context, findings)


def findings(resource: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield rule, place and description of what is wrong with a resource."""
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::Events::Rule":
            pattern = properties.get("EventPattern", {})
            known = [_DETAIL_TYPES.get(source) for source in pattern.get("source", ())]
            for name in pattern.get("detail-type", ()) if known and all(known) else ():
                if not any(name in types for types in known if types):
                    yield (
                        "Events-DetailType",
                        "Properties.EventPattern.detail-type",
                        f"{name!r} is no event of {', '.join(pattern['source'])}",
                    )
        case "AWS::EKS::Addon" if "AddonVersion" in properties:
            yield (
                "EKS-AddOnVersion",
                "Properties.AddonVersion",
                f"{properties['AddonName']} is pinned: leave it to EKS, which knows what fits",
            )
