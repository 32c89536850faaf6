"""The pipeline as a WorkflowTemplate of Argo, written with Hera: the form that is run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import hera.workflows as hera
from hera.workflows import models as argo
from lightkube.models.core_v1 import (
    Affinity,
    EmptyDirVolumeSource,
    NodeAffinity,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    PodSpec,
    Volume,
    VolumeMount,
)
from pydantic import BaseModel

from charts import model_store
from charts.music.context import PipelineContext
from charts.music.graph import GPU_MEMORY, MODELS_DIRECTORY, Field, Graph, Task, filled
from charts.objects import Identity, Manifest
from charts.pod import (
    CONTAINER_SECURITY,
    SCRATCH_MOUNT,
    confined,
    environment,
    requirements,
    scratch_volume,
    tolerations_of,
)
from settings.music.pipeline import RUN, Pipeline
from settings.music.steps import Step, StepModels
from settings.workloads import Resources

LIMITS = "limits"
"""The ConfigMap that says how many runs and steps may go on at a time."""
RUNS = "runs"
"""Its entry for whole runs; others are called as the steps."""
_MODELS = VolumeMount(name="models", mountPath=MODELS_DIRECTORY)
_READ_ONLY_MODELS = VolumeMount(name="models", mountPath=MODELS_DIRECTORY, readOnly=True)
_LOADER = Resources(cpu_milli=1000, memory_mib=256, cpu_limit_milli=2000, memory_limit_mib=512)
"""Of what runs before the step, on the same place, and so takes nothing from it."""
_MIB_PER_GIB = 1024
_ENTRY = "run"
"""The template that has the others in their order."""
_VALUES: Mapping[Field, str] = {
    Field.RUN: f"{{{{workflow.parameters.{RUN}}}}}",
    Field.NUMBER: f"{{{{inputs.parameters.{Field.NUMBER}}}}}",
    Field.SEED: f"{{{{inputs.parameters.{Field.SEED}}}}}",
    Field.PHASE: "{{workflow.status}}",
    Field.FAILURES: "{{workflow.failures}}",
}
"""The fields in Argo's words."""
_WORTH_ANOTHER_TRY = (
    "lastRetry.exitCode not in ['2', '3'] and not (lastRetry.message contains 'deadline')"
)
"""A lost machine has no exit code (-1). 2 is a wrong setting and 3 a video that cannot be used:
both would come again, and so would what has hung until its deadline, on a GPU all the time."""


ModelT = TypeVar("ModelT", bound=BaseModel)


class _Typed(Protocol):
    """A part of an object, as lightkube's models are."""

    def to_dict(self) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class MusicWorkflow(Manifest):
    """The object, as Argo's controller reads it."""

    identity: Identity
    """Whose name is the template's."""
    graph: Graph
    pipeline: Pipeline
    context: PipelineContext

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = self._template().to_dict()
        return found

    def _template(self) -> hera.WorkflowTemplate:
        graph, pipeline, identity = self.graph, self.pipeline, self.identity
        security = confined(PodSpec(containers=[])).securityContext
        with hera.WorkflowTemplate(
            name=identity.name,
            namespace=identity.namespace,
            labels=identity.labels,
            entrypoint=_ENTRY,
            on_exit=graph.end.name,
            arguments=[hera.Parameter(name=RUN)],
            parallelism=graph.at_once,
            active_deadline_seconds=pipeline.deadline,
            synchronization=_limited(RUNS),
            # Pods of a failed run stay for whoever wants to know why, until the run goes itself.
            pod_gc=argo.PodGC(strategy="OnWorkflowSuccess"),
            ttl_strategy=argo.TTLStrategy(
                seconds_after_success=pipeline.kept, seconds_after_failure=pipeline.kept_failed
            ),
            security_context=_as(argo.PodSecurityContext, security),
        ) as template:
            for task in graph.tasks:
                self._container(task)
            with hera.Steps(name=_ENTRY):
                hera.Step(name=graph.listen.name, template=graph.listen.name)
                hera.Step(
                    name=graph.compose.name,
                    template=graph.compose.name,
                    arguments={str(one): f"{{{{item.{one}}}}}" for one in graph.items[0]},
                    with_items=[{str(k): v for k, v in item.items()} for item in graph.items],
                )
        return template

    def _container(self, task: Task) -> hera.Container:
        """Run a task's program; what it is told, it is told by arguments."""
        step, context = task.step, self.context
        own = context.identity(step.name, step.image)
        taken = self.graph.items[0] if task is self.graph.compose else ()
        return hera.Container(
            name=step.name,
            inputs=[hera.Parameter(name=str(one)) for one in taken],
            labels=own.labels,
            service_account_name=own.name,
            active_deadline_seconds=step.deadline,
            retry_strategy=argo.RetryStrategy(
                limit=argo.IntOrString(root=step.retries),
                retry_policy="Always",
                expression=_WORTH_ANOTHER_TRY,
                backoff=argo.Backoff(duration="10s", factor=argo.IntOrString(root=2)),
            ),
            synchronization=_limited(step.name) if step.gpus else None,
            node_selector=dict(step.placement.node_selector) or None,
            affinity=_as(argo.Affinity, _enough_gpu_memory(step)) if step.gpus else None,
            tolerations=_all(argo.Toleration, tolerations_of(step.placement)) or None,
            init_containers=[self._downloader(step, step.models)] if step.models else None,
            volumes=_all(argo.Volume, _volumes(step)),
            image=context.images.reference(step.image),
            command=task.command,
            args=[filled(one, _VALUES) for one in task.arguments],
            env=_all(argo.EnvVar, environment(task.variables)),
            resources=_as(argo.ResourceRequirements, requirements(step.size, gpus=step.gpus)),
            security_context=_as(argo.SecurityContext, CONTAINER_SECURITY),
            volume_mounts=_all(
                argo.VolumeMount, [SCRATCH_MOUNT, *([_READ_ONLY_MODELS] if step.models else [])]
            ),
            # What a program said last is the reason that people are told.
            termination_message_policy="FallbackToLogsOnError",
        )

    def _downloader(self, step: Step, models: StepModels) -> hera.UserContainer:
        return hera.UserContainer(
            name="model-downloader",
            image=self.context.images.reference(models.image),
            args=model_store.pull(
                bucket=self.context.models,
                prefix=step.models_prefix,
                version=models.version,
                destination=MODELS_DIRECTORY,
            ),
            env=[*_all(argo.EnvVar, environment({"AWS_REGION": self.context.region}))],
            resources=_as(argo.ResourceRequirements, requirements(_LOADER)),
            security_context=_as(argo.SecurityContext, CONTAINER_SECURITY),
            volume_mounts=_all(argo.VolumeMount, [SCRATCH_MOUNT, _MODELS]),
            termination_message_policy="FallbackToLogsOnError",
        )


def limits(pipeline: Pipeline) -> dict[str, str]:
    """Return how many runs, and how many pods of each step that needs a GPU, there may be."""
    steps = {step.name: str(step.most) for step in pipeline.steps if step.gpus}
    return {RUNS: str(pipeline.runs)} | steps


def _limited(entry: str) -> argo.Synchronization:
    """Let as many go on at a time as the ConfigMap says; others wait for their turn."""
    key = argo.ConfigMapKeySelector(name=LIMITS, key=entry)
    return argo.Synchronization(semaphores=[argo.SemaphoreRef(config_map_key_ref=key)])


def _enough_gpu_memory(step: Step) -> Affinity:
    """Ask for machines whose GPU holds the step, whatever types their pool may have one day."""
    enough = NodeSelectorRequirement(
        key=GPU_MEMORY, operator="Gt", values=[str(step.gpu_memory_mib - 1)]
    )
    return Affinity(
        nodeAffinity=NodeAffinity(
            requiredDuringSchedulingIgnoredDuringExecution=NodeSelector(
                nodeSelectorTerms=[NodeSelectorTerm(matchExpressions=[enough])]
            )
        )
    )


def _volumes(step: Step) -> list[Volume]:
    volumes = [scratch_volume(step.scratch_gib * _MIB_PER_GIB)]
    if step.models:
        room = EmptyDirVolumeSource(sizeLimit=f"{step.models.disk_gib}Gi")
        volumes.append(Volume(name=_MODELS.name, emptyDir=room))
    return volumes


def _as(model: type[ModelT], part: _Typed | None) -> ModelT:
    """Return a part that other pods have too, in Hera's own types."""
    return model.model_validate(part.to_dict() if part else {})


def _all(model: type[ModelT], parts: Sequence[_Typed]) -> list[ModelT]:
    return [_as(model, part) for part in parts]
