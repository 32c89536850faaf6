"""The release gate: a deployment succeeds only when every rollout is complete."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
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
from charts.release_gate import GROUP
from settings.system import System
from settings.workloads import Workload
from stacks.parts.exceptions import (
    LAMBDA_BASICS,
    accept,
    accept_any_version_of,
    accept_managed_policies,
)
from stacks.parts.objects import Objects

_FUNCTIONS = Path(__file__).parents[2] / "functions"
_FOLDER = "release_gate"
_HANDLER = f"{_FOLDER}.handler"
# A look takes 50 ms. Step Functions keeps 25,000 events of an execution, three of them for each.
_QUERY_INTERVAL = cdk.Duration.seconds(2)
_TIMEOUT = cdk.Duration.minutes(1)
_MARGIN_SECONDS = 120


class Release(Construct):
    """Succeeds when all rollouts of a system are complete; fails, and rolls back, if one cannot be.

    `services` names the workloads that must have a ready endpoint each, `checks` the Jobs that must
    have succeeded, with the workload that each is of. It runs again whenever something has changed
    that it judges, or is judged by: a manifest, the cluster under the pods, or its own program. A
    digest of them is among its properties.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        vpc: ec2.IVpc,
        system: System,
        services: Sequence[str],
        checks: Mapping[str, Workload],
        manifests: Sequence[Objects],
    ) -> None:
        super().__init__(scope, id)
        limit = max(workload.rollout.limit for workload in system.workloads)
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
            kubernetes_groups=[GROUP],
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
                "Workloads": [
                    *(_watched(one, system, one.kind.value, one.name) for one in system.workloads),
                    *(_watched(one, system, "Job", name) for name, one in checks.items()),
                ],
                "Services": [
                    {"Namespace": system.namespace_of(workload), "Name": workload.name}
                    for workload in system.workloads
                    if workload.name in services
                ],
                "Judged": digest_of(
                    [
                        cdk.Stack.of(self).resolve([manifest.content for manifest in manifests]),
                        asdict(system.cluster),
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
            handler=f"{_HANDLER}.{entry}",
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


def _watched(workload: Workload, system: System, kind: str, name: str) -> dict[str, Any]:
    """Describe an object of a workload as the gate's program reads it."""
    return {
        "Namespace": system.namespace_of(workload),
        "Kind": kind,
        "Name": name,
        "ReadyWithinSeconds": workload.rollout.ready_within,
        "ScheduledWithinSeconds": workload.rollout.scheduled_within,
        "LimitSeconds": workload.rollout.limit,
    }
