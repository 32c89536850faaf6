"""What all pods have in common."""

from collections.abc import Mapping

from lightkube.models.core_v1 import (
    Capabilities,
    EmptyDirVolumeSource,
    EnvVar,
    Lifecycle,
    LifecycleHandler,
    PodSecurityContext,
    PodSpec,
    ResourceRequirements,
    SeccompProfile,
    SecurityContext,
    SleepAction,
    Toleration,
    TopologySpreadConstraint,
    Volume,
    VolumeMount,
)

from charts.objects import Identity
from settings.workloads import GracefulShutdown, Placement, Resources

USER = 10001
"""Who programs run as; images need not know it, since the volumes belong to its group."""

CONTAINER_SECURITY = SecurityContext(
    allowPrivilegeEscalation=False,
    capabilities=Capabilities(drop=["ALL"]),
    readOnlyRootFilesystem=True,
)

EVICT_UNHEALTHY = "AlwaysAllow"
"""Of disruption budgets: a pod that is not ready protects nobody. By default a budget whose pods
all crash would hold every node that they are on, and no drain would end."""

GPU_TOLERATION = Toleration(key="nvidia.com/gpu", operator="Exists", effect="NoSchedule")

SCRATCH_MOUNT = VolumeMount(
    name="scratch",
    mountPath="/tmp",  # noqa: S108 - inside containers
)


def tolerations_of(placement: Placement) -> list[Toleration]:
    """Let pods onto machines that are kept for them."""
    return [
        Toleration(key=key, operator="Equal", value=value, effect="NoSchedule")
        for key, value in placement.tolerations.items()
    ]


def confined(spec: PodSpec, user: int = USER) -> PodSpec:
    """Set what holds for every pod of a service: one unprivileged user, and no token.

    Its containers share their processes. Else a program would be the first of its own, and as such
    ignore SIGTERM until it handles it: a pod that is deleted while it starts would stay for its
    whole grace, and take work.
    """
    spec.automountServiceAccountToken = False
    spec.enableServiceLinks = False
    spec.securityContext = _security(user)
    spec.shareProcessNamespace = True
    return spec


def _security(user: int) -> PodSecurityContext:
    """Run as one unprivileged user, who also owns the volumes."""
    return PodSecurityContext(
        runAsNonRoot=True,
        runAsUser=user,
        runAsGroup=user,
        fsGroup=user,
        # Without it every start walks through all files of a volume to change their group.
        fsGroupChangePolicy="OnRootMismatch",
        seccompProfile=SeccompProfile(type="RuntimeDefault"),
    )


def scratch_volume(size_mib: int) -> Volume:
    """Give a container, whose own file system is read-only, a place for temporary files."""
    return Volume(name=SCRATCH_MOUNT.name, emptyDir=EmptyDirVolumeSource(sizeLimit=f"{size_mib}Mi"))


def requirements(resources: Resources, *, gpus: int = 0) -> ResourceRequirements:
    """Write sizes as Kubernetes does; of GPUs the limit must equal the request."""
    cards = {"nvidia.com/gpu": str(gpus)} if gpus else {}
    return ResourceRequirements(
        requests={
            "cpu": f"{resources.cpu_milli}m",
            "memory": f"{resources.memory_mib}Mi",
            **cards,
        },
        limits={
            "cpu": f"{resources.cpu_limit_milli}m",
            "memory": f"{resources.memory_limit_mib}Mi",
            **cards,
        },
    )


def pre_stop(shutdown: GracefulShutdown) -> Lifecycle:
    """Serve on while load balancers and DNS learn that the pod ends."""
    return Lifecycle(preStop=LifecycleHandler(sleep=SleepAction(seconds=shutdown.pre_stop_sleep)))


def environment(values: Mapping[str, str]) -> list[EnvVar]:
    """Write environment variables as Kubernetes does."""
    return [EnvVar(name=name, value=value) for name, value in values.items()]


def spread(identity: Identity) -> list[TopologySpreadConstraint]:
    """Spread the pods of each version evenly over zones and nodes.

    Counting versions apart keeps an update from ending lopsided; honouring taints keeps nodes that
    no such pod may use, as those with GPUs or in a lost zone, from counting as empty.
    """
    return [
        TopologySpreadConstraint(
            maxSkew=1,
            topologyKey=key,
            whenUnsatisfiable="DoNotSchedule",
            labelSelector=identity.pods,
            matchLabelKeys=["pod-template-hash"],
            nodeTaintsPolicy="Honor",
        )
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]
