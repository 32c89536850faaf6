"""What EKS installs and upgrades in the cluster for us."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct, IDependable

from settings.cluster import NETWORKING_ADD_ONS
from stacks.parts.exceptions import accept_managed_policies
from stacks.parts.pod_role import PodRole

_EBS_POLICY = "service-role/AmazonEBSCSIDriverPolicy"
_EBS_SERVICE_ACCOUNT = "ebs-csi-controller-sa"

_NETWORK_POLICIES = {"enableNetworkPolicy": "true"}
_ON_NODES = (
    "coredns",
    "metrics-server",
    "aws-ebs-csi-driver",
    "aws-secrets-store-csi-driver-provider",
)
EKS_ADD_ONS = (*NETWORKING_ADD_ONS, *_ON_NODES)
"""What EKS offers; all else that `cluster.add_ons` may name is a controller from a chart."""


class AddOns(Construct):
    """The EKS managed add-ons among the given names.

    Versions are left to EKS, which picks the one that fits the cluster's Kubernetes version and
    never changes it afterwards; which versions exist can only be asked with credentials.
    `networking` must be there before nodes can become ready; the others need nodes to run on.
    With `copies_secrets` files from Secrets Manager also become Secrets of Kubernetes, where a
    SecretProviderClass asks for it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        region: str,
        tags: Mapping[str, str],
        names: Sequence[str],
        nodes: Sequence[IDependable],
        copies_secrets: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self._copies_secrets = copies_secrets
        self._cluster = cluster
        self.networking = tuple(
            self._add_on(name, configuration=_NETWORK_POLICIES if name == "vpc-cni" else None)
            for name in NETWORKING_ADD_ONS
        )
        self.rest = tuple(self._on_nodes(name, region, tags) for name in names if name in _ON_NODES)
        for add_on in self.rest:
            add_on.node.add_dependency(*nodes, *self.networking)

    def _on_nodes(self, name: str, region: str, tags: Mapping[str, str]) -> eks.CfnAddon:
        match name:
            case "aws-ebs-csi-driver":
                # Not in the storage class, whose parameters can never change.
                return self._add_on(
                    name,
                    configuration={"controller": {"extraVolumeTags": dict(tags)}},
                    identity=eks.CfnAddon.PodIdentityAssociationProperty(
                        role_arn=self._volume_role().role_arn,
                        service_account=_EBS_SERVICE_ACCOUNT,
                    ),
                )
            case "aws-secrets-store-csi-driver-provider":
                # RDS changes its password every week; without rotation pods keep the old one.
                driver: dict[str, Any] = {
                    "enableSecretRotation": True,
                    "rotationPollInterval": "2m",
                }
                if self._copies_secrets:
                    driver["syncSecret"] = {"enabled": True}
                return self._add_on(
                    name,
                    configuration={"awsRegion": region, "secrets-store-csi-driver": driver},
                )
            case _:
                return self._add_on(name)

    def _add_on(
        self,
        name: str,
        *,
        configuration: Mapping[str, Any] | None = None,
        identity: eks.CfnAddon.PodIdentityAssociationProperty | None = None,
    ) -> eks.CfnAddon:
        return eks.CfnAddon(
            self,
            name,
            cluster_name=self._cluster.cluster_name,
            addon_name=name,
            resolve_conflicts="OVERWRITE",
            configuration_values=json.dumps(configuration) if configuration else None,
            pod_identity_associations=[identity] if identity else None,
        )

    def _volume_role(self) -> PodRole:
        role = PodRole(self, "VolumeRole", cluster=self._cluster)
        role.add_managed_policy(iam.ManagedPolicy.from_aws_managed_policy_name(_EBS_POLICY))
        accept_managed_policies(
            role, _EBS_POLICY, reason="AWS maintains it for its own volume driver"
        )
        return role
