"""Our own rules for EKS, where cdk-nag is blind: it knows only the older `aws_eks` classes."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii

Finding = tuple[str, str, str]
"""Rule, place and description of what is wrong."""
_LOG_TYPES = frozenset({"api", "audit", "authenticator", "controllerManager", "scheduler"})


@jsii.implements(cdk.IPolicyValidationPlugin)
class EksRules:
    """Refuses clusters that are open to the world, keep no logs, or store secrets in the clear."""

    @property
    def name(self) -> str:
        """The name in the validation report."""
        return "eks-rules"

    @property
    def version(self) -> str:
        """The version in the validation report."""
        return "1.0.0"

    @property
    def rule_ids(self) -> list[str]:
        """What is checked."""
        return ["EKS-PublicEndpoint", "EKS-ControlPlaneLogs", "EKS-SecretsEncryption"]

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check every cluster of every template."""
        return report_on(context, _of_cluster)


def report_on(
    context: cdk.IPolicyValidationContext,
    findings_of: Callable[[Mapping[str, Any]], Iterable[Finding]],
) -> cdk.PolicyValidationPluginReport:
    """Report what is found of any resource in any template."""
    violations = [
        cdk.PolicyViolation(
            rule_name=rule,
            description=description,
            violating_resources=[
                cdk.PolicyViolatingResource(
                    resource_logical_id=logical_id, template_path=path, locations=[location]
                )
            ],
        )
        for path in context.template_paths
        for logical_id, resource in json.loads(Path(path).read_text()).get("Resources", {}).items()
        for rule, location, description in findings_of(resource)
    ]
    return cdk.PolicyValidationPluginReport(success=not violations, violations=violations)


def findings(cluster: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield rule, place and description of what is wrong with the properties of a cluster."""
    network = cluster.get("ResourcesVpcConfig", {})
    # Without a list EKS opens the endpoint to 0.0.0.0/0, and without the switch it is public.
    open_to = network.get("PublicAccessCidrs") or ["0.0.0.0/0"]
    if network.get("EndpointPublicAccess", True) and "0.0.0.0/0" in open_to:
        yield (
            "EKS-PublicEndpoint",
            "Properties.ResourcesVpcConfig",
            "the API server can be reached from everywhere: list the addresses or keep it private",
        )
    enabled = cluster.get("Logging", {}).get("ClusterLogging", {}).get("EnabledTypes", [])
    if missing := _LOG_TYPES - {entry["Type"] for entry in enabled}:
        yield (
            "EKS-ControlPlaneLogs",
            "Properties.Logging",
            f"control plane logs are off: {', '.join(sorted(missing))}",
        )
    encrypted = [
        resource
        for config in cluster.get("EncryptionConfig", [])
        for resource in config.get("Resources", [])
    ]
    if "secrets" not in encrypted:
        yield (
            "EKS-SecretsEncryption",
            "Properties.EncryptionConfig",
            "Kubernetes secrets are not encrypted with a key of the account",
        )


def _of_cluster(resource: Mapping[str, Any]) -> Iterator[Finding]:
    if resource["Type"] == "AWS::EKS::Cluster":
        yield from findings(resource.get("Properties", {}))
