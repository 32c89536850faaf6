"""Volumes, which bind their pods to a zone."""

from typing import Any

from plan.capacity.findings import NodeMissing
from tests.plan.capacity.asking import finding, reasons, waiting
from tests.plan.capacity.builder import (
    ZONES,
    Document,
    Group,
    deployment,
    pod_spec,
    workload,
)
from tests.plan.capacity.pieces import claim, claim_spec, storage_class

_GROUPS = [Group(size=2, zones=ZONES[:2])]


def _sharing(pods: int, storage: str = "gp3", **spec: Any) -> list[Document]:
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "shared"}}
    template = pod_spec("900m", volumes=[volume], **spec)
    return [claim("shared", storage), deployment("app", template, pods)]


def _owning(pods: int, cpu: str = "900m") -> Document:
    own = {"metadata": {"name": "data"}, "spec": claim_spec()}
    return workload("StatefulSet", "app", pod_spec(cpu), replicas=pods, volumeClaimTemplates=[own])


def _allowed(*zones: str) -> Document:
    term = {"key": "topology.ebs.csi.aws.com/zone", "values": list(zones)}
    return storage_class(allowedTopologies=[{"matchLabelExpressions": [term]}])


def test_the_first_pod_chooses_the_zone_for_all_that_share_its_volume() -> None:
    """Two pods fit the node of that zone; the third may not use the other."""
    assert waiting(_GROUPS, [storage_class(), *_sharing(3)]) == {"app": 1}
    assert reasons(_GROUPS, [storage_class(), *_sharing(3)]) == {
        "1 Insufficient cpu, 1 node(s) didn't match PersistentVolume's node affinity"
    }


def test_a_volume_that_every_zone_reaches_binds_nobody() -> None:
    """A file system is not tied to a zone."""
    shared = storage_class("efs", provisioner="efs.csi.aws.com")

    assert waiting(_GROUPS, [shared, *_sharing(4, "efs")]) == {}


def test_every_pod_of_a_stateful_set_has_a_volume_of_its_own() -> None:
    """They spread over the zones like pods without volumes."""
    assert waiting(_GROUPS, [storage_class(), _owning(4)]) == {}


def test_a_pod_that_comes_back_finds_its_volume_where_it_was() -> None:
    """With the only node of its zone gone it waits, though another node has room."""
    objects = [storage_class(), _owning(1, "100m")]
    groups = [Group(size=1, zones=ZONES[:1])]
    elsewhere = Group(name="other", size=1, zones=ZONES[1:2], labels={"other": "yes"})
    chosen = {"nodeSelector": {"eks.amazonaws.com/nodegroup": "cpu"}}
    bound = _owning(1, "100m")
    bound["spec"]["template"]["spec"] |= chosen

    assert waiting([*groups, elsewhere], [storage_class(), bound], NodeMissing("cpu")) == {"app": 1}
    lost = finding([Group(size=2, zones=ZONES[:2])], objects, NodeMissing("cpu"))
    assert lost.most_waiting == 1
    assert any(
        "didn't match PersistentVolume's node affinity" in reason
        for reason in lost.shortages[0].reasons
    )


def test_a_class_may_allow_some_zones_only() -> None:
    """A new volume is made in one of them, or nowhere."""
    assert waiting(_GROUPS, [_allowed(ZONES[1]), *_sharing(3)]) == {"app": 1}
    assert reasons(_GROUPS, [_allowed(ZONES[2]), *_sharing(1)]) == {
        "2 node(s) didn't find available persistent volumes to bind"
    }


def test_a_volume_that_does_not_wait_is_in_any_zone() -> None:
    """Bound at once, it may lie where its pods cannot go: nobody knows before."""
    chosen: Document = {"nodeSelector": {"topology.kubernetes.io/zone": ZONES[0]}}
    at_once = storage_class(volumeBindingMode="Immediate")
    found = finding(_GROUPS, [at_once, *_sharing(1, **chosen)])

    assert (found.fewest_waiting, found.most_waiting) == (0, 1)


def test_a_claim_that_nobody_makes_is_named() -> None:
    """The pod waits for it on every node."""
    assert reasons(_GROUPS, [storage_class(), _sharing(1)[1]]) == {
        'persistentvolumeclaim "shared" not found'
    }


def test_a_claim_of_no_known_class_is_never_filled() -> None:
    """Neither a class that nobody makes, nor the default where there is none."""
    unbound = {"pod has unbound immediate PersistentVolumeClaims"}
    nameless = _sharing(1)
    del nameless[0]["spec"]["storageClassName"]

    assert reasons(_GROUPS, _sharing(1, "fast")) == unbound
    assert reasons(_GROUPS, nameless) == unbound


def test_the_default_class_fills_claims_that_name_none() -> None:
    """As the annotation says."""
    default = storage_class()
    default["metadata"]["annotations"] = {"storageclass.kubernetes.io/is-default-class": "true"}
    nameless = _sharing(3)
    del nameless[0]["spec"]["storageClassName"]

    assert waiting(_GROUPS, [default, *nameless]) == {"app": 1}
