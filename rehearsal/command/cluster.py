"""Finds the cluster that a deploy went to."""

from collections.abc import Sequence
from pathlib import Path

from rehearsal.cloud.emulator import Emulator
from rehearsal.command.assembly import Stack

_CLUSTER = "AWS::EKS::Cluster"


def find_cluster(cloud: Emulator, stacks: Sequence[Stack]) -> str | None:
    """Return the name of the EKS cluster among the resources of these stacks."""
    for stack in stacks:
        cloudformation = cloud.client("cloudformation", stack.region)
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack.name)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == _CLUSTER:
                    return str(resource["PhysicalResourceId"])
    return None


def kubeconfig_of(cloud: Emulator, cluster: str) -> Path:
    """Return the administrator's kubeconfig of a cluster."""
    return cloud.directory / "clusters" / cluster / "kubeconfig"
