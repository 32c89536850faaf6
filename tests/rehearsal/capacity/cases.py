"""Cases drawn by a number: clusters that just hold their pods, or just do not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from catalog import instance_type
from plan.assembly import Assembly
from tests.plan.capacity import builder, pieces
from tests.plan.capacity.builder import (
    ZONES,
    Document,
    Group,
    autoscaler,
    deployment,
    job,
    pod_spec,
    taint,
    workload,
)

ON_EVERY_NODE = ("vpc-cni", "kube-proxy")
TAKEN_PODS = 2
_TAKEN_MILLI = 150
"""What these two ask for on each node."""
CLOSED = builder.taint("closed", "yes")
TOLERATING: Document = {"tolerations": [{"key": "closed", "operator": "Exists"}]}


@dataclass(frozen=True, kw_only=True)
class Case:
    groups: Sequence[Group]
    objects: Sequence[Document]
    add_ons: Sequence[str] = ()

    @property
    def assembly(self) -> Assembly:
        return builder.cluster(self.groups, self.objects, [*ON_EVERY_NODE, *self.add_ons])


def some_nodes(draw: Random, instance: str | None = None) -> Group:
    return Group(
        instance_type=instance or draw.choice(("t3.medium", "t3.large")),
        size=draw.randint(1, 3),
        zones=ZONES[: draw.randint(1, 2)],
    )


def places(group: Group, asked_milli: int) -> int:
    """Return how many pods that ask for so much CPU a group takes."""
    free = instance_type(group.instance_type).allocatable_cpu_milli - _TAKEN_MILLI
    return group.size * (free // asked_milli)


def about(draw: Random, group: Group, asked_milli: int, **spec: Any) -> Document:
    template = pod_spec(f"{asked_milli}m", **spec)
    return deployment("app", template, nearly(draw, places(group, asked_milli)))


def nearly(draw: Random, number: int) -> int:
    """Draw a number of pods that just fits, or is too large by one or two."""
    return max(1, number + draw.choice((-1, 0, 0, 1, 2)))


_ZONE = "topology.kubernetes.io/zone"
_HOSTNAME = "kubernetes.io/hostname"


def taints(draw: Random) -> Case:
    effect = draw.choice(("NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"))
    closed = Group(name="closed", size=1, taints=[taint("closed", "yes", effect)])
    tolerating = {"key": "closed", "value": draw.choice(("yes", "no"))}
    asked = draw.randint(700, 1000)
    template = pod_spec(f"{asked}m", tolerations=[tolerating])
    return Case(groups=[Group(size=1), closed], objects=[deployment("app", template, 3)])


def chosen_nodes(draw: Random) -> Case:
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
    group = Group(size=3, zones=ZONES[: draw.randint(2, 3)])
    key, places = draw.choice(((_HOSTNAME, group.size), (_ZONE, len(group.zones))))
    template = pod_spec("100m", **pieces.required("podAntiAffinity", pieces.near("app", key)))
    hated = pieces.required("podAntiAffinity", pieces.near("app", _HOSTNAME))
    hermit = workload("StatefulSet", "hermit", pod_spec("100m", **hated), replicas=1)
    return Case(groups=[group], objects=[deployment("app", template, nearly(draw, places)), hermit])


def together(draw: Random) -> Case:
    group = Group(size=2)
    key = draw.choice((_HOSTNAME, _ZONE))
    partner = draw.choice(("app", "friend", "nobody"))
    template = pod_spec(
        f"{draw.randint(400, 700)}m", **pieces.required("podAffinity", pieces.near(partner, key))
    )
    friend = deployment("friend", pod_spec("100m"))
    return Case(groups=[group], objects=[deployment("app", template, draw.randint(2, 5)), friend])


def spread(draw: Random) -> Case:
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
    group = some_nodes(draw)
    port = {"containerPort": 8080, "hostPort": 9000}
    container = pod_spec("100m")["containers"][0] | {"ports": [port]}
    template = pod_spec(containers=[container])
    clash = deployment("clash", pod_spec(containers=[container], **TOLERATING))
    objects = [deployment("app", template, nearly(draw, group.size))]
    return Case(groups=[group], objects=[*objects, *([clash] if draw.random() < 0.5 else [])])


def volumes(draw: Random) -> Case:
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


_GPU = "nvidia.com/gpu"


def cpu(draw: Random) -> Case:
    group = some_nodes(draw)
    asked = draw.randint(300, 900)
    return Case(groups=[group], objects=[about(draw, group, asked)])


def memory(draw: Random) -> Case:
    group = some_nodes(draw, "t3.medium")
    asked = draw.randint(500, 1500)
    number = group.size * (instance_type(group.instance_type).allocatable_memory_mib // asked)
    template = pod_spec("50m", f"{asked}Mi")
    return Case(groups=[group], objects=[deployment("app", template, nearly(draw, number))])


def number_of_pods(draw: Random) -> Case:
    group = Group(instance_type="t3.medium", size=1, zones=ZONES[:1])
    number = instance_type("t3.medium").max_pods - TAKEN_PODS
    many = workload("StatefulSet", "many", pod_spec(), replicas=5, podManagementPolicy="Parallel")
    return Case(
        groups=[group], objects=[deployment("app", pod_spec(), nearly(draw, number) - 5), many]
    )


def mixed_sizes(draw: Random) -> Case:
    small = Group(name="small", instance_type="t3.medium", size=draw.randint(1, 2))
    large = Group(name="large", instance_type="t3.xlarge", size=draw.randint(1, 2))
    big = deployment("app", pod_spec(f"{draw.randint(1900, 3700)}m"), nearly(draw, large.size))
    return Case(groups=[small, large], objects=[big, deployment("tiny", pod_spec("100m"), 2)])


def gpus(draw: Random) -> Case:
    gpu = Group(
        name="gpu",
        instance_type="g4dn.xlarge",
        size=draw.randint(1, 2),
        taints=[taint(_GPU)],
    )
    tolerating: Document = {"tolerations": [{"key": _GPU, "operator": "Exists"}]}
    template = pod_spec("500m", extended={_GPU: "1"}, **tolerating)
    server = workload(
        draw.choice(("Deployment", "StatefulSet")),
        *("app", template),
        replicas=nearly(draw, gpu.size),
    )
    plugin = [pieces.device_plugin()] if draw.random() < 0.8 else []
    return Case(groups=[Group(size=1), gpu], objects=[server, *plugin])


def daemons(draw: Random) -> Case:
    groups = [
        Group(size=2),
        Group(name="closed", size=1, instance_type="t3.xlarge", taints=[CLOSED]),
    ]
    tolerating: Document = TOLERATING if draw.random() < 0.5 else {}
    asked = draw.choice((900, 1700, 1900, 3000))
    daemon = workload("DaemonSet", "daemon", pod_spec(f"{asked}m", **tolerating))
    return Case(groups=groups, objects=[daemon, deployment("app", pod_spec("60m"), 2)])


def priorities(draw: Random) -> Case:
    never: Document = {"preemptionPolicy": "Never"} if draw.random() < 0.4 else {}
    asked = draw.randint(800, 900)
    important = pod_spec(f"{asked}m", priorityClassName="important")
    return Case(
        groups=[Group(size=2)],
        objects=[
            pieces.priority_class("important", 1000, **never),
            deployment("modest", pod_spec(f"{asked}m"), draw.randint(2, 4)),
            deployment("app", important, draw.randint(1, 3)),
        ],
    )


def init_containers(draw: Random) -> Case:
    group = Group(size=2)
    asked = draw.randint(300, 800)
    first = pod_spec(f"{asked}m")["containers"][0] | {"name": "first"}
    sidecar = pod_spec(f"{draw.randint(50, 300)}m")["containers"][0] | {
        "name": "beside",
        "restartPolicy": "Always",
    }
    inits = draw.choice(([first], [sidecar], [sidecar, first], [first, sidecar]))
    template = pod_spec("200m", initContainers=inits)
    return Case(groups=[group], objects=[deployment("app", template, draw.randint(3, 7))])


def jobs(draw: Random) -> Case:
    group = some_nodes(draw)
    asked = draw.randint(500, 900)
    parallelism = nearly(draw, places(group, asked))
    # Pods that never start do not end either: others would soon have their room.
    template = pod_spec(f"{asked}m", container={"image": "case/absent"})
    app = job(
        *("app", template),
        parallelism=parallelism,
        completions=parallelism + draw.randint(-1, 3),
    )
    return Case(groups=[group], objects=[app])


def in_order(draw: Random) -> Case:
    group = some_nodes(draw)
    asked = draw.randint(600, 1700)
    policy = draw.choice(("OrderedReady", "Parallel"))
    replicas = 2 + places(group, asked)
    app = workload(
        *("StatefulSet", "app", pod_spec(f"{asked}m")),
        replicas=replicas,
        podManagementPolicy=policy,
    )
    return Case(groups=[group], objects=[app])


def disks(draw: Random) -> Case:
    asked = draw.randint(4, 9)
    template = pod_spec("50m", extended={"ephemeral-storage": f"{asked}Gi"})
    return Case(
        groups=[Group(size=2)],
        objects=[deployment("app", template, nearly(draw, 2 * (17 // asked)))],
    )


RULES: tuple[Callable[[Random], Case], ...] = (
    *(cpu, memory, number_of_pods, mixed_sizes, taints, chosen_nodes, apart, together, spread),
    *(preferences, gpus, ports, volumes, daemons, priorities, init_containers, jobs, in_order),
    disks,
)
_MORE = 2
"""How many pods an autoscaler may add."""


def case(number: int) -> Case:
    """Draw a case: each rule in turn, in the second round with other pods in its way."""
    draw = Random(number)  # noqa: S311 - the same cases in every run
    drawn = RULES[number % len(RULES)](draw)
    others = [_bystander(draw)] if number >= len(RULES) else []
    scaled = [_scaled(one) for one in drawn.objects if one["kind"] == "Deployment"]
    objects = [*drawn.objects, *others, *scaled]
    return Case(groups=drawn.groups, objects=objects, add_ons=drawn.add_ons)


def _bystander(draw: Random) -> Document:
    cpu = draw.choice((10, 10, 170))
    return deployment("other", pod_spec(f"{cpu}m", "150Mi"), draw.randint(1, 3))


def _scaled(one: Document) -> Document:
    name, replicas = one["metadata"]["name"], one["spec"]["replicas"]
    return autoscaler(name, replicas, replicas + _MORE)
