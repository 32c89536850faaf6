"""Rules of place: which nodes a pod may use, and beside which others."""

from random import Random

from tests.plan.capacity import builder
from tests.plan.capacity.builder import (
    ZONES,
    Document,
    Group,
    deployment,
    pod_spec,
    taint,
    workload,
)
from tests.rehearsal.capacity.drawn import CLOSED, Case, about, nearly, some_nodes

_ZONE = "topology.kubernetes.io/zone"
_HOSTNAME = "kubernetes.io/hostname"


def taints(draw: Random) -> Case:
    """Draw taints of every effect, tolerated or not."""
    effect = draw.choice(("NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"))
    closed = Group(name="closed", size=1, taints=[taint("closed", "yes", effect)])
    tolerating = {"key": "closed", "value": draw.choice(("yes", "no"))}
    asked = draw.randint(700, 1000)
    template = pod_spec(f"{asked}m", tolerations=[tolerating])
    return Case(groups=[Group(size=1), closed], objects=[deployment("app", template, 3)])


def chosen_nodes(draw: Random) -> Case:
    """Draw a choice of nodes by label, with every operator for texts."""
    groups = [
        Group(name="bronze", size=1, labels={"rank": "1"}),
        Group(name="silver", size=1, labels={"rank": "5"}),
        Group(name="plain", size=1),
    ]
    expression = draw.choice(
        (
            {"operator": "In", "values": ["1", "7"]},
            {"operator": "NotIn", "values": ["1"]},
            {"operator": "Exists"},
            {"operator": "DoesNotExist"},
        )
    )
    template = pod_spec(
        f"{draw.randint(800, 1000)}m", **builder.node_affinity({"key": "rank", **expression})
    )
    by_label = pod_spec("100m", nodeSelector={"rank": draw.choice(("1", "2"))})
    return Case(
        groups=groups, objects=[deployment("app", template, 2), deployment("by-label", by_label)]
    )


def apart(draw: Random) -> Case:
    """Draw pods that keep away from one another, by node or by zone."""
    group = Group(size=3, zones=ZONES[: draw.randint(2, 3)])
    key, places = draw.choice(((_HOSTNAME, group.size), (_ZONE, len(group.zones))))
    template = pod_spec("100m", **builder.required("podAntiAffinity", builder.near("app", key)))
    hated = builder.required("podAntiAffinity", builder.near("app", _HOSTNAME))
    hermit = workload("StatefulSet", "hermit", pod_spec("100m", **hated), replicas=1)
    return Case(groups=[group], objects=[deployment("app", template, nearly(draw, places)), hermit])


def spread(draw: Random) -> Case:
    """Draw pods that lie evenly over nodes or zones, where a tainted one may count, too."""
    groups = [Group(size=draw.randint(2, 3), zones=ZONES[: draw.randint(2, 3)])]
    if draw.random() < 0.6:
        groups.append(Group(name="closed", size=1, zones=ZONES[2:], taints=[CLOSED]))
    fields: Document = {"maxSkew": draw.randint(1, 2)}
    if draw.random() < 0.5:
        fields["nodeTaintsPolicy"] = "Honor"
    if draw.random() < 0.3:
        fields["matchLabelKeys"] = ["pod-template-hash"]
    constraint = builder.spread("app", draw.choice((_HOSTNAME, _ZONE)), **fields)
    template = pod_spec("100m", topologySpreadConstraints=[constraint])
    return Case(groups=groups, objects=[deployment("app", template, draw.randint(3, 6))])


def preferences(draw: Random) -> Case:
    """Draw wishes, which keep no pod from a node."""
    group = some_nodes(draw)
    soft = builder.spread("app", _ZONE, whenUnsatisfiable="ScheduleAnyway")
    wished = {"weight": 50, "podAffinityTerm": builder.near("app")}
    preferred = "preferredDuringSchedulingIgnoredDuringExecution"
    spec: Document = {
        "topologySpreadConstraints": [soft],
        "affinity": {draw.choice(("podAffinity", "podAntiAffinity")): {preferred: [wished]}},
    }
    asked = draw.randint(300, 900)
    return Case(groups=[group], objects=[about(draw, group, asked, **spec)])


def volumes(draw: Random) -> Case:
    """Draw volumes, which bind their pods to a zone."""
    first = Group(size=1, zones=ZONES[:1], labels={"side": "first"})
    second = Group(name="second", size=1, zones=ZONES[1:2])
    zones = draw.choice((ZONES[:1], ZONES[1:2], ZONES[2:], None))
    term = {"key": "topology.ebs.csi.aws.com/zone", "values": list(zones or ())}
    allowed: Document = {"allowedTopologies": [{"matchLabelExpressions": [term]}]} if zones else {}
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "shared"}}
    chosen: Document = {"nodeSelector": {"side": "first"}} if draw.random() < 0.5 else {}
    shared = deployment(
        "shared", pod_spec(f"{draw.randint(500, 900)}m", volumes=[volume], **chosen), 3
    )
    own = {"metadata": {"name": "data"}, "spec": builder.claim_spec()}
    store = workload(
        "StatefulSet", "store", pod_spec("300m"), replicas=2, volumeClaimTemplates=[own]
    )
    return Case(
        groups=[first, second],
        objects=[builder.storage_class(**allowed), builder.claim("shared"), shared, store],
        add_ons=["aws-ebs-csi-driver"],
    )
