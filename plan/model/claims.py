"""The volumes that a pod claims."""

from plan.model.cluster_objects import ClusterObjects
from plan.model.pods import Claim
from plan.model.selectors import Document

_UNBOUND = "pod has unbound immediate PersistentVolumeClaims"


def claims_of(
    workload: Document, pod: str, namespace: str, objects: ClusterObjects
) -> tuple[tuple[Claim, ...], str | None]:
    """Return the claims of a workload's pod, and what keeps them from ever being filled.

    `workload` is the specification of a Deployment, StatefulSet or Job. The StatefulSet controller
    makes claims for each pod, which outlive it.
    """
    own = {
        one["metadata"]["name"]: one["spec"] for one in workload.get("volumeClaimTemplates") or ()
    }
    found = {f"{name}-{pod}": spec for name, spec in own.items()}
    for volume in workload["template"]["spec"].get("volumes") or ():
        named = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if named is None:
            continue
        spec = objects.claim(namespace, named)
        if spec is None:
            return (), f'persistentvolumeclaim "{named}" not found'
        found[named] = spec
    claims = []
    for name, spec in found.items():
        storage = objects.storage_class(spec.get("storageClassName"))
        if storage is None:
            return (), _UNBOUND
        claims.append(
            Claim(
                key=f"{namespace}/{name}",
                is_zonal=storage.is_zonal,
                waits_for_pod=storage.waits_for_pod,
                zones=storage.zones,
            )
        )
    return tuple(claims), None
