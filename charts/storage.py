"""The disks that pods ask for."""

from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.storage_v1 import StorageClass

from charts.objects import common_labels
from settings.volumes import Volume

STORAGE_CLASS = "gp3"


def storage_class(volume: Volume, *, system: str) -> StorageClass:
    """Describe encrypted gp3 disks, made in the zone where their pod has found a node."""
    return StorageClass(
        apiVersion="storage.k8s.io/v1",
        kind="StorageClass",
        metadata=ObjectMeta(
            name=STORAGE_CLASS,
            labels=common_labels(system),
            annotations={"storageclass.kubernetes.io/is-default-class": "true"},
        ),
        provisioner="ebs.csi.aws.com",
        parameters={
            "type": "gp3",
            "encrypted": "true",
            "throughput": str(volume.throughput_mib),
            "iops": str(volume.iops),
        },
        volumeBindingMode="WaitForFirstConsumer",
        reclaimPolicy="Delete",
        allowVolumeExpansion=True,
    )
