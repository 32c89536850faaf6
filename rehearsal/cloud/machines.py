"""Machines that something starts by itself: each boots, and its kubelet joins the cluster.

What it is told stands in its user data, as on EKS' image; whether it may join, in the cluster's
access entries.
"""

import base64
import contextvars
import email
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from lightkube.models.core_v1 import Taint
from lightkube.resources.core_v1 import Node
from ministack.services import ec2, iam

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import private
from rehearsal.cluster.api_errors import NOT_FOUND, suppress_codes
from rehearsal.cluster.machine import PlayedMachine
from rehearsal.cluster.nodes import enter
from rehearsal.cluster.objects import name_of

SECONDS_TO_START = 3.0
"""A machine of AWS takes about a minute until its node is ready."""
_INSTANCES = private(ec2, "_instances")
_ROLES = private(iam, "_roles")
_profile_of = private(iam, "_lookup_instance_profile")
_NODE_CONFIG = "application/node.eks.aws"
_LABELS = "--node-labels="
_QUOTES = '"'
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class NodeConfig:
    """What user data tells the kubelet of a machine."""

    cluster: str
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]

    @classmethod
    def of(cls, user_data: str) -> "NodeConfig":
        """Read the part of the user data that EKS' image reads."""
        archive = email.message_from_string(base64.b64decode(user_data).decode())
        (spec,) = (
            yaml.safe_load(str(part.get_payload()))["spec"]
            for part in archive.walk()
            if part.get_content_type() == _NODE_CONFIG
        )
        kubelet = spec["kubelet"]
        flags = [flag.removeprefix(_LABELS).strip(_QUOTES) for flag in kubelet.get("flags") or ()]
        return cls(
            cluster=spec["cluster"]["name"],
            labels=dict(label.split("=", 1) for flag in flags for label in flag.split(",")),
            taints=tuple(
                Taint(key=one["key"], value=one.get("value", ""), effect=one["effect"])
                for one in kubelet["config"].get("registerWithTaints") or ()
            ),
        )


class Machines:
    """The machines that were started one by one, and not by a node group."""

    def __init__(self, planes: ControlPlanes) -> None:
        self._planes = planes

    def boot(self, instance_id: str, disk_gib: int) -> None:
        """Let a machine join its cluster once it has started."""
        self._later(SECONDS_TO_START, lambda: self._join(instance_id, disk_gib))

    def end(self, instance_id: str) -> None:
        """Let the node of a machine go, as the cloud's own controller does."""
        self._later(0.0, lambda: self._leave(instance_id))

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        """Work in a thread of its own, for the account and region of this request."""
        context = contextvars.copy_context()
        timer = threading.Timer(seconds, lambda: context.run(self._tried, work))
        timer.daemon = True
        timer.start()

    def _tried(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 - nobody waits for its thread
            _LOG.exception("a machine")

    def _join(self, instance_id: str, disk_gib: int) -> None:
        instance = _INSTANCES.get(instance_id)
        if instance is None or instance["State"]["Name"] != "running":
            return
        config = NodeConfig.of(instance["UserData"])
        if not _may_join(config.cluster, instance):
            _LOG.warning("%s may not join %s: no access entry", instance_id, config.cluster)
            return
        zone = instance["Placement"]["AvailabilityZone"]

        def node_at(address: str) -> Node:
            machine = PlayedMachine(
                instance_id=instance_id,
                instance_type=instance["InstanceType"],
                zone=zone,
                address=address,
                disk_gib=disk_gib,
                labels=config.labels,
                taints=config.taints,
            )
            instance["PrivateIpAddress"], instance["PrivateDnsName"] = address, machine.name
            return machine.node()

        enter(self._planes.of(config.cluster).client(), zone, node_at)

    def _leave(self, instance_id: str) -> None:
        instance = _INSTANCES.get(instance_id)
        if instance is None or not instance["UserData"]:
            return
        client = self._planes.of(NodeConfig.of(instance["UserData"]).cluster).client()
        for node in client.list(Node):
            if node.spec and (node.spec.providerID or "").endswith(f"/{instance_id}"):
                with suppress_codes(NOT_FOUND):
                    client.delete(Node, name_of(node))


def _may_join(cluster: str, instance: Mapping[str, Any]) -> bool:
    """Whether an access entry for nodes names the role of a machine."""
    profile = _profile_of(arn=(instance.get("IamInstanceProfile") or {}).get("Arn", ""))
    eks = own_client("eks")
    for role in (profile or {}).get("Roles", ()):
        arn = _ROLES[role]["Arn"]
        try:
            entry = eks.describe_access_entry(clusterName=cluster, principalArn=arn)
        except eks.exceptions.ResourceNotFoundException:
            continue
        if entry["accessEntry"]["type"] == "EC2_LINUX":
            return True
    return False
