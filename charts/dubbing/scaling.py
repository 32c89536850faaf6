"""How many pods of a model service there are: by its jobs, and by how busy its GPUs are."""

from lightkube.models.meta_v1 import ObjectMeta

from charts import keda
from charts.dubbing.context import ModelContext
from charts.dubbing.credentials import VALKEY
from charts.keda import Behavior, ScaledObject, Trigger, TriggerAuthentication
from charts.monitoring import PROMETHEUS_URL
from charts.objects import Identity
from settings.dubbing.services import ModelService

JOB_STATES = ("wait", "active", "prioritized")
"""Lists and sets of BullMQ whose jobs want a pod; those that are delayed come back to `wait`."""
_PREFIX = "bull"


def key(queue: str, state: str) -> str:
    """Return where BullMQ keeps the jobs of a queue that are in a state."""
    return f"{_PREFIX}:{queue}:{state}"


def authentication(identity: Identity, context: ModelContext) -> TriggerAuthentication:
    """Let KEDA's operator read the cache's password."""
    return TriggerAuthentication(
        metadata=identity.metadata(),
        region=context.region,
        secrets={"password": context.secrets.arns[VALKEY]},
    )


def scaler(identity: Identity, service: ModelService, context: ModelContext) -> ScaledObject:
    """Ask for as many pods as the jobs need, or as keep each GPU below its share of load.

    One formula holds both, so that a source that does not answer leaves the pods that there are:
    with a metric for each, the others alone would decide that a busy pod may go.
    """
    scaling = service.scaling
    jobs = [
        keda.redis(
            state,
            address=context.cache,
            key=key(service.queue, state),
            authentication=identity.name,
        )
        for state in JOB_STATES
    ]
    gpu = keda.prometheus("gpu", address=PROMETHEUS_URL, query=_gpu_load(identity))
    return ScaledObject(
        metadata=_named(identity),
        target={"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": identity.name},
        minimum=scaling.minimum,
        maximum=scaling.maximum,
        polling=scaling.polling,
        triggers=[*jobs, gpu, *_loads(service)],
        pods_by=(
            f"max(({' + '.join(JOB_STATES)}) / {scaling.jobs_per_pod}, gpu / {scaling.gpu_percent})"
        ),
        behavior=Behavior(up=scaling.up, down=scaling.down),
    )


def _named(identity: Identity) -> ObjectMeta:
    return identity.metadata(f"{identity.name}-scaler")


def _gpu_load(identity: Identity) -> str:
    """Sum the use of all pods' GPUs, in percent; a series that comes twice counts once."""
    pods = f'namespace="{identity.namespace}",pod=~"{identity.name}-[^-]+-[^-]+"'
    return f"sum(max by (pod) (DCGM_FI_DEV_GPU_UTIL{{{pods}}}))"


def _loads(service: ModelService) -> list[Trigger]:
    wanted = {"cpu": service.scaling.cpu_percent, "memory": service.scaling.memory_percent}
    return [
        keda.utilization(resource, percent)
        for resource, percent in wanted.items()
        if percent is not None
    ]
