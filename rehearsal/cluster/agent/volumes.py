"""Plays the EBS driver: makes volumes where their pod was placed, and nowhere else."""

import hashlib

from lightkube import Client
from lightkube.models.core_v1 import (
    CSIPersistentVolumeSource,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    ObjectReference,
    PersistentVolumeSpec,
    VolumeNodeAffinity,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Node, PersistentVolume, PersistentVolumeClaim, Pod
from lightkube.resources.storage_v1 import StorageClass, VolumeAttachment

from rehearsal.cluster.addon_pods import EBS_CONTROLLER, NAME_LABEL
from rehearsal.cluster.agent.informer import Informer, OnChange
from rehearsal.cluster.api_errors import CONFLICT, NOT_FOUND, suppress_codes
from rehearsal.cluster.machine import ZONE_LABEL
from rehearsal.cluster.objects import (
    annotations_of,
    is_ready,
    labels_of,
    metadata,
    name_of,
    namespace_of,
    uid_of,
)

_PROVISIONERS = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com")
_SELECTED_NODE = "volume.kubernetes.io/selected-node"
_PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"


class Volumes:
    """Provisions, attaches and deletes EBS volumes while the add-on's controller runs."""

    def __init__(
        self, client: Client, pods: Informer[Pod], nodes: Informer[Node], on_change: OnChange
    ) -> None:
        self._client = client
        self._pods = pods
        self._nodes = nodes
        self._claims = Informer(client, PersistentVolumeClaim, changed=on_change)
        self._volumes = Informer(client, PersistentVolume, changed=on_change)
        self._attachments = Informer(client, VolumeAttachment, changed=on_change)

    def reconcile(self) -> None:
        """Do what claims, released volumes and attachments ask for."""
        if not any(is_ready(pod) and _is_controller(pod) for pod in self._pods.all()):
            return
        for claim in self._claims.all():
            node = self._nodes.get(annotations_of(claim).get(_SELECTED_NODE, ""))
            if node is not None and self._volumes.get(_volume_name(claim)) is None:
                self._provision(claim, labels_of(node)[ZONE_LABEL])
        for volume in filter(_is_to_be_deleted, self._volumes.all()):
            self._delete(volume)
        for attachment in self._attachments.all():
            if attachment.spec.attacher in _PROVISIONERS and not _is_attached(attachment):
                self._attach(attachment)

    def _provision(self, claim: PersistentVolumeClaim, zone: str) -> None:
        storage = self._client.get(StorageClass, (claim.spec and claim.spec.storageClassName) or "")
        if storage.provisioner in _PROVISIONERS:
            volume = persistent_volume(claim, storage, zone)
            with suppress_codes(CONFLICT):  # created a moment ago, not watched yet
                self._client.create(volume)

    def _delete(self, volume: PersistentVolume) -> None:
        if metadata(volume).deletionTimestamp is None:
            with suppress_codes(NOT_FOUND):
                self._client.delete(PersistentVolume, name_of(volume))

    def _attach(self, attachment: VolumeAttachment) -> None:
        with suppress_codes(NOT_FOUND):
            patch = {"status": {"attached": True}}
            self._client.patch(VolumeAttachment.Status, name_of(attachment), patch)


def persistent_volume(
    claim: PersistentVolumeClaim, storage: StorageClass, zone: str
) -> PersistentVolume:
    """Make the volume for a claim: bound to it, and reachable from one zone only."""
    wanted = claim.spec
    requests = wanted.resources.requests if wanted and wanted.resources else None
    here = NodeSelectorRequirement(key=ZONE_LABEL, operator="In", values=[zone])
    handle = hashlib.sha256(uid_of(claim).encode()).hexdigest()[:17]
    return PersistentVolume(
        metadata=ObjectMeta(
            name=_volume_name(claim), annotations={_PROVISIONED_BY: storage.provisioner}
        ),
        spec=PersistentVolumeSpec(
            accessModes=wanted.accessModes if wanted else None,
            capacity={"storage": (requests or {})["storage"]},
            claimRef=ObjectReference(
                apiVersion="v1",
                kind="PersistentVolumeClaim",
                name=name_of(claim),
                namespace=namespace_of(claim),
                uid=uid_of(claim),
            ),
            csi=CSIPersistentVolumeSource(
                driver=storage.provisioner, volumeHandle=f"vol-{handle}", fsType="ext4"
            ),
            nodeAffinity=VolumeNodeAffinity(
                required=NodeSelector(nodeSelectorTerms=[NodeSelectorTerm(matchExpressions=[here])])
            ),
            persistentVolumeReclaimPolicy=storage.reclaimPolicy,
            storageClassName=name_of(storage),
            volumeMode=wanted.volumeMode if wanted else None,
        ),
    )


def _volume_name(claim: PersistentVolumeClaim) -> str:
    return f"pvc-{uid_of(claim)}"


def _is_controller(pod: Pod) -> bool:
    return labels_of(pod).get(NAME_LABEL) == EBS_CONTROLLER


def _is_to_be_deleted(volume: PersistentVolume) -> bool:
    return (
        annotations_of(volume).get(_PROVISIONED_BY) in _PROVISIONERS
        and volume.spec is not None
        and volume.spec.persistentVolumeReclaimPolicy == "Delete"
        and volume.status is not None
        and volume.status.phase == "Released"
    )


def _is_attached(attachment: VolumeAttachment) -> bool:
    return attachment.status is not None and attachment.status.attached
