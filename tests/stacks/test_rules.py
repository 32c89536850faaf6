"""Our rules for EKS fire where cdk-nag is blind."""

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_eks as eks

from settings.system import System
from stacks.parts.rules import EksRules, findings
from tests.stacks.synths import every_environment, stack, the

_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def _cluster(**changes: Any) -> dict[str, Any]:
    """Return the properties of a cluster without fault, or with the given ones."""
    return {
        "ResourcesVpcConfig": {"EndpointPublicAccess": False},
        "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": kind} for kind in _LOGS]}},
        "EncryptionConfig": [{"Resources": ["secrets"]}],
    } | changes


def _rules(cluster: dict[str, Any]) -> list[str]:
    return [rule for rule, _, _ in findings(cluster)]


@pytest.mark.parametrize(
    "network",
    [
        {},
        {"EndpointPublicAccess": True},
        {"EndpointPublicAccess": True, "PublicAccessCidrs": []},
        {"EndpointPublicAccess": True, "PublicAccessCidrs": ["203.0.113.0/24", "0.0.0.0/0"]},
    ],
)
def test_an_endpoint_open_to_the_world_is_refused(network: dict[str, Any]) -> None:
    """Public without ranges is public for all, and so it is when nothing is said."""
    assert _rules(_cluster(ResourcesVpcConfig=network)) == ["EKS-PublicEndpoint"]


def test_an_endpoint_open_to_some_is_accepted() -> None:
    """Ranges that are named may reach the API server."""
    network = {"EndpointPublicAccess": True, "PublicAccessCidrs": ["203.0.113.0/24"]}
    assert _rules(_cluster(ResourcesVpcConfig=network)) == []


@pytest.mark.parametrize("missing", _LOGS)
def test_a_missing_log_is_named(missing: str) -> None:
    """Each of the five logs of the control plane is asked for."""
    kinds = [{"Type": kind} for kind in _LOGS if kind != missing]
    cluster = _cluster(Logging={"ClusterLogging": {"EnabledTypes": kinds}})
    ((rule, place, description),) = findings(cluster)
    assert (rule, place) == ("EKS-ControlPlaneLogs", "Properties.Logging")
    assert description.endswith(f"off: {missing}")


@pytest.mark.parametrize("config", [[], [{"Resources": []}], [{}]])
def test_unencrypted_secrets_are_refused(config: list[dict[str, Any]]) -> None:
    """Secrets in the clear are what most readers of a stolen snapshot look for."""
    assert _rules(_cluster(EncryptionConfig=config)) == ["EKS-SecretsEncryption"]


def test_a_bare_cluster_breaks_every_rule() -> None:
    """The rules that are announced are those that can fire."""
    assert _rules({}) == EksRules().rule_ids


@every_environment
def test_our_own_clusters_are_without_fault(system: System) -> None:
    """They pass by what they are, not because nobody looks."""
    assert _rules(dict(the(stack(system, "Cluster"), "AWS::EKS::Cluster").properties)) == []


def test_a_synth_fails_on_a_finding(tmp_path: Path) -> None:
    """The plugin is heard by the CDK: a bad cluster is named with its rule, and not deployed."""
    app = cdk.App(outdir=str(tmp_path))
    cdk.Validations.of(app).add_plugins(EksRules())
    eks.CfnCluster(
        cdk.Stack(app, "Careless"),
        "Cluster",
        role_arn="arn:aws:iam::123456789012:role/cluster",
        resources_vpc_config=eks.CfnCluster.ResourcesVpcConfigProperty(subnet_ids=["subnet-1"]),
    )
    with pytest.raises(RuntimeError, match="ValidationFailed") as failure:
        app.synth()
    for rule in EksRules().rule_ids:
        assert f"eks-rules::{rule}" in str(failure.value)
