"""Cases of resources: what a node can give to pods, and which pods get it."""

from random import Random

from catalog import instance_type
from tests.plan.capacity import pieces
from tests.plan.capacity.builder import (
    ZONES,
    Document,
    Group,
    deployment,
    job,
    pod_spec,
    taint,
    workload,
)
from tests.rehearsal.capacity.drawn import (
    CLOSED,
    TAKEN_PODS,
    TOLERATING,
    Case,
    about,
    nearly,
    places,
    some_nodes,
)

_GPU = "nvidia.com/gpu"


def cpu(draw: Random) -> Case:
    """Draw about as many pods as have CPU."""
    group = some_nodes(draw)
    asked = draw.randint(300, 900)
    return Case(groups=[group], objects=[about(draw, group, asked)])


def memory(draw: Random) -> Case:
    """Draw about as many pods as have memory."""
    group = some_nodes(draw, "t3.medium")
    asked = draw.randint(500, 1500)
    number = group.size * (instance_type(group.instance_type).allocatable_memory_mib // asked)
    template = pod_spec("50m", f"{asked}Mi")
    return Case(groups=[group], objects=[deployment("app", template, nearly(draw, number))])


def number_of_pods(draw: Random) -> Case:
    """Draw about as many pods as the network interfaces of a machine carry."""
    group = Group(instance_type="t3.medium", size=1, zones=ZONES[:1])
    number = instance_type("t3.medium").max_pods - TAKEN_PODS
    many = workload("StatefulSet", "many", pod_spec(), replicas=5, podManagementPolicy="Parallel")
    return Case(
        groups=[group], objects=[deployment("app", pod_spec(), nearly(draw, number) - 5), many]
    )


def mixed_sizes(draw: Random) -> Case:
    """Draw machines of two sizes, and pods that only the larger ones hold."""
    small = Group(name="small", instance_type="t3.medium", size=draw.randint(1, 2))
    large = Group(name="large", instance_type="t3.xlarge", size=draw.randint(1, 2))
    big = deployment("app", pod_spec(f"{draw.randint(1900, 3700)}m"), nearly(draw, large.size))
    return Case(groups=[small, large], objects=[big, deployment("tiny", pod_spec("100m"), 2)])


def gpus(draw: Random) -> Case:
    """Draw GPUs behind a taint, mostly with the plugin that offers them."""
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
    """Draw a DaemonSet that not all nodes have room for, or let in."""
    groups = [
        Group(size=2),
        Group(name="closed", size=1, instance_type="t3.xlarge", taints=[CLOSED]),
    ]
    tolerating: Document = TOLERATING if draw.random() < 0.5 else {}
    asked = draw.choice((900, 1700, 1900, 3000))
    daemon = workload("DaemonSet", "daemon", pod_spec(f"{asked}m", **tolerating))
    return Case(groups=groups, objects=[daemon, deployment("app", pod_spec("60m"), 2)])


def priorities(draw: Random) -> Case:
    """Draw pods that push others aside, or may not."""
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
    """Draw init containers and sidecars, which count more or less than they seem to."""
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
    """Draw a Job with about as many pods at once as have room."""
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
    """Draw a StatefulSet that makes its pods one after the other, or all at once."""
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
    """Draw about as many pods as have room on the disks."""
    asked = draw.randint(4, 9)
    template = pod_spec("50m", extended={"ephemeral-storage": f"{asked}Gi"})
    return Case(
        groups=[Group(size=2)],
        objects=[deployment("app", template, nearly(draw, 2 * (17 // asked)))],
    )
