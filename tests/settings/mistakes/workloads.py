"""How large workloads are, how they scale, and how they start and stop."""

from settings.scaling import CpuScaling, QueueScaling
from settings.volumes import Volume
from settings.workloads import RELEASE_LIMIT_SECONDS, GracefulShutdown, Resources, Rollout
from tests.settings.mistakes import each_wrong, right, wrong

_RESOURCES = Resources(cpu_milli=100, memory_mib=256, cpu_limit_milli=500, memory_limit_mib=512)
_BY_CPU = CpuScaling(minimum=2, maximum=4, cpu_percent=70)
_BY_QUEUE = QueueScaling(
    minimum=0, maximum=5, messages_per_pod=5, cpu_percent=50, cooldown=300, polling=30
)
_SHUTDOWN = GracefulShutdown(deregistration_delay=30, pre_stop_sleep=15, termination_grace=60)
_ROLLOUT = Rollout(ready_within=30, limit=600)
_VOLUME = Volume(size_gib=50, throughput_mib=500)

MISTAKES = (
    *each_wrong(
        _RESOURCES,
        "",
        ("cpu_milli", "ask for at least 1", {"no CPU": 0}),
        ("memory_mib", "ask for at least 1", {"no memory": 0}),
        (
            "cpu_limit_milli",
            "must not be below the request of 100",
            {"CPU limit below the request": 99},
        ),
        (
            "memory_limit_mib",
            "must not be below the request of 256",
            {"memory limit below the request": 255},
        ),
    ),
    *each_wrong(
        _BY_CPU,
        "CPU scaling",
        (
            "minimum",
            "must be from 1 to the maximum of 4; CPU load alone cannot start from zero pods",
            {"scaled to zero by CPU load": 0, "more pods at least than at most": 5},
        ),
        (
            "cpu_percent",
            "must be from 1 to 100",
            {"scaled at no load": 0, "scaled at more than the whole request": 101},
        ),
    ),
    *(
        wrong(
            name,
            _BY_QUEUE,
            f"queue scaling size is {size}: "
            "minimum must be from 0 to maximum, and maximum at least 1",
            minimum=size[0],
            maximum=size[1],
        )
        for name, size in {
            "fewer pods than none": (-1, 5),
            "more pods at least than at most by a queue": (6, 5),
            "no pods at all": (0, 0),
        }.items()
    ),
    *each_wrong(
        _BY_QUEUE,
        "queue scaling",
        (
            "messages_per_pod",
            "must be at least 1, since only messages can start a first pod",
            {"scaled to zero by a queue whose messages count for nothing": 0},
        ),
        (
            "cpu_percent",
            "must be from 1 to 100",
            {"scaled by a queue at more than the whole request": 101},
        ),
        (
            "polling",
            (
                "must be from 1 to below the cooldown of 300; "
                "else a single reading that finds nothing ends the last pod"
            ),
            {"queue that is never read": 0, "queue read once in a cooldown": 300},
        ),
    ),
    *each_wrong(
        _SHUTDOWN,
        "shutdown",
        (
            "termination_grace",
            "must exceed deregistration_delay (30) and pre_stop_sleep (15)",
            {"pod killed before the load balancer lets go": 30},
        ),
        (
            "deregistration_delay",
            "an ALB takes 0 to 3600 s",
            {
                "load balancer that lets go before the pod goes": -1,
                "load balancer that holds on longer than it can": 3601,
            },
        ),
        ("pre_stop_sleep", "must not be below 0", {"pod that sleeps for less than no time": -1}),
    ),
    wrong(
        "pod killed while it still serves",
        _SHUTDOWN,
        "shutdown termination_grace is 60: "
        "must exceed deregistration_delay (30) and pre_stop_sleep (60)",
        pre_stop_sleep=60,
    ),
    *each_wrong(
        _ROLLOUT,
        "rollout",
        ("ready_within", "must be at least 1 s", {"no time to become ready": 0}),
        (
            "limit",
            "must be longer than ready_within (30)",
            {"release that fails before one pod can be ready": 30},
        ),
        (
            "limit",
            "a release may take 3300 s, CloudFormation waits an hour for it",
            {"release that outlasts CloudFormation": 3301},
        ),
        (
            "scheduled_within",
            "must be from 1 s to below the limit (600)",
            {"no time to find a node": 0, "more time to find a node than for everything": 600},
        ),
    ),
    *each_wrong(
        _VOLUME,
        "volume",
        ("size_gib", "must be at least 1", {"volume of nothing": 0}),
        (
            "throughput_mib",
            "gp3 takes 125 to 2000 MiB/s",
            {"volume slower than gp3 is": 124, "volume faster than gp3 gets": 2001},
        ),
    ),
    wrong(
        "volume too small for its speed",
        _VOLUME,
        "volume throughput_mib is 2000: needs 8000 IOPS, and gp3 gives 15 GiB at most 7500; "
        "make the volume larger",
        size_gib=15,
        throughput_mib=2000,
    ),
    wrong(
        "volume of 1 GiB faster than gp3's included speed",
        _VOLUME,
        "volume throughput_mib is 751: needs 3004 IOPS, and gp3 gives 1 GiB at most 3000; "
        "make the volume larger",
        size_gib=1,
        throughput_mib=751,
    ),
)

EDGES = (
    right("smallest requests", _RESOURCES, cpu_milli=1, memory_mib=1),
    right("limits equal to requests", _RESOURCES, cpu_limit_milli=100, memory_limit_mib=256),
    right("single pod", _BY_CPU, minimum=1, maximum=1),
    right("least load", _BY_CPU, cpu_percent=1),
    right("most load", _BY_CPU, cpu_percent=100),
    right("queue whose pods are always there", _BY_QUEUE, minimum=5),
    right("two readings in a cooldown", _BY_QUEUE, polling=299),
    right("a pod for each message", _BY_QUEUE, messages_per_pod=1),
    right("load balancer that lets go at once", _SHUTDOWN, deregistration_delay=0),
    right("pod that ends at once", _SHUTDOWN, pre_stop_sleep=0),
    right("longest deregistration", _SHUTDOWN, deregistration_delay=3600, termination_grace=3601),
    right("shortest grace period", _SHUTDOWN, termination_grace=31),
    right("shortest rollout", _ROLLOUT, ready_within=1, scheduled_within=1, limit=2),
    right("longest rollout", _ROLLOUT, limit=RELEASE_LIMIT_SECONDS),
    right("smallest volume", _VOLUME, size_gib=1, throughput_mib=125),
    right("fastest volume", _VOLUME, throughput_mib=2000),
    right("smallest volume that can be fastest", _VOLUME, size_gib=16, throughput_mib=2000),
)
