"""The cluster: EKS, its machines, and what EKS installs on them."""

import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

import aws_cdk as cdk
import cdk8s
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct, IDependable

from catalog import KubernetesVersion, kubernetes_version
from charts.cluster import ClusterChart, ControllersChart
from charts.release_gate import CLUSTER_GROUP, ReleaseGateChart
from charts.storage import STORAGE_CLASS
from settings.checks import require
from settings.cluster import DEVICE_PLUGIN_ROLLOUT, Cluster
from settings.system import System
from settings.volumes import Volume
from stacks.network import Foundations
from stacks.parts.add_ons import EKS_ADD_ONS, AddOns
from stacks.parts.controllers import CONTROLLERS, Controller, ControllerProps
from stacks.parts.controllers.kube_prometheus_stack import KubePrometheusStack
from stacks.parts.exceptions import (
    LAMBDA_BASICS,
    accept,
    accept_any_version_of,
    accept_managed_policies,
)
from stacks.parts.logs import remove_logs
from stacks.parts.node_group import Nodes
from stacks.parts.objects import Objects, require_add_ons
from stacks.parts.release import Gated, Release

_UNTAGGED = ["aws:cdk:stack", "AWS::EKS::Nodegroup", "AWS::EC2::LaunchTemplate"]


class DataStore(Protocol):
    """A data store that nodes may reach."""

    security_group: ec2.SecurityGroup
    port: int


class ClusterStack(cdk.Stack):
    """An EKS cluster with its node groups, and what `cluster.add_ons` names.

    Nodes may reach the given data stores. `volume` is the kind of disk that pods ask for, if they
    do; `copies_secrets` is for controllers that read Secrets and no files. `ready` is what a
    workload relies on.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        system: System,
        foundations: Foundations,
        stores: Mapping[str, DataStore],
        volume: Volume | None = None,
        copies_secrets: bool = False,
    ) -> None:
        vpc = foundations.network.vpc
        super().__init__(
            scope,
            f"{system.name}Cluster",
            env=foundations.env,
            description=f"{system.title}: cluster",
        )
        self._tag(system)
        settings = system.cluster
        self._add_ons = settings.add_ons
        version = kubernetes_version(settings.kubernetes)
        self._warn_of_ended_support(version)

        control_plane = self._control_plane(vpc, settings, version)
        # mypy: the class lacks a member that its interface has (aws-cdk-lib 2.275).
        self.cluster = cast("eks.ICluster", control_plane)

        groups = [
            Nodes(
                self,
                group.name,
                cluster=self.cluster,
                group=group,
                version=settings.version_of(group),
                tags=system.tags,
            ).group
            for group in settings.node_groups
        ]
        add_ons = AddOns(
            self,
            "AddOns",
            cluster=self.cluster,
            region=self.region,
            tags=system.tags,
            names=settings.add_ons,
            nodes=groups,
            copies_secrets=copies_secrets,
        )
        for group in groups:
            group.node.add_dependency(*add_ons.networking)
        installed: tuple[IDependable, ...] = (*groups, *add_ons.rest)
        objects = ClusterChart(
            cdk8s.App(),
            system=system.label,
            volume=volume,
            device_plugin=settings.device_plugin,
            gpu_kinds=settings.gpu_kinds,
            registry=foundations.registry,
        ).to_json()
        plugins = [one for one in objects if one["kind"] == "DaemonSet"]
        if plugins:
            objects += ReleaseGateChart(
                cdk8s.App(),
                system=system.label,
                namespace=plugins[0]["metadata"]["namespace"],
                group=CLUSTER_GROUP,
            ).to_json()
        require_add_ons(objects, settings)
        if objects:
            applied = Objects(self, "Objects", cluster=self.cluster, objects=objects, after=groups)
            installed += (applied,)
        props = ControllerProps(
            system=system.label,
            tags=system.tags,
            cluster=self.cluster,
            cluster_name=settings.name,
            vpc=vpc,
            region=self.region,
            node_group=settings.common_groups[0].name,
            node_pools=settings.node_pools,
            storage_class=STORAGE_CLASS if volume else None,
            is_watched=KubePrometheusStack.NAME in settings.add_ons,
            shares_gpus=any(kind.gpu_sharing for kind in settings.node_kinds),
            after=installed,
        )
        self._controllers: Mapping[str, Controller] = {
            name: _controller(name, settings)(self, props=props)
            for name in settings.add_ons
            if name not in EKS_ADD_ONS
        }
        for controller in self._controllers.values():
            controller.node.add_dependency(*(self.controller(name) for name in controller.NEEDS))
        self.ready: tuple[IDependable, ...] = (*installed, *self._controllers.values())
        if props.is_watched:
            self.ready += (self._watch_controllers(system),)
        if plugins:
            self.ready += (self._gate(plugins, applied, vpc, settings),)
        for name, store in stores.items():
            self._allow_nodes_to(name, store)
        remove_logs(self, retained=system.retained)

    def _gate(
        self, plugins: Sequence[Any], applied: Objects, vpc: ec2.IVpc, settings: Cluster
    ) -> Release:
        """Let the stack be complete only when the device plugin runs wherever it should.

        Without it no pod gets a GPU, and the system's own gate could say no more than that.
        """
        return Release(
            self,
            "Release",
            cluster=self.cluster,
            vpc=vpc,
            group=CLUSTER_GROUP,
            settings=settings,
            gated=[
                Gated(
                    namespace=one["metadata"]["namespace"],
                    kind=one["kind"],
                    name=one["metadata"]["name"],
                    rollout=DEVICE_PLUGIN_ROLLOUT,
                )
                for one in plugins
            ],
            services=[],
            manifests=[applied],
        )

    def _watch_controllers(self, system: System) -> Objects:
        """Let Prometheus scrape the controllers, once it and their namespaces are there."""
        shown = [one.SHOWN for one in self._controllers.values() if one.SHOWN]
        chart = ControllersChart(
            cdk8s.App(),
            system=system.label,
            monitors={one.pods: (one.namespace, one.port) for one in shown},
        )
        return Objects(
            self,
            "Monitors",
            cluster=self.cluster,
            objects=chart.to_json(),
            after=list(self._controllers.values()),
        )

    def controller(self, name: str) -> Controller:
        """Return a controller from a chart; raise `SettingError` if it is not installed."""
        require(
            name in self._controllers,
            "cluster add_ons",
            self._add_ons,
            f"the system needs {name}",
        )
        return self._controllers[name]

    def _allow_nodes_to(self, name: str, store: DataStore) -> None:
        """Let all nodes reach a data store; the rule lives and dies with the cluster."""
        ec2.CfnSecurityGroupIngress(
            self,
            f"NodesTo{name}",
            description=f"{name} from the nodes of the cluster",
            group_id=store.security_group.security_group_id,
            source_security_group_id=self.cluster.cluster_security_group.security_group_id,
            ip_protocol="tcp",
            from_port=store.port,
            to_port=store.port,
        )

    def _control_plane(
        self, vpc: ec2.IVpc, settings: Cluster, version: KubernetesVersion
    ) -> eks.Cluster:
        operators = iam.Role(
            self,
            "Operators",
            description="For people: kubectl as administrator of the cluster",
            assumed_by=iam.AccountRootPrincipal(),
        )
        cluster = eks.Cluster(
            self,
            "Cluster",
            # People type this name; a second cluster of it would be a mistake anyway.
            cluster_name=settings.name,
            version=eks.KubernetesVersion.of(settings.kubernetes),
            vpc=vpc,
            vpc_subnets=[
                ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            ],
            default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
            default_capacity=0,
            bootstrap_self_managed_addons=False,
            endpoint_access=_endpoint_access(settings.api_cidrs),
            cluster_logging=list(eks.ClusterLoggingTypes),
            secrets_encryption_key=kms.Key(
                self,
                "SecretsKey",
                description="Kubernetes secrets of the cluster",
                enable_key_rotation=True,
                removal_policy=cdk.RemovalPolicy.DESTROY,
            ),
            masters_role=operators,
            kubectl_provider_options=eks.KubectlProviderOptions(
                kubectl_layer=_kubectl_layer(self, version),
                private_subnets=vpc.private_subnets,
            ),
        )
        _accept_library_policies(cluster)
        return cluster

    def _tag(self, system: System) -> None:
        """Tag all but node groups, which take no tag and new machines in one update (cdk#16644).

        The stack's own tags would reach them too. What they start has the tags by its launch
        template, whose own would be another template.
        """
        for key, value in system.tags.items():
            cdk.Tags.of(self).add(key, value, exclude_resource_types=_UNTAGGED)

    def _warn_of_ended_support(self, version: KubernetesVersion) -> None:
        if not version.can_be_created:
            cdk.Annotations.of(self).add_warning_v2(
                "cluster:KubernetesSupportEnded",
                f"EKS creates no clusters at Kubernetes {version.version} any more (support ended "
                f"{version.extended_support_ends}); this deploys to a cluster that exists already",
            )


def _controller(name: str, settings: Cluster) -> type[Controller]:
    require(
        name in CONTROLLERS,
        "cluster add_ons",
        settings.add_ons,
        f"{name} comes with another one of them",
    )
    return CONTROLLERS[name]


def _endpoint_access(api_cidrs: Sequence[str]) -> eks.EndpointAccess:
    if not api_cidrs:
        return eks.EndpointAccess.PRIVATE
    return eks.EndpointAccess.PUBLIC_AND_PRIVATE.only_from(*api_cidrs)


def _kubectl_layer(scope: Construct, version: KubernetesVersion) -> lambda_.ILayerVersion:
    """Make the layer named in the catalog; only that one's package is loaded."""
    layer = version.kubectl_layer
    made = getattr(importlib.import_module(layer.module), layer.layer_class)(scope, "Kubectl")
    return cast("lambda_.ILayerVersion", made)


def _accept_library_policies(cluster: eks.Cluster) -> None:
    """Accept what the library gives its cluster and its kubectl handler."""
    accept_managed_policies(
        cluster,
        "AmazonEKSClusterPolicy",
        "AmazonEC2ContainerRegistryReadOnly",
        *LAMBDA_BASICS,
        reason="AWS maintains them for its own control plane and handlers",
    )
    handler = cluster.node.find_child("KubectlProvider").node.find_child("Handler")
    accept_any_version_of(
        cluster,
        cast("lambda_.IFunction", handler),
        reason="the library lets its provider framework call any version of its own handler",
    )
    accept(
        handler,
        "IAM4",
        f"Policy::{_conditional_policy(handler)}",
        reason="the library lets its handler pull charts from the public registry",
    )
    accept(handler, "L1", reason="the library chooses the runtime of its own handler")


def _conditional_policy(handler: IConstruct) -> str:
    """Spell the policy that the library gives only where the public registry exists."""
    condition = cast("cdk.CfnCondition", handler.node.find_child("HasEcrPublic"))
    policy = ":iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"
    arn = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, policy]]}
    logical_id = cdk.Stack.of(handler).get_logical_id(condition)
    return json.dumps({"Fn::If": [logical_id, arn, {"Ref": "AWS::NoValue"}]}, separators=(",", ":"))
