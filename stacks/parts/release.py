"""The release gate: a deployment succeeds only when every rollout is complete."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources
from constructs import Construct

from charts.objects import digest_of
from settings.cluster import Cluster
from settings.workloads import Rollout
from stacks.parts.exceptions import (
    LAMBDA_BASICS,
    accept,
    accept_any_version_of,
    accept_managed_policies,
)
from stacks.parts.handlers import require_handler
from stacks.parts.objects import Objects

_FUNCTIONS = Path(__file__).parents[2] / "functions"
_FOLDER = "release_gate"
_HANDLER = f"{_FOLDER}.handler"
# A look takes 50 ms. Step Functions keeps 25,000 events of an execution, three of them for each.
_QUERY_INTERVAL = cdk.Duration.seconds(2)
_TIMEOUT = cdk.Duration.minutes(1)
_MARGIN_SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Gated:
    """An object that runs pods, and how long its rollout may take."""

    namespace: str
    kind: str
    name: str
    rollout: Rollout


class Release(Construct):
    """Succeeds when all rollouts are complete; fails, and rolls back, if one cannot be.

    `services` are namespaces and names of those that must have a ready endpoint each. It runs again
    whenever something has changed that it judges, or is judged by: a manifest, the cluster under
    the pods, or its own program. A digest of them is among its properties.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        vpc: ec2.IVpc,
        group: str,
        settings: Cluster,
        gated: Sequence[Gated],
        services: Sequence[tuple[str, str]],
        manifests: Sequence[Objects],
    ) -> None:
        super().__init__(scope, id)
        limit = max(one.rollout.limit for one in gated)
        on_event = self._function("Begin", "on_event", cluster, vpc)
        is_complete = self._function("Look", "is_complete", cluster, vpc)
        provider = custom_resources.Provider(
            self,
            "Provider",
            on_event_handler=on_event,
            is_complete_handler=is_complete,
            query_interval=_QUERY_INTERVAL,
            # Longer than the gate's own limit, so that the gate can say what failed.
            total_timeout=cdk.Duration.seconds(limit + _MARGIN_SECONDS),
        )
        identity = eks.CfnAccessEntry(
            self,
            "Identity",
            cluster_name=cluster.cluster_name,
            principal_arn=cast("iam.IRole", is_complete.role).role_arn,
            kubernetes_groups=[group],
        )
        gate = cdk.CustomResource(
            self,
            "Gate",
            resource_type="Custom::Release",
            service_token=provider.service_token,
            service_timeout=cdk.Duration.hours(1),
            properties={
                "ClusterName": cluster.cluster_name,
                "Endpoint": cluster.cluster_endpoint,
                "CertificateAuthority": cluster.cluster_certificate_authority_data,
                "Workloads": [_watched(one) for one in gated],
                "Services": [
                    {"Namespace": namespace, "Name": name} for namespace, name in services
                ],
                "Judged": digest_of(
                    [
                        cdk.Stack.of(self).resolve([manifest.content for manifest in manifests]),
                        asdict(settings),
                        [self._program(function) for function in (on_event, is_complete)],
                    ]
                ),
            },
        )
        gate.node.add_dependency(identity, *manifests)
        self._accept_library_policies(provider, on_event, is_complete)

    def _function(
        self, id: str, entry: str, cluster: eks.ICluster, vpc: ec2.IVpc
    ) -> lambda_.Function:
        """Make a function inside the VPC, since the cluster's endpoint may be private."""
        return lambda_.Function(
            self,
            id,
            code=program(_FUNCTIONS),
            handler=require_handler(_FUNCTIONS, f"{_HANDLER}.{entry}"),
            runtime=lambda_.Runtime.PYTHON_3_14,
            timeout=_TIMEOUT,
            memory_size=256,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            security_groups=[cluster.cluster_security_group],
            environment={"AWS_STS_REGIONAL_ENDPOINTS": "regional"},
        )

    def _program(self, function: lambda_.Function) -> Any:  # noqa: ANN401 - as CloudFormation has it
        """Return what decides how a function answers."""
        resource = cast("lambda_.CfnFunction", function.node.default_child)
        return cdk.Stack.of(self).resolve(
            [resource.code, resource.handler, resource.timeout, resource.role]
        )

    def _accept_library_policies(
        self, provider: custom_resources.Provider, *handlers: lambda_.Function
    ) -> None:
        accept_managed_policies(
            self, *LAMBDA_BASICS, reason="logs, and a place in the VPC; AWS maintains them"
        )
        framework = (
            provider.node.find_child("framework-isComplete"),
            provider.node.find_child("framework-onTimeout"),
        )
        accept_any_version_of(
            self,
            *handlers,
            *(cast("lambda_.IFunction", function) for function in framework),
            reason="the library lets its framework call any version of a handler",
        )
        accept(provider, "SF1", reason="the waiter only repeats one call; the gate logs each call")
        accept(
            provider, "SF2", reason="the waiter only repeats one call; there is no path to trace"
        )


def program(functions: Path) -> lambda_.Code:
    """Return the asset: the one folder below `functions`, under its own name, and nothing else."""
    return lambda_.Code.from_asset(
        str(functions),
        exclude=["*", f"!{_FOLDER}", f"!{_FOLDER}/**", "__pycache__"],
        ignore_mode=cdk.IgnoreMode.GIT,
    )


def _watched(gated: Gated) -> dict[str, Any]:
    """Describe it as the gate's program reads it."""
    return {
        "Namespace": gated.namespace,
        "Kind": gated.kind,
        "Name": gated.name,
        "ReadyWithinSeconds": gated.rollout.ready_within,
        "ScheduledWithinSeconds": gated.rollout.scheduled_within,
        "LimitSeconds": gated.rollout.limit,
    }
