"""The pipeline as Kubeflow Pipelines reads it: compiled and checked, and run by nobody here.

`python -m charts.music.kubeflow` prints it, in an environment with `charts/music/kubeflow.txt`. Two
things of Argo's form it has no words for: a limit over all runs, and a container that runs before
another. So the models have to lie in a claim called `models`.
"""

import inspect
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

# Only the environment that makes the definition has it.
from kfp import (  # type: ignore[import-not-found]
    compiler,
    components,
    dsl,
    kubernetes,
)

from charts.music.graph import (
    EXAMPLE_BUCKET,
    EXAMPLE_REGISTRY,
    GPU_MEMORY,
    MODELS_DIRECTORY,
    Field,
    Graph,
    Task,
    graph_of,
    pieces,
)
from settings.images import read_images
from settings.music import environments
from settings.music.pipeline import TEMPLATE

_SCRATCH = "/tmp"  # noqa: S108 - inside containers
_CLAIM = "models"
_CONSTANTS: Mapping[Any, str] = {Field.PHASE: "Succeeded", Field.FAILURES: ""}
"""Kubeflow tells a container neither: the program looks which results there are, and says of fewer
than all that the run has failed."""


def pipeline_of(graph: Graph, *, registry: str) -> Callable[..., Any]:
    """Return the pipeline; `registry` is the host that images are pulled from."""
    listen, compose, end = (_component(task, registry) for task in graph.tasks)
    items = [{str(key): value for key, value in item.items()} for item in graph.items]

    # A pipeline of its own: of a loop right inside an exit handler, kfp 2.17.3 makes one whose
    # items are asked of the whole pipeline, which has none.
    def results(run: str) -> None:
        with dsl.ParallelFor(items=items, parallelism=graph.at_once) as item:
            _placed(compose(run=run, n=item.n, seed=item.seed), graph.compose)

    each_result = dsl.pipeline(name="results")(results)

    def pipeline(run: str) -> None:
        last = _placed(end(run=run), graph.end)
        with dsl.ExitHandler(last, name="whole"):
            first = _placed(listen(run=run), graph.listen)
            each_result(run=run).after(first).set_caching_options(enable_caching=False)

    made: Callable[..., Any] = dsl.pipeline(
        name=TEMPLATE, description="Four pieces of music for a video"
    )(pipeline)
    return made


def compiled(graph: Graph, *, registry: str) -> str:
    """Return both documents, the pipeline and what Kubernetes is asked for, read again by kfp."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / f"{TEMPLATE}.yaml"
        compiler.Compiler().compile(pipeline_of(graph, registry=registry), str(path))
        written = path.read_text()
    # What kfp would refuse to run it refuses to read.
    components.load_component_from_text(written)
    return written


def _component(task: Task, registry: str) -> Callable[..., Any]:
    """Make what kfp calls a component: a container, with a parameter for each field."""
    found = dict.fromkeys(
        one
        for argument in task.arguments
        for one in pieces(argument)
        if isinstance(one, Field) and one not in _CONSTANTS
    )
    types = {str(one): str if one is Field.RUN else int for one in found}

    def component(*placeholders: Any) -> dsl.ContainerSpec:  # noqa: ANN401 - they are kfp's
        given = dict(zip(types, placeholders, strict=True))
        return dsl.ContainerSpec(
            image=f"{registry}/{task.image.reference}",
            command=task.command,
            args=[_argument(one, given) for one in task.arguments],
        )

    # By these kfp knows the parameters.
    component.__name__ = task.name
    component.__annotations__ = {**types, "return": dsl.ContainerSpec}
    component.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=kind)
            for name, kind in types.items()
        ],
        return_annotation=dsl.ContainerSpec,
    )
    made: Callable[..., Any] = dsl.container_component(component)
    return made


def _argument(argument: str, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - kfp's placeholders
    parts = [
        _CONSTANTS[one] if one in _CONSTANTS else given[str(one)] if isinstance(one, Field) else one
        for one in pieces(argument)
    ]
    return parts[0] if len(parts) == 1 else dsl.ConcatPlaceholder(parts)


def _placed(made: Any, task: Task) -> Any:  # noqa: ANN401 - kfp's tasks
    """Ask for what Argo's form asks for: size, GPU, machines, deadline, other tries."""
    step = task.step
    size = step.size
    made.set_display_name(task.name).set_caching_options(enable_caching=False)
    made.set_cpu_request(f"{size.cpu_milli}m").set_cpu_limit(f"{size.cpu_limit_milli}m")
    made.set_memory_request(f"{size.memory_mib}Mi").set_memory_limit(f"{size.memory_limit_mib}Mi")
    if step.retries:
        made.set_retry(num_retries=step.retries, backoff_duration="10s", backoff_factor=2)
    if step.gpus:
        made.set_accelerator_type("nvidia.com/gpu").set_accelerator_limit(step.gpus)
    for name, value in task.variables.items():
        made.set_env_variable(name, value)
    kubernetes.set_timeout(made, step.deadline)
    kubernetes.empty_dir_mount(
        made, volume_name="scratch", mount_path=_SCRATCH, size_limit=f"{step.scratch_gib}Gi"
    )
    for name, value in step.placement.node_selector.items():
        kubernetes.add_node_selector(made, name, value)
    for name, value in step.placement.tolerations.items():
        kubernetes.add_toleration(
            made, key=name, operator="Equal", value=value, effect="NoSchedule"
        )
    if step.gpus:
        kubernetes.add_node_affinity(
            made,
            match_expressions=[
                {"key": GPU_MEMORY, "operator": "Gt", "values": [str(step.gpu_memory_mib - 1)]}
            ],
        )
    if step.models:
        kubernetes.mount_pvc(
            made, pvc_name=_CLAIM, mount_path=MODELS_DIRECTORY, sub_path=step.models_prefix
        )
    return made


def main() -> None:
    """Print production's pipeline, with a bucket and a registry of its own named as examples."""
    images = read_images(Path(environments.__file__).with_name("images.json"))
    system = environments.prod(images)
    graph = graph_of(system.pipeline, bucket=EXAMPLE_BUCKET, region=system.region)
    sys.stdout.write(compiled(graph, registry=EXAMPLE_REGISTRY))


if __name__ == "__main__":
    main()
