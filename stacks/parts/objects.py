"""Kubernetes objects that CloudFormation applies."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_eks_v2 as eks
from constructs import Construct, IConstruct, IDependable

from catalog import needs, unknown_drivers
from settings.checks import require
from settings.cluster import Cluster

HANDLER_LIMIT_SECONDS = 930
"""The kubectl handler's own 900 s and a margin; without it CloudFormation waits an hour for an
answer that a killed Lambda never gives (aws-cdk#33837)."""


class Objects(eks.KubernetesManifest):
    """Objects applied as one resource, once everything they rely on is there."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: eks.ICluster,
        objects: Sequence[Any],
        after: Sequence[IDependable] = (),
    ) -> None:
        super().__init__(scope, id, cluster=cluster, manifest=list(objects), overwrite=True)
        self.content = list(objects)
        limit_waiting(self)
        self.node.add_dependency(*after)


def require_add_ons(objects: Sequence[Any], cluster: Cluster) -> None:
    """Raise `SettingError` for an object that works only with an add-on that is not installed."""
    for one in objects:
        missing = sorted(needs(one) - set(cluster.add_ons))
        require(
            not missing,
            "cluster add_ons",
            cluster.add_ons,
            f"{one['kind']} {one['metadata']['name']} needs {', '.join(missing)}",
        )
        unknown = unknown_drivers(one)
        require(
            not unknown,
            f"{one['kind']} {one['metadata']['name']} driver",
            unknown and unknown[0],
            "no add-on in the catalog brings it",
        )


def limit_waiting(handled: IConstruct) -> None:
    """Let CloudFormation give up on a kubectl or Helm resource when its handler must have ended."""
    resource = handled.node.find_child("Resource").node.default_child
    if not isinstance(resource, cdk.CfnResource):
        message = f"{handled.node.path} is not a custom resource of the kubectl handler"
        raise TypeError(message)
    resource.add_property_override("ServiceTimeout", HANDLER_LIMIT_SECONDS)
