"""Cases of placement: which nodes a pod may use, and beside which other pods."""

from random import Random

from tests.plan.capacity import pieces
from tests.plan.capacity.builder import (
    ZONES,
    Document,
    Group,
    deployment,
    pod_spec,
    taint,
    workload,
)
from tests.rehearsal.capacity.drawn import CLOSED, TOLERATING, Case, about, nearly, some_nodes

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
    """Draw a choice of nodes by label, with every operator."""
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
            {"operator": "Gt", "values": ["3"]},
            {"operator": "Lt", "values": ["1"]},
        )
    )
    template = pod_spec(
        f"{draw.randint(800, 1000)}m", **pieces.node_affinity({"key": "rank", **expression})
    )
    by_label = pod_spec("100m", nodeSelector={"rank": draw.choice(("1", "2"))})
    return Case(
        groups=groups, objects=[deployment("app", template, 2), deployment("by-label", by_label)]
    )


def apart(draw: Random) -> Case:
    """Draw pods that keep away from one another, by node or by zone."""
    group = Group(size=3, zones=ZONES[: draw.randint(2, 3)])
    key, places = draw.choice(((_HOSTNAME, group.size), (_ZONE, len(group.zones))))
    template = pod_spec("100m", **pieces.required("podAntiAffinity", pieces.near("app", key)))
    hated = pieces.required("podAntiAffinity", pieces.near("app", _HOSTNAME))
    hermit = workload("StatefulSet", "hermit", pod_spec("100m", **hated), replicas=1)
    return Case(groups=[group], objects=[deployment("app", template, nearly(draw, places)), hermit])


def together(draw: Random) -> Case:
    """Draw pods that want to be near others, which may not be there."""
    group = Group(size=2)
    key = draw.choice((_HOSTNAME, _ZONE))
    partner = draw.choice(("app", "friend", "nobody"))
    template = pod_spec(
        f"{draw.randint(400, 700)}m", **pieces.required("podAffinity", pieces.near(partner, key))
    )
    friend = deployment("friend", pod_spec("100m"))
    return Case(groups=[group], objects=[deployment("app", template, draw.randint(2, 5)), friend])


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
    if draw.random() < 0.4:
        fields["minDomains"] = draw.randint(2, 4)
    constraint = pieces.spread("app", draw.choice((_HOSTNAME, _ZONE)), **fields)
    template = pod_spec("100m", topologySpreadConstraints=[constraint])
    return Case(groups=groups, objects=[deployment("app", template, draw.randint(3, 6))])


def preferences(draw: Random) -> Case:
    """Draw wishes, which keep no pod from a node."""
    group = some_nodes(draw)
    soft = pieces.spread("app", _ZONE, whenUnsatisfiable="ScheduleAnyway")
    wished = {"weight": 50, "podAffinityTerm": pieces.near("app")}
    preferred = "preferredDuringSchedulingIgnoredDuringExecution"
    spec: Document = {
        "topologySpreadConstraints": [soft],
        "affinity": {draw.choice(("podAffinity", "podAntiAffinity")): {preferred: [wished]}},
    }
    asked = draw.randint(300, 900)
    return Case(groups=[group], objects=[about(draw, group, asked, **spec)])


def ports(draw: Random) -> Case:
    """Draw pods that take a port of their node."""
    group = some_nodes(draw)
    port = {"containerPort": 8080, "hostPort": 9000}
    container = pod_spec("100m")["containers"][0] | {"ports": [port]}
    template = pod_spec(containers=[container])
    clash = deployment("clash", pod_spec(containers=[container], **TOLERATING))
    objects = [deployment("app", template, nearly(draw, group.size))]
    return Case(groups=[group], objects=[*objects, *([clash] if draw.random() < 0.5 else [])])


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
    own = {"metadata": {"name": "data"}, "spec": pieces.claim_spec()}
    store = workload(
        "StatefulSet", "store", pod_spec("300m"), replicas=2, volumeClaimTemplates=[own]
    )
    return Case(
        groups=[first, second],
        objects=[pieces.storage_class(**allowed), pieces.claim("shared"), shared, store],
        add_ons=["aws-ebs-csi-driver"],
    )
